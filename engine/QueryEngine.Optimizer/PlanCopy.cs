using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>Copies a plan with new columns, so that it can stand twice in one query.</summary>
internal static class PlanCopy
{
    /// <summary>The copy, and which new column stands for which old one.</summary>
    public static PlanNode Copy(PlanNode plan, ColumnAllocator columns, out IReadOnlyDictionary<Column, Column> copies)
    {
        var map = new Dictionary<Column, Column>();
        foreach (PlanNode node in plan.Descendants())
        {
            foreach (Column column in node.Columns)
                map.TryAdd(column, columns.Like(column));
            foreach (Column parameter in NodeExpressions.Expressions(node).SelectMany(LambdaParameters))
                map.TryAdd(parameter, columns.Like(parameter));
        }

        copies = map;
        return Rename(plan, map);
    }

    /// <summary>The plan with columns replaced wherever they stand.</summary>
    public static PlanNode Rename(PlanNode plan, IReadOnlyDictionary<Column, Column> map)
    {
        return plan.RewriteBottomUp(node => RenameNode(NodeExpressions.Map(node, expression => RenameIn(expression, map)), New));

        Column New(Column column) => map.GetValueOrDefault(column, column);
    }

    private static IEnumerable<Column> LambdaParameters(Expression expression) =>
        (expression is LambdaExpression lambda ? lambda.Parameters : Enumerable.Empty<Column>()).Concat(expression.Children.SelectMany(LambdaParameters));

    private static Expression RenameIn(Expression expression, IReadOnlyDictionary<Column, Column> map) => expression.Rewrite(node => node switch
    {
        ColumnExpression column when map.TryGetValue(column.Column, out Column? copy) => copy.Ref(),
        LambdaExpression lambda => lambda with { Parameters = lambda.Parameters.Select(parameter => map.GetValueOrDefault(parameter, parameter)).ToValueList() },
        _ => null,
    });

    private static PlanNode RenameNode(PlanNode node, Func<Column, Column> to)
    {
        return node switch
        {
            TableScanNode scan => scan with
            {
                Scanned = scan.Scanned.Select(scanned => scanned with { Column = to(scanned.Column) }).ToValueList(),
                Lookup = scan.Lookup is { } lookup ? lookup with { Columns = All(lookup.Columns, to) } : null,
                DynamicFilters = All(scan.DynamicFilters, filter => filter with { Column = to(filter.Column) }),
            },
            ValuesNode values => values with { Outputs = All(values.Outputs, to) },
            RemoteSourceNode remote => remote with { Outputs = All(remote.Outputs, to), MergeBy = All(remote.MergeBy, Key) },
            SharedReadNode read => read with { Outputs = All(read.Outputs, to), Read = All(read.Read, to) },
            WorkingTableNode table => table with { Outputs = All(table.Outputs, to) },
            ProjectNode project => project with { Assignments = All(project.Assignments, assignment => assignment with { Column = to(assignment.Column) }) },
            SortNode sort => sort with { Keys = All(sort.Keys, Key) },
            TopNNode topN => topN with { Keys = All(topN.Keys, Key) },
            AssignUniqueIdNode unique => unique with { Id = to(unique.Id) },
            UnnestNode unnest => unnest with
            {
                Replicated = All(unnest.Replicated, to),
                Items = All(unnest.Items, item => new UnnestItem(to(item.Collection), All(item.Outputs, to))),
                Ordinality = unnest.Ordinality is { } ordinality ? to(ordinality) : null,
            },
            AggregateNode aggregate => aggregate with
            {
                Keys = All(aggregate.Keys, to),
                Aggregations = All(aggregate.Aggregations, aggregation => new Aggregation(
                    All(aggregation.Outputs, to), aggregation.Call with { OrderBy = All(aggregation.Call.OrderBy, Key) })),
            },
            GroupIdNode groups => groups with { Keys = All(groups.Keys, key => new GroupIdKey(to(key.Input), to(key.Output))), GroupId = to(groups.GroupId) },
            JoinNode join => join with
            {
                Criteria = All(join.Criteria, criterion => criterion with { Left = to(criterion.Left), Right = to(criterion.Right) }),
                Mark = join.Mark is { } mark ? to(mark) : null,
                Lookup = join.Lookup is { } keys ? keys with { Columns = All(keys.Columns, to) } : null,
                DynamicFilters = All(join.DynamicFilters, filter => filter with { Column = to(filter.Column) }),
            },
            ApplyNode { Mark: { } mark } apply => apply with { Mark = to(mark) },
            UnionNode union => union with { Outputs = All(union.Outputs, to), Mapping = All(union.Mapping, columns => All(columns, to)) },
            SetOperationNode set => set with { Outputs = All(set.Outputs, to), LeftColumns = All(set.LeftColumns, to), RightColumns = All(set.RightColumns, to) },
            RecursiveUnionNode recursion => recursion with
            {
                Outputs = All(recursion.Outputs, to),
                AnchorColumns = All(recursion.AnchorColumns, to),
                StepColumns = All(recursion.StepColumns, to),
            },
            WindowNode window => window with
            {
                PartitionBy = All(window.PartitionBy, to),
                OrderBy = All(window.OrderBy, Key),
                Calls = All(window.Calls, call => call with { Output = to(call.Output) }),
            },
            MatchRecognizeNode match => (match with { Measures = All(match.Measures, measure => measure with { Output = to(measure.Output) }) })
                .Map(expression => expression with { Inputs = All(expression.Inputs, input => input.Map(to)) }) with
            {
                PartitionBy = All(match.PartitionBy, to),
                OrderBy = All(match.OrderBy, Key),
            },
            OutputNode output => output with { Outputs = All(output.Outputs, to) },
            ExchangeNode exchange => exchange with { Keys = All(exchange.Keys, to), MergeBy = All(exchange.MergeBy, Key) },
            _ => node,
        };

        SortKey Key(SortKey key) => key with { Column = to(key.Column) };
    }

    private static ValueList<T> All<T>(ValueList<T> items, Func<T, T> map) => items.Select(map).ToValueList();
}
