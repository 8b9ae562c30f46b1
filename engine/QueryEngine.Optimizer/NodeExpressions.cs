using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>The expressions inside nodes: reads all of them, rewrites all of them. Covers every node that holds expressions or columns it reads.</summary>
internal static class NodeExpressions
{
    /// <summary>Every column that the node itself (not its sources) reads.</summary>
    public static IEnumerable<Column> Reads(PlanNode node) => node switch
    {
        FilterNode filter => filter.Predicate.References(),
        ProjectNode project => project.Assignments.SelectMany(assignment => assignment.Expression.References()),
        ValuesNode values => values.Rows.SelectMany(row => row).SelectMany(expression => expression.References()),
        AggregateNode aggregate => aggregate.Keys.Concat(aggregate.Aggregations.SelectMany(Reads)),
        GroupIdNode groups => groups.Keys.Select(key => key.Input),
        JoinNode join => join.Criteria.SelectMany(criterion => new[] { criterion.Left, criterion.Right })
            .Concat(join.Filter?.References() ?? []).Concat(join.DynamicFilters.Select(filter => filter.Column)),
        ApplyNode apply => apply.Comparison?.References() ?? [],
        SortNode sort => sort.Keys.Select(key => key.Column),
        TopNNode topN => topN.Keys.Select(key => key.Column),
        UnnestNode unnest => unnest.Replicated.Concat(unnest.Items.Select(item => item.Collection)),
        WindowNode window => Reads(window),
        MatchRecognizeNode match => match.Reads(),
        UnionNode union => union.Mapping.SelectMany(columns => columns),
        SetOperationNode set => set.LeftColumns.Concat(set.RightColumns),
        RecursiveUnionNode recursion => recursion.AnchorColumns.Concat(recursion.StepColumns),
        OutputNode output => output.Outputs,
        TableWriteNode write => write.Written.Concat(write.Checks.SelectMany(check => check.Reads())),
        ExchangeNode exchange => exchange.Keys.Concat(exchange.MergeBy.Select(key => key.Column)),
        _ => [],
    };

    /// <summary>The columns below and at a node that no node below or at it produces: its correlation.</summary>
    public static HashSet<Column> FreeColumns(PlanNode node)
    {
        var produced = new HashSet<Column>();
        var read = new HashSet<Column>();
        foreach (PlanNode descendant in node.Descendants())
        {
            produced.UnionWith(descendant.Columns);
            read.UnionWith(Reads(descendant));
            if (descendant is TableScanNode scan)
                produced.UnionWith(scan.Columns);
        }

        foreach (LambdaExpression lambda in node.Descendants().SelectMany(Expressions).SelectMany(Lambdas))
            produced.UnionWith(lambda.Parameters);
        read.ExceptWith(produced);
        return read;
    }

    /// <summary>The node with each of its expressions mapped. Columns outside expressions (keys, criteria) stay.</summary>
    public static PlanNode Map(PlanNode node, Func<Expression, Expression> map) => node switch
    {
        FilterNode filter => filter with { Predicate = map(filter.Predicate) },
        ProjectNode project => project with
        {
            Assignments = project.Assignments.Select(assignment => assignment with { Expression = map(assignment.Expression) }).ToValueList(),
        },
        ValuesNode values => values with { Rows = values.Rows.Select(row => row.Select(map).ToValueList()).ToValueList() },
        JoinNode { Filter: { } filter } join => join with { Filter = map(filter) },
        ApplyNode { Comparison: { } comparison } apply => apply with { Comparison = map(comparison) },
        AggregateNode aggregate => aggregate with { Aggregations = aggregate.Aggregations.Select(aggregation => Map(aggregation, map)).ToValueList() },
        WindowNode window => window with { Calls = window.Calls.Select(call => Map(call, map)).ToValueList() },
        MatchRecognizeNode match => match.Map(expression => expression with { Expression = map(expression.Expression) }),
        _ => node,
    };

    /// <summary>The expressions of a node.</summary>
    public static IEnumerable<Expression> Expressions(PlanNode node)
    {
        var expressions = new List<Expression>();
        Map(node, expression =>
        {
            expressions.Add(expression);
            return expression;
        });
        return expressions;
    }

    private static IEnumerable<LambdaExpression> Lambdas(Expression expression) =>
        (expression is LambdaExpression lambda ? [lambda] : Enumerable.Empty<LambdaExpression>()).Concat(expression.Children.SelectMany(Lambdas));

    private static IEnumerable<Column> Reads(Aggregation aggregation) =>
        aggregation.Call.Arguments.SelectMany(argument => argument.References())
            .Concat(aggregation.Call.Filter?.References() ?? []).Concat(aggregation.Call.OrderBy.Select(key => key.Column));

    private static IEnumerable<Column> Reads(WindowNode window) =>
        window.PartitionBy.Concat(window.OrderBy.Select(key => key.Column)).Concat(window.Calls.SelectMany(call =>
            call.Arguments.SelectMany(argument => argument.References())
                .Concat(call.Filter?.References() ?? [])
                .Concat(call.Frame.Start.Offset?.References() ?? [])
                .Concat(call.Frame.End.Offset?.References() ?? [])));

    private static Aggregation Map(Aggregation aggregation, Func<Expression, Expression> map) => aggregation with
    {
        Call = aggregation.Call with
        {
            Arguments = aggregation.Call.Arguments.Select(map).ToValueList(),
            Filter = aggregation.Call.Filter is { } filter ? map(filter) : null,
        },
    };

    private static WindowCall Map(WindowCall call, Func<Expression, Expression> map) => call with
    {
        Arguments = call.Arguments.Select(map).ToValueList(),
        Filter = call.Filter is { } filter ? map(filter) : null,
        Frame = call.Frame with { Start = Map(call.Frame.Start, map), End = Map(call.Frame.End, map) },
    };

    private static FrameBound Map(FrameBound bound, Func<Expression, Expression> map) =>
        bound.Offset is { } offset ? bound with { Offset = map(offset) } : bound;
}
