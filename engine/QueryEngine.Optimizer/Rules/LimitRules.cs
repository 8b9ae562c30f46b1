using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// A recursion goes on no longer than until there are as many rows as a limit above it takes, so that one without end ends.
/// <code>
/// Limit[count=3, offset=1]        Limit[count=3, offset=1]
///   RecursiveUnion           =>     RecursiveUnion[enough=4]
/// </code>
/// </summary>
internal sealed class EndRecursionByLimit : Rule<LimitNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode limit, OptimizerContext context)
    {
        if (limit is not { Source: RecursiveUnionNode recursion, Count: { } count } || limit.Offset > long.MaxValue - count)
            return null;
        long enough = count + limit.Offset;
        return recursion.Enough <= enough ? null : limit with { Source = recursion with { Enough = enough } };
    }
}

/// <summary>
/// No input of a union has to give more rows than all together may.
/// <code>
/// Limit[count=3, offset=1]        Limit[count=3, offset=1]
///   Union                    =>     Union
///     X                               Limit[count=4]
///     Y                                 X
///                                     Limit[count=4]
///                                       Y
/// </code>
/// </summary>
internal sealed class PushLimitIntoUnion : Rule<LimitNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode limit, OptimizerContext context)
    {
        if (limit is not { Source: UnionNode union, Count: { } count } || limit.Offset > long.MaxValue - count)
            return null;

        long most = count + limit.Offset;
        if (union.Inputs.All(input => GivesAtMost(input, most)))
            return null;
        IEnumerable<PlanNode> inputs = union.Inputs.Select(input => GivesAtMost(input, most) ? input : new LimitNode(input, most));
        return limit with { Source = union with { Inputs = inputs.ToValueList() } };
    }

    /// <summary>Whether the node says itself that it has no more rows.</summary>
    public static bool GivesAtMost(PlanNode node, long rows) => node switch
    {
        LimitNode { Count: { } count } => count <= rows,
        TopNNode { WithTies: false } topN => topN.Count <= rows,
        ValuesNode values => values.Rows.Count <= rows,
        EnforceSingleRowNode or AggregateNode { HasGlobalRow: true } => rows >= 1,
        ProjectNode or FilterNode or SortNode => GivesAtMost(node.Sources[0], rows),
        _ => false,
    };
}

/// <summary>TopN over Union  =>  TopN over Union over a TopN of each input.</summary>
internal sealed class PushTopNIntoUnion : Rule<TopNNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(TopNNode topN, OptimizerContext context)
    {
        if (topN is not { Source: UnionNode union, WithTies: false } || union.Inputs.All(input => PushLimitIntoUnion.GivesAtMost(input, topN.Count)))
            return null;

        IEnumerable<PlanNode> inputs = union.Inputs.Select((input, index) => PushLimitIntoUnion.GivesAtMost(input, topN.Count)
            ? input
            : new TopNNode(input, topN.Count, topN.Keys.Select(key => key with { Column = Mapped(union, index, key.Column) }).ToValueList()));
        return topN with { Source = union with { Inputs = inputs.ToValueList() } };
    }

    private static Column Mapped(UnionNode union, int input, Column output)
    {
        int place = 0;
        while (union.Outputs[place] != output)
            place++;
        return union.Mapping[input][place];
    }
}

/// <summary>Every left row of a left join comes at least once: Limit over Join[left]  =>  Limit over Join[left] over Limit of the left side.</summary>
internal sealed class PushLimitIntoOuterJoin : Rule<LimitNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode limit, OptimizerContext context)
    {
        if (limit is not { Source: JoinNode { Kind: JoinKind.Left } join, Count: { } count } || limit.Offset > long.MaxValue - count
            || PushLimitIntoUnion.GivesAtMost(join.Left, count + limit.Offset))
            return null;
        return limit with { Source = join with { Left = new LimitNode(join.Left, count + limit.Offset) } };
    }
}

/// <summary>TopN by columns of the left side over Join[left]  =>  the same over a TopN of the left side.</summary>
internal sealed class PushTopNIntoOuterJoin : Rule<TopNNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(TopNNode topN, OptimizerContext context)
    {
        if (topN is not { Source: JoinNode { Kind: JoinKind.Left } join, WithTies: false } || PushLimitIntoUnion.GivesAtMost(join.Left, topN.Count))
            return null;
        HashSet<Column> left = join.Left.ColumnSet();
        return topN.Keys.All(key => left.Contains(key.Column)) ? topN with { Source = join with { Left = new TopNNode(join.Left, topN.Count, topN.Keys) } } : null;
    }
}
