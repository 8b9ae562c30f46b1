using QueryEngine.Metadata;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CALL of a connector's procedure, and of <c>system.execute</c>, which every connector has that takes statements in the source's own language.</summary>
internal sealed class CallAnalyzer(StatementAnalyzer statements)
{
    private static readonly ConnectorProcedure _execute = new(
        CallCommand.Execute, [new ProcedureParameter("query", SqlType.Varchar)], "Runs a statement in the source's own language.");

    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.CallStatement call, CancellationToken cancellationToken)
    {
        TargetName target;
        try
        {
            target = statements.Metadata.ResolveName(statements.Context, TableCache.Names(call.Name));
        }
        catch (QueryException error)
        {
            throw error.At(call.Name.Position);
        }

        IConnector connector = await target.Catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ConnectorProcedure> known = [_execute, .. connector.As<ISupportsProcedures>()?.Procedures ?? []];
        ConnectorProcedure procedure = known.FirstOrDefault(one => target.Schema.Matches(one.Name.Schema) && target.Name.Matches(one.Name.Table))
            ?? throw new QueryException(
                ErrorCode.UndefinedFunction,
                $"procedure '{target.Name}' does not exist in {target.Catalog.Name}.{target.Schema}",
                call.Name.Position,
                Suggestion.DidYouMean(target.Name.Text, known.Select(one => one.Name.Table)));
        return new CallCommand(target.Catalog.Name, procedure.Name, Arguments(call, procedure).ToValueList());
    }

    private object?[] Arguments(Tree.CallStatement call, ConnectorProcedure procedure)
    {
        object?[] values = new object?[procedure.Parameters.Count];
        bool[] given = new bool[values.Length];
        for (int at = 0; at < call.Arguments.Length; at++)
        {
            (int place, Tree.Expression written) = call.Arguments[at] is Tree.NamedArgument named
                ? (procedure.Parameters.ToList().FindIndex(parameter => named.Name.Matches(parameter.Name)), named.Value)
                : (at, call.Arguments[at]);
            if (place < 0 || place >= values.Length || given[place])
                throw new QueryException(ErrorCode.UndefinedFunction, $"procedure {procedure.Name} does not take this argument", call.Arguments[at].Position, $"There is {procedure}.");
            given[place] = true;
            ConstantExpression value = statements.Constants().Value(written, "an argument of CALL");
            try
            {
                values[place] = statements.Constants().Cast(value, procedure.Parameters[place].Type).Value;
            }
            catch (QueryException error)
            {
                throw error.At(written.Position);
            }
        }

        for (int place = 0; place < values.Length; place++)
            if (!given[place] && !procedure.Parameters[place].IsOptional)
                throw new QueryException(
                    ErrorCode.UndefinedFunction, $"procedure {procedure.Name} needs '{procedure.Parameters[place].Name}'", call.Position, $"There is {procedure}.");
        return values;
    }
}

/// <summary>CALL.</summary>
public sealed record CallCommand(string Catalog, SchemaTableName Procedure, ValueList<object?> Arguments) : AnalyzedCommand
{
    internal static readonly SchemaTableName Execute = new("system", "execute");

    /// <inheritdoc/>
    public override string Tag => "CALL";

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        IConnector connector = await context.Metadata.Catalogs.Get(Catalog).GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        ConnectorSession session = context.Query.ToConnectorSession(Catalog);
        if (Procedure != Execute)
            await connector.As<ISupportsProcedures>()!.CallAsync(session, Procedure, Arguments, cancellationToken).ConfigureAwait(false);
        else if (connector.As<ISupportsRemoteQueries>() is not { } remote)
            throw QueryException.NotSupported($"a statement in the own language of catalog '{Catalog}'");
        else if (Arguments[0] is string statement)
            await remote.ExecuteAsync(session, statement, cancellationToken).ConfigureAwait(false);
        else
            throw new QueryException(ErrorCode.NullNotAllowed, "the statement must not be null");
    }
}
