using QueryEngine.Analysis.Types;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE, ALTER and DROP SEQUENCE, and the sequences of numbered columns.</summary>
internal sealed class SequenceAnalyzer(StatementAnalyzer statements)
{
    /// <summary>CREATE SEQUENCE.</summary>
    public async ValueTask<AnalyzedStatement> CreateAsync(Tree.CreateSequenceStatement create, CancellationToken cancellationToken)
    {
        TargetName target = Resolve(create.Name);
        SchemaTableName name = await new Targets(statements).NameNewAsync(target, create.Name, cancellationToken).ConfigureAwait(false);
        bool isThere = statements.Metadata.Sequences.Find(target) is not null;
        if (isThere && create.IfNotExists)
            return new NothingCommand("CREATE SEQUENCE");
        if (isThere || await statements.Metadata.FindAsync(statements.Context, target, cancellationToken).ConfigureAwait(false) is not null)
            throw new QueryException(ErrorCode.DuplicateTable, $"'{name.Table}' already exists", create.Name.Position);
        SequenceDefinition definition = Defined(new SequenceDefinition(target.Catalog.Name, name), create.Options, isNew: true);
        return new CreateSequenceCommand(await OwnedAsync(definition, create.Options, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>ALTER SEQUENCE.</summary>
    public async ValueTask<AnalyzedStatement> AlterAsync(Tree.AlterSequenceStatement alter, CancellationToken cancellationToken)
    {
        if (Find(alter.Name, alter.IfExists) is not { } sequence)
            return new NothingCommand("ALTER SEQUENCE");
        SequenceDefinition definition = Defined(sequence.Definition, alter.Options, isNew: false);
        definition = await OwnedAsync(definition, alter.Options, cancellationToken).ConfigureAwait(false);
        long? restart = alter.Options.Restart is { } given ? given.Value ?? definition.Start : null;
        return new AlterSequenceCommand(sequence, definition, restart);
    }

    /// <summary>ALTER SEQUENCE ... RENAME TO.</summary>
    public AlterSequenceCommand Rename(Tree.RenameStatement rename)
    {
        Sequence sequence = Find(rename.Name, ifExists: false)!;
        SequenceDefinition definition = sequence.Definition;
        if (definition.Table is not null)
            throw QueryException.NotSupported("renaming a sequence that numbers a column", rename.Position);
        definition = definition with { Name = definition.Name with { Table = rename.NewName.Last.Folded } };
        if (statements.Metadata.Sequences.All.Any(other => other.Definition.Catalog == definition.Catalog && other.Definition.Name == definition.Name))
            throw new QueryException(ErrorCode.DuplicateTable, $"sequence '{definition.Name.Table}' already exists", rename.NewName.Position);
        return new AlterSequenceCommand(sequence, definition, Restart: null);
    }

    /// <summary>DROP SEQUENCE; null when there is nothing to drop and that is no error.</summary>
    public AnalyzedCommand? Drop(Tree.QualifiedName name, Tree.DropStatement drop)
    {
        if (Find(name, drop.IfExists) is not { } sequence)
            return null;
        return sequence.Definition is { Table: { } table, Column: { } column }
            ? throw new QueryException(ErrorCode.DependentObjects, $"column '{column}' of {table.Table} takes its values from sequence '{sequence.Definition.Name.Table}'", name.Position)
            : new DropSequenceCommand(sequence);
    }

    /// <summary>The sequence of a column that a table is made with.</summary>
    public SequenceDefinition OfColumn(string catalog, SchemaTableName table, string column, SqlType type, Tree.SequenceOptions options)
    {
        string name = $"{table.Table}_{column}_seq";
        HashSet<string> taken = [.. statements.Metadata.Sequences.All
            .Where(other => other.Definition.Catalog == catalog && other.Definition.Name.Schema == table.Schema).Select(other => other.Definition.Name.Table)];
        for (int number = 1; taken.Contains(name); number++)
            name = $"{table.Table}_{column}_seq{number}";
        var definition = new SequenceDefinition(catalog, new SchemaTableName(table.Schema, name)) { Type = type, Maximum = Limit(type), Table = table, Column = column };
        return Defined(definition, options, isNew: true);
    }

    /// <summary>The definition with what is written.</summary>
    private static SequenceDefinition Defined(SequenceDefinition old, Tree.SequenceOptions options, bool isNew)
    {
        SqlType type = options.Type is null ? old.Type : TypeResolver.Resolve(options.Type);
        if (type.Kind is not (TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a sequence is of type smallint, integer or bigint, not {type}", options.Type!.Position);
        long increment = options.Increment ?? old.Increment;
        if (increment == 0)
            throw Invalid("INCREMENT must not be zero");
        bool isAnew = isNew || type != old.Type || increment < 0 != old.Increment < 0;
        long minimum = options.Minimum is { } low ? low.Value ?? Least() : isAnew ? Least() : old.Minimum;
        long maximum = options.Maximum is { } high ? high.Value ?? Greatest() : isAnew ? Greatest() : old.Maximum;
        if (minimum < -Limit(type) - 1 || maximum > Limit(type))
            throw Invalid($"the bounds {minimum} and {maximum} are out of the range of {type}");
        if (minimum >= maximum)
            throw Invalid($"MINVALUE ({minimum}) must be less than MAXVALUE ({maximum})");
        long start = options.Start ?? (isNew ? increment > 0 ? minimum : maximum : old.Start);
        if (start < minimum || start > maximum)
            throw Invalid($"START ({start}) is out of the bounds ({minimum}..{maximum})");
        if (options.Restart is { Value: { } restart } && (restart < minimum || restart > maximum))
            throw Invalid($"RESTART ({restart}) is out of the bounds ({minimum}..{maximum})");
        return old with { Type = type, Increment = increment, Minimum = minimum, Maximum = maximum, Start = start, IsCycle = options.IsCycle ?? old.IsCycle };

        long Least() => increment > 0 ? 1 : -Limit(type) - 1;

        long Greatest() => increment > 0 ? Limit(type) : -1;

        QueryException Invalid(string message) => new(ErrorCode.InvalidParameterValue, message, options.Position);
    }

    private static long Limit(SqlType type) => type.Kind switch
    {
        TypeKind.SmallInt => short.MaxValue,
        TypeKind.Integer => int.MaxValue,
        _ => long.MaxValue,
    };

    private async ValueTask<SequenceDefinition> OwnedAsync(SequenceDefinition definition, Tree.SequenceOptions options, CancellationToken cancellationToken)
    {
        if (options.IsOwnedByNone)
            return definition with { Table = null, Column = null };
        if (options.OwnedBy is not { } owner)
            return definition;
        if (owner.Parts.Length < 2)
            throw new QueryException(ErrorCode.SyntaxError, "OWNED BY takes a table and a column, or NONE", owner.Position);
        ResolvedTable table = await new Targets(statements).GetTableAsync(owner with { Parts = owner.Parts[..^1] }, cancellationToken).ConfigureAwait(false);
        string column = TableChanges.Find(table.Schema.Columns, owner.Last, table.Schema.Name).Name;
        return table.Catalog.Name == definition.Catalog && table.Schema.Name.Schema == definition.Name.Schema
            ? definition with { Table = table.Schema.Name, Column = column }
            : throw new QueryException(ErrorCode.ObjectNotInPrerequisiteState, "a sequence is in the schema of the table that it belongs to", owner.Position);
    }

    private Sequence? Find(Tree.QualifiedName name, bool ifExists) => statements.Metadata.Sequences.Find(Resolve(name)) ?? (ifExists
        ? null
        : throw new QueryException(
            ErrorCode.UndefinedTable,
            $"sequence '{name.Last.Value}' does not exist",
            name.Position,
            Suggestion.DidYouMean(name.Last.Value, statements.Metadata.Sequences.All.Select(one => one.Definition.Name.Table))));

    private TargetName Resolve(Tree.QualifiedName name)
    {
        try
        {
            return statements.Metadata.ResolveName(statements.Context, TableCache.Names(name));
        }
        catch (QueryException error)
        {
            throw error.At(name.Position);
        }
    }
}
