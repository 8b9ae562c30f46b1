using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE SEQUENCE, by itself or for a column of a new table.</summary>
public sealed record CreateSequenceCommand(SequenceDefinition Made) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "CREATE SEQUENCE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Metadata.Sequences.Create(Made);
        return ValueTask.CompletedTask;
    }
}

/// <summary>ALTER SEQUENCE; <paramref name="Restart"/> is the next value where there is one.</summary>
public sealed record AlterSequenceCommand(Sequence Sequence, SequenceDefinition Definition, long? Restart) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "ALTER SEQUENCE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        Sequence.Alter(Definition, Restart);
        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP SEQUENCE.</summary>
public sealed record DropSequenceCommand(Sequence Sequence) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DROP SEQUENCE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Query.RefuseTransaction(Tag);
        context.Metadata.Sequences.Drop(Sequence);
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// What happens to the sequences of a table when it has changed: they go with it or with a column, or follow it to its new name. A transaction that
/// may still be rolled back keeps them.
/// </summary>
public sealed record FollowTableCommand(string Catalog, SchemaTableName Table, ValueList<TableChange>? Changes) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "ALTER TABLE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SequenceStore sequences = context.Metadata.Sequences;
        if (context.Query.Transaction is not null)
            return ValueTask.CompletedTask;
        if (Changes is null)
            sequences.DropOf(Catalog, Table);
        foreach (TableChange change in Changes ?? [])
        {
            if (change is RenameTableChange { NewName: var newName })
                sequences.MoveOf(Catalog, Table, newName);
            else if (change is DropColumnChange { Column: var column })
                sequences.DropOf(Catalog, Table, column);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>DROP SCHEMA drops the sequences in it.</summary>
public sealed record DropSchemaSequencesCommand(string Catalog, string Schema) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "DROP SCHEMA";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Query.Transaction is null)
            context.Metadata.Sequences.DropSchema(Catalog, Schema);
        return ValueTask.CompletedTask;
    }
}

/// <summary>TRUNCATE ... RESTART IDENTITY: the sequences of a table begin anew.</summary>
public sealed record RestartIdentityCommand(string Catalog, SchemaTableName Table) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "TRUNCATE TABLE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        foreach (Sequence sequence in context.Metadata.Sequences.Of(Catalog, Table))
            sequence.Alter(sequence.Definition, sequence.Definition.Start);
        return ValueTask.CompletedTask;
    }
}
