using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>The rows of all inputs (UNION ALL). Output column n takes column n of <c>Inputs[s]</c> from source s; types are equal.</summary>
public sealed record UnionNode(ValueList<PlanNode> Inputs, ValueList<Column> Outputs, ValueList<ValueList<Column>> Mapping) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => Inputs;

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Inputs = sources };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(string.Join(", ", Outputs));
}

/// <summary>INTERSECT or EXCEPT.</summary>
public enum SetOperation
{
    Intersect,
    Except,
}

/// <summary>INTERSECT or EXCEPT [ALL] of two inputs, column n against column n. The optimizer replaces it by joins and aggregates.</summary>
public sealed record SetOperationNode(
    SetOperation Operation, bool IsAll, PlanNode Left, PlanNode Right, ValueList<Column> Outputs, ValueList<Column> LeftColumns, ValueList<Column> RightColumns) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Left, Right];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Left = sources[0], Right = sources[1] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(Operation.ToString().ToLowerInvariant()).Add(IsAll ? "all" : "distinct");
}

/// <summary>
/// The anchor's rows and, round after round, what the recursive term makes of the last round's new rows (its <see cref="WorkingTableNode"/>), until a
/// round brings none. Distinct: rows seen before are dropped.
/// </summary>
public sealed record RecursiveUnionNode(
    int RecursionId, PlanNode Anchor, PlanNode Step, ValueList<Column> Outputs, ValueList<Column> AnchorColumns, ValueList<Column> StepColumns, bool IsDistinct) : PlanNode
{
    /// <summary>Rows that suffice: no further round is run when there are so many; null when all are needed.</summary>
    public long? Enough { get; init; }

    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Anchor, Step];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Anchor = sources[0], Step = sources[1] };

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add("recursion", RecursionId);
        if (IsDistinct)
            text.Add("distinct");
        if (Enough is { } enough)
            text.Add("enough", enough);
    }
}
