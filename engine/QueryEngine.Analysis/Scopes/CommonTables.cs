using QueryEngine.Plan;

namespace QueryEngine.Analysis.Scopes;

/// <summary>The common tables visible at a place: a chain, innermost first.</summary>
internal sealed class CommonTables
{
    public static readonly CommonTables None = new(null, null);

    private readonly CommonTables? _rest;
    private readonly CommonTableEntry? _entry;

    private CommonTables(CommonTableEntry? entry, CommonTables? rest) => (_entry, _rest) = (entry, rest);

    /// <summary>This chain with one more in front.</summary>
    public CommonTables With(CommonTableEntry entry) => new(entry, this);

    /// <summary>The table that is meant, or null.</summary>
    public CommonTableEntry? Find(Tree.Identifier name)
    {
        for (CommonTables? link = this; link is not null; link = link._rest)
            if (link._entry is { } entry && name.Matches(entry.Name))
                return entry;
        return null;
    }
}

/// <summary>A common table.</summary>
internal abstract record CommonTableEntry(string Name);

/// <summary>One that is planned anew where it is used; names in it mean what they mean in <paramref name="Visible"/> and <paramref name="Outer"/>.</summary>
internal sealed record CommonTableDefinition(Tree.CommonTable Table, bool IsRecursive, CommonTables Visible, NameScope? Outer)
    : CommonTableEntry(Table.Name.Folded)
{
    /// <summary>The plan made where it was declared, until something uses it.</summary>
    public QueryPlan? FirstPlan { get; set; }

    /// <summary>The number of the shared part that every use reads, for a table that is computed exactly once; else null.</summary>
    public int? ShareId { get; init; }

    /// <summary>Whether something reads the shared part.</summary>
    public bool IsRead { get; set; }
}

/// <summary>The rows that a statement in WITH gives when it changes data; no template when it gives none.</summary>
internal sealed record ChangedRowsEntry(string TableName, int StatementId, ImmutableArray<OutputColumn>? Template) : CommonTableEntry(TableName)
{
    /// <summary>A reading of the rows, with columns of its own; null when there are none to be read.</summary>
    public QueryPlan? Read(ColumnAllocator columns)
    {
        if (Template is not { } template)
            return null;
        ImmutableArray<OutputColumn> outputs = [.. template.Select(output => output with { Column = columns.New(output.Name, output.Column.Type) })];
        return new QueryPlan(new ChangedRowsNode(StatementId, [.. outputs.Select(output => output.Column)]), outputs);
    }
}

/// <summary>One that is being defined by itself: the rows of the last round.</summary>
internal sealed record WorkingTableEntry(string TableName, int RecursionId, ImmutableArray<OutputColumn> Template) : CommonTableEntry(TableName)
{
    /// <summary>A reading of the working table, with columns of its own.</summary>
    public QueryPlan Read(ColumnAllocator columns)
    {
        ImmutableArray<OutputColumn> outputs = [.. Template.Select(output => output with { Column = columns.New(output.Name, output.Column.Type) })];
        return new QueryPlan(new WorkingTableNode(RecursionId, [.. outputs.Select(output => output.Column)]), outputs);
    }
}
