using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>The root of a query: the columns that the client gets, with their names, which may repeat. Columns may repeat too.</summary>
public sealed record OutputNode(PlanNode Source, ValueList<Column> Outputs, ValueList<string> Names) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) =>
        text.Add(string.Join(", ", Outputs.Zip(Names, (column, name) => column.Name == name ? $"{column}" : $"{name} := {column}")));
}

/// <summary>
/// Writes the source's rows, columns in the handle's order, through a sink of this task and gives one row a task: what the sink returned, as
/// varbinary, and the rows written, as bigint.
/// </summary>
public sealed record TableWriteNode(PlanNode Source, string Catalog, WriteHandle Handle, ValueList<Column> Written, Column Fragment, Column RowCount) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => [Fragment, RowCount];

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(Catalog).Add("columns", $"({string.Join(", ", Written)})");
}

/// <summary>How rows go from the tasks of one fragment to those of the next.</summary>
public enum ExchangeKind
{
    /// <summary>All to one task.</summary>
    Gather,

    /// <summary>Each to the task of its keys' hash.</summary>
    Hash,

    /// <summary>Each to any task.</summary>
    RoundRobin,

    /// <summary>All to every task.</summary>
    Broadcast,
}

/// <summary>Where a plan is cut into fragments. The fragmenter replaces it by a <see cref="RemoteSourceNode"/>.</summary>
public sealed record ExchangeNode(PlanNode Source, ExchangeKind Kind, ValueList<Column> Keys) : PassThroughNode(Source)
{
    /// <summary>The order of each stream, to be kept by merging; empty when there is none.</summary>
    public ValueList<SortKey> MergeBy { get; init; }

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add(Kind.ToString().ToLowerInvariant());
        if (Keys.Count > 0)
            text.Add($"({string.Join(", ", Keys)})");
    }
}
