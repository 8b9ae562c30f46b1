using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>Which part of an aggregation a node does.</summary>
public enum AggregateStep
{
    /// <summary>From rows to results.</summary>
    Single,

    /// <summary>From rows to states: the columns of each call are its function's intermediate types.</summary>
    Partial,

    /// <summary>From states to results: the arguments of each call are the columns of its states.</summary>
    Final,
}

/// <summary>A call of an aggregate function over columns of the source.</summary>
public sealed record AggregateCall(string Function, ValueList<Expression> Arguments, SqlType Type)
{
    /// <summary>The types that the function was bound with; in the Final step the arguments are states and no longer tell.</summary>
    public ValueList<SqlType> ParameterTypes { get; init; } = Arguments.Select(argument => argument.Type).ToValueList();

    /// <summary>Whether each distinct argument counts once.</summary>
    public bool IsDistinct { get; init; }

    /// <summary>A boolean column: rows for which it is not true are left out.</summary>
    public Expression? Filter { get; init; }

    /// <summary>The order in which rows are taken in.</summary>
    public ValueList<SortKey> OrderBy { get; init; }

    /// <summary>Whether the result for no rows is 0; of all others it is NULL.</summary>
    public bool IsZeroWhenEmpty => Function is "count" or "count_if" or "approx_distinct" or "regr_count";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Function}({(IsDistinct ? "distinct " : string.Empty)}{string.Join(", ", Arguments)}"
        + (OrderBy.Count > 0 ? $" order by {string.Join(", ", OrderBy)})" : ")")
        + (Filter is null ? string.Empty : $" filter ({Filter})");
}

/// <summary>An aggregate's output column; several in the Partial step, one for each intermediate type.</summary>
public sealed record Aggregation(ValueList<Column> Outputs, AggregateCall Call)
{
    /// <summary>An aggregation with one output.</summary>
    public Aggregation(Column output, AggregateCall call)
        : this([output], call)
    {
    }

    /// <summary>The output of the Single and Final steps.</summary>
    public Column Output => Outputs[0];

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Outputs)} := {Call}";
}

/// <summary>
/// One row a group of equal keys (NULLs are equal), with the aggregates; without keys one row in all. Arguments, filters and order keys are
/// plain columns or constants: expressions are projected below. No aggregates: DISTINCT. Columns: the keys, then the outputs.
/// </summary>
public sealed record AggregateNode(PlanNode Source, ValueList<Column> Keys, ValueList<Aggregation> Aggregations) : PlanNode
{
    /// <summary>Which part of the work this node does.</summary>
    public AggregateStep Step { get; init; }

    /// <summary>
    /// Whether a row is given for no input at all: always without keys; with keys where a grouping set over <see cref="GroupIdNode"/> is empty.
    /// </summary>
    public bool HasGlobalRow => Keys.Count == 0;

    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Keys.Concat(Aggregations.SelectMany(aggregation => aggregation.Outputs)).ToValueList();

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        if (Step != AggregateStep.Single)
            text.Add(Step == AggregateStep.Partial ? "partial" : "final");
        text.Add("keys", $"({string.Join(", ", Keys)})");
        foreach (Aggregation aggregation in Aggregations)
            text.Add(aggregation);
    }
}

/// <summary>
/// Each row once for every grouping set, with the keys that are not in the set NULL, and the set's number (0 first) in
/// <paramref name="GroupId"/>. Key outputs are new columns, so that aggregates still see the originals. Columns: the source's, the outputs, the id.
/// </summary>
public sealed record GroupIdNode(PlanNode Source, ValueList<GroupIdKey> Keys, ValueList<ValueList<int>> Sets, Column GroupId) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => [.. Source.Columns, .. Keys.Select(key => key.Output), GroupId];

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) =>
        text.Add("sets", $"({string.Join(", ", Sets.Select(set => $"({string.Join(", ", set.Select(key => Keys[key].Input))})"))})");
}

/// <summary>A grouping column and the column that stands for it in the sets that have it.</summary>
public sealed record GroupIdKey(Column Input, Column Output);
