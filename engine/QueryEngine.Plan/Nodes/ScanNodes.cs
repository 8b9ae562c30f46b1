using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>A column of a scan and what it is in the source.</summary>
public sealed record ScanColumn(Column Column, ColumnHandle Handle);

/// <summary>Reads a table of a catalog, with what was pushed into its handle.</summary>
public sealed record TableScanNode(string Catalog, SchemaTableName Table, TableHandle Handle, ValueList<ScanColumn> Scanned) : PlanNode
{
    /// <summary>What the source will be sent; filled in for EXPLAIN once planning is done.</summary>
    public string? RemoteText { get; init; }

    /// <summary>Why operations above were not pushed: one line each.</summary>
    public ValueList<string> Refusals { get; init; }

    /// <summary>Whether a pushed operation came back as a superset, after which no limit, top-n, aggregation or join may be pushed.</summary>
    public bool IsSuperset { get; init; }

    /// <summary>Dynamic filters that narrow this scan while it runs: filter id and the column it speaks of.</summary>
    public ValueList<DynamicFilterTarget> DynamicFilters { get; init; }

    /// <summary>The columns by whose values rows are asked for, where the table is not read whole; the values are those of the join's other side.</summary>
    public LookupKeys? Lookup { get; init; }

    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Scanned.Select(scanned => scanned.Column).ToValueList();

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this;

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add($"{Catalog}.{Table}").Add("columns", $"({string.Join(", ", Columns)})");
        if (RemoteText is not null)
            text.Note($"remote: {RemoteText}");
        foreach (string refusal in Refusals)
            text.Note($"not pushed: {refusal}");
        if (Lookup is not null)
            text.Note($"looked up by ({string.Join(", ", Lookup.Columns)}), lookup {Lookup.Id}");
        foreach (DynamicFilterTarget filter in DynamicFilters)
            text.Note($"dynamic filter {filter.FilterId} on {filter.Column}");
    }
}

/// <summary>
/// Columns of keys that are looked up: of the scan, and in the same order of the side that a <see cref="JoinNode"/> builds before. The id is unique in the query.
/// </summary>
public sealed record LookupKeys(int Id, ValueList<Column> Columns);

/// <summary>A column that a dynamic filter narrows. The id is unique in the query; a <see cref="JoinNode"/> produces it.</summary>
public sealed record DynamicFilterTarget(int FilterId, Column Column);

/// <summary>Constant rows; every expression is without columns.</summary>
public sealed record ValuesNode(ValueList<Column> Outputs, ValueList<ValueList<Expression>> Rows) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <summary>One row without columns: FROM nothing.</summary>
    public static ValuesNode OneRow { get; } = new([], [[]]);

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this;

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add("rows", Rows.Count).Add("columns", $"({string.Join(", ", Outputs)})");
}

/// <summary>What another fragment produces, by fragment id; its rows come through an exchange.</summary>
public sealed record RemoteSourceNode(int FragmentId, ValueList<Column> Outputs) : PlanNode
{
    /// <summary>Keys to merge sorted streams by; empty when order does not matter.</summary>
    public ValueList<SortKey> MergeBy { get; init; }

    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this;

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add("fragment", FragmentId);
}

/// <summary>The rows of the recursive term's last round, inside a <see cref="RecursiveUnionNode"/>.</summary>
public sealed record WorkingTableNode(int RecursionId, ValueList<Column> Outputs) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this;

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add("recursion", RecursionId);
}
