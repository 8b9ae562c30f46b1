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
        SequenceStore sequences = context.Metadata.Sequences;
        Sequence made = sequences.Create(Made);
        context.Metadata.Transactions.WhenUndone(context.Query, () => sequences.Drop(made));
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
/// What happens to the sequences of a table when it has changed: they go with it or with a column, or follow it to its new name. In a transaction
/// they go when it is committed.
/// </summary>
public sealed record FollowTableCommand(string Catalog, SchemaTableName Table, ValueList<TableChange>? Changes) : AnalyzedCommand
{
    /// <inheritdoc/>
    public override string Tag => "ALTER TABLE";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SequenceStore sequences = context.Metadata.Sequences;
        IReadOnlyList<Sequence> own = sequences.Of(Catalog, Table);
        if (Changes is null)
            Drop(own);
        foreach (TableChange change in Changes ?? [])
        {
            if (change is RenameTableChange { NewName: var newName })
                Move(own, newName);
            else if (change is DropColumnChange { Column: var column })
                Drop([.. own.Where(one => one.Definition.Column == column)]);
        }

        return ValueTask.CompletedTask;

        void Drop(IReadOnlyList<Sequence> gone) => context.Metadata.Transactions.WhenCommitted(context.Query, () => sequences.Drop(gone));

        void Move(IReadOnlyList<Sequence> moved, SchemaTableName name)
        {
            foreach (Sequence sequence in moved)
                sequence.Alter(sequence.Definition with { Table = name }, restart: null);
            context.Metadata.Transactions.WhenUndone(context.Query, () =>
            {
                foreach (Sequence sequence in moved)
                    sequence.Alter(sequence.Definition with { Table = Table }, restart: null);
            });
        }
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
        SequenceStore sequences = context.Metadata.Sequences;
        Sequence[] gone = [.. sequences.All.Where(one => one.Definition.Catalog == Catalog && one.Definition.Name.Schema == Schema)];
        context.Metadata.Transactions.WhenCommitted(context.Query, () => sequences.Drop(gone));
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
