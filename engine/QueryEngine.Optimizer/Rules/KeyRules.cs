using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>DISTINCT of rows that are different already goes: over a grouping by some of its columns, over a single row.</summary>
internal sealed class RemoveDistinctByKeys : Rule<AggregateNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(AggregateNode aggregate, OptimizerContext context) =>
        aggregate is { Aggregations.Count: 0, Keys.Count: > 0, Step: AggregateStep.Single } && UniqueKeys.IsUnique(aggregate.Source, aggregate.Keys.ToHashSet())
            ? ProjectNode.Choose(aggregate.Source, aggregate.Keys)
            : null;
}

/// <summary>
/// A left join of which only left columns are used goes where no row can have two matches.
/// <code>
/// Project[a]                         Project[a]
///   Join[left, k = g]           =>     X
///     X
///     Aggregate[keys=(g), ...]
/// </code>
/// </summary>
internal sealed class RemoveJoinByKeys : Rule<ProjectNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(ProjectNode project, OptimizerContext context)
    {
        if (project.Source is not JoinNode { Kind: JoinKind.Left } join || !UniqueKeys.MatchesOnce(join))
            return null;
        HashSet<Column> left = join.Left.ColumnSet();
        return project.Assignments.All(assignment => assignment.Expression.ReadsOnly(left)) ? project with { Source = join.Left } : null;
    }
}

/// <summary>
/// The first rows by number are the first rows.
/// <code>
/// Filter[n &lt;= 3]                              Filter[n &lt;= 3]
///   Window[order=(a), n := row_number()]  =>    Window[order=(a), n := row_number()]
///     X                                           TopN[count=3, a]
///                                                   X
/// </code>
/// Does not fire within partitions, or where the window computes more, which could see the other rows.
/// </summary>
internal sealed class LimitNumberedRows : Rule<FilterNode>
{
    private const long MaxRows = 1_000_000;

    /// <inheritdoc/>
    protected override PlanNode? Rewrite(FilterNode filter, OptimizerContext context)
    {
        if (filter.Source is not WindowNode { PartitionBy.Count: 0, OrderBy.Count: > 0, Calls: [{ Function: "row_number" } number] } window || window.Source is TopNNode)
            return null;

        long? count = Expressions.Conjuncts(filter.Predicate).Min(conjunct => Most(conjunct, number.Output));
        return count is >= 0 and <= MaxRows ? filter with { Source = window with { Source = new TopNNode(window.Source, count.Value, window.OrderBy) } } : null;
    }

    private static long? Most(Expression condition, Column number) =>
        condition is CallExpression { Arguments: [ColumnExpression column, ConstantExpression { Value: long bound }] } call && column.Column == number
            ? call.Function switch
            {
                OperatorNames.LessOrEqual or OperatorNames.Equal => bound,
                OperatorNames.Less when bound > long.MinValue => bound - 1,
                _ => null,
            }
            : null;
}

/// <summary>
/// Distinct values are grouped first, which every driver and worker can help with, and counted then. Within a process only counts by few keys: many would be laid
/// out twice to no gain (query 16 of TPC-H, of three), where one makes it 1.6 times as fast (<c>hits --queries count-distinct-by-group</c>).
/// <code>
/// Aggregate[keys=(g), count(distinct a)]    =>    Aggregate[keys=(g), count(a)]
///   X                                               Aggregate[keys=(g, a)]
///                                                     X
/// </code>
/// Does not fire beside other aggregates, which need every row; nor within a process for counts by keys that a source may yet take as they are.
/// </summary>
internal sealed class GroupDistinctArguments(bool isAfterPushdown) : Rule<AggregateNode>
{
    private const int FewKeys = 2;

    /// <inheritdoc/>
    protected override PlanNode? Rewrite(AggregateNode aggregate, OptimizerContext context)
    {
        if ((!context.IsDistributed && aggregate.Keys.Count > 0 && !(isAfterPushdown && CountsForFewKeys(aggregate))) || aggregate.Step != AggregateStep.Single || aggregate.Aggregations.Count == 0
            || !aggregate.Aggregations.All(IsPlainDistinct) || aggregate.Aggregations.Select(ArgumentOf).Distinct().Count() > 1)
            return null;

        Column argument = ArgumentOf(aggregate.Aggregations[0]);
        ValueList<Column> keys = aggregate.Keys.Append(argument).Distinct().ToValueList();
        return aggregate with
        {
            Source = new AggregateNode(aggregate.Source, keys, []),
            Aggregations = aggregate.Aggregations.Select(aggregation => aggregation with { Call = aggregation.Call with { IsDistinct = false } }).ToValueList(),
        };
    }

    // Others, such as array_agg, give values in the order in which they come.
    private static bool CountsForFewKeys(AggregateNode aggregate) =>
        aggregate.Keys.Count <= FewKeys && aggregate.Aggregations.All(aggregation => aggregation.Call.Function == "count");

    private static bool IsPlainDistinct(Aggregation aggregation) =>
        aggregation.Call is { IsDistinct: true, Filter: null, OrderBy.Count: 0, Arguments: [ColumnExpression] };

    private static Column ArgumentOf(Aggregation aggregation) => ((ColumnExpression)aggregation.Call.Arguments[0]).Column;
}
