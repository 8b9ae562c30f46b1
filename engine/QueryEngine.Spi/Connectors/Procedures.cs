namespace QueryEngine.Spi;

/// <summary>The connector does things on request: <c>CALL catalog.schema.procedure(...)</c>.</summary>
public interface ISupportsProcedures
{
    /// <summary>What it can be asked to do.</summary>
    IReadOnlyList<ConnectorProcedure> Procedures { get; }

    /// <summary>Does it. The arguments are boxed values of the parameters' types, null for those that were left out.</summary>
    ValueTask CallAsync(ConnectorSession session, SchemaTableName procedure, IReadOnlyList<object?> arguments, CancellationToken cancellationToken);
}

/// <summary>A procedure and what it takes.</summary>
public sealed record ConnectorProcedure(SchemaTableName Name, ValueList<ProcedureParameter> Parameters, string Description)
{
    /// <summary>The name and the parameters.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Parameters.Select(parameter => $"{parameter.Name} {parameter.Type}"))})";
}

/// <summary>A parameter of a procedure; those that may be left out come last.</summary>
public sealed record ProcedureParameter(string Name, SqlType Type, bool IsOptional = false);
