using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Sharing;

/// <summary>
/// Makes one plan of two that compute the same rows: same tables, conditions, joins and groups. Columns and aggregates that only one of them has are
/// added to the other, so the merged plan has all that either needs. Keeps the first plan's columns; <see cref="Of"/> tells where the second's are.
/// </summary>
internal sealed class PlanMerge(OptimizerContext context)
{
    private readonly Dictionary<Column, Column> _columns = [];

    /// <summary>The column of the merged plan that stands for a column of the second.</summary>
    public Column Of(Column column) => _columns[column];

    /// <summary>The merged plan, or null when the two differ in more than columns.</summary>
    public PlanNode? Merge(PlanNode first, PlanNode second)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return (first, second) switch
        {
            (TableScanNode left, TableScanNode right) => MergeScans(left, right),
            (ValuesNode left, ValuesNode right) => MergeValues(left, right),
            (FilterNode left, FilterNode right) => Merge(left.Source, right.Source) is { } source && SameConditions(left.Predicate, right.Predicate)
                ? left with { Source = source } : null,
            (ProjectNode left, ProjectNode right) => MergeProjects(left, right),
            (JoinNode left, JoinNode right) => MergeJoins(left, right),
            (AggregateNode left, AggregateNode right) => MergeAggregates(left, right),
            (UnionNode left, UnionNode right) => MergeUnions(left, right),
            (WindowNode left, WindowNode right) => MergeWindows(left, right),
            (SortNode left, SortNode right) => Merge(left.Source, right.Source) is { } source && left.Keys == Map(right.Keys) ? left with { Source = source } : null,
            (TopNNode left, TopNNode right) => Merge(left.Source, right.Source) is { } source
                && left.Keys == Map(right.Keys) && left.Count == right.Count && left.WithTies == right.WithTies ? left with { Source = source } : null,
            (EnforceSingleRowNode left, EnforceSingleRowNode right) => Merge(left.Source, right.Source) is { } source ? left with { Source = source } : null,
            _ => null,
        };
    }

    private TableScanNode? MergeScans(TableScanNode left, TableScanNode right)
    {
        if (left.Catalog != right.Catalog || !left.Handle.Equals(right.Handle) || left.IsSuperset != right.IsSuperset
            || left.DynamicFilters.Count + right.DynamicFilters.Count > 0 || left.Lookup is not null || right.Lookup is not null)
            return null;

        List<ScanColumn> scanned = [.. left.Scanned];
        foreach (ScanColumn column in right.Scanned)
        {
            ScanColumn? known = scanned.Find(candidate => candidate.Handle.Equals(column.Handle));
            _columns[column.Column] = (known ?? column).Column;
            if (known is null)
                scanned.Add(column);
        }

        return left with { Scanned = scanned.ToValueList() };
    }

    private ValuesNode? MergeValues(ValuesNode left, ValuesNode right)
    {
        const int maxRows = 1_000;
        if (left.Rows.Count > maxRows || left.Rows != right.Rows || left.Outputs.Count != right.Outputs.Count || !left.Rows.SelectMany(row => row).All(IsStable))
            return null;
        for (int column = 0; column < left.Outputs.Count; column++)
            _columns[right.Outputs[column]] = left.Outputs[column];
        return left;
    }

    private ProjectNode? MergeProjects(ProjectNode left, ProjectNode right)
    {
        if (Merge(left.Source, right.Source) is not { } source || !left.Assignments.Concat(right.Assignments).All(assignment => IsStable(assignment.Expression)))
            return null;

        List<Assignment> assignments = [.. left.Assignments];
        foreach (Assignment assignment in right.Assignments)
        {
            Expression mapped = Map(assignment.Expression);
            Assignment? known = assignments.Find(candidate => candidate.Expression.Equals(mapped));
            if (known is null)
                assignments.Add(known = new Assignment(mapped is ColumnExpression passed ? passed.Column : assignment.Column, mapped));
            _columns[assignment.Column] = known.Column;
        }

        return new ProjectNode(source, assignments.ToValueList());
    }

    private JoinNode? MergeJoins(JoinNode left, JoinNode right)
    {
        if (left.Kind != right.Kind || left.IsNullAware != right.IsNullAware || left.DynamicFilters.Count + right.DynamicFilters.Count > 0
            || Merge(left.Left, right.Left) is not { } first || Merge(left.Right, right.Right) is not { } second)
            return null;

        HashSet<JoinCriterion> criteria = [.. right.Criteria.Select(criterion => criterion with { Left = Map(criterion.Left), Right = Map(criterion.Right) })];
        if (!criteria.SetEquals(left.Criteria) || !SameConditions(left.Filter ?? ConstantExpression.True, right.Filter ?? ConstantExpression.True))
            return null;
        if (right.Mark is { } mark)
            _columns[mark] = left.Mark!;
        return left with { Left = first, Right = second };
    }

    private AggregateNode? MergeAggregates(AggregateNode left, AggregateNode right)
    {
        if (left.Step != AggregateStep.Single || right.Step != AggregateStep.Single || Merge(left.Source, right.Source) is not { } source
            || !right.Keys.Select(Map).ToHashSet().SetEquals(left.Keys))
            return null;

        List<Aggregation> aggregations = [.. left.Aggregations];
        foreach (Aggregation aggregation in right.Aggregations)
        {
            AggregateCall mapped = aggregation.Call with
            {
                Arguments = aggregation.Call.Arguments.Select(Map).ToValueList(),
                Filter = aggregation.Call.Filter is { } filter ? Map(filter) : null,
                OrderBy = Map(aggregation.Call.OrderBy),
            };
            Aggregation? known = aggregations.Find(candidate => candidate.Call.Equals(mapped));
            if (known is null)
                aggregations.Add(known = aggregation with { Call = mapped });
            _columns[aggregation.Output] = known.Output;
        }

        return left with { Source = source, Aggregations = aggregations.ToValueList() };
    }

    private UnionNode? MergeUnions(UnionNode left, UnionNode right)
    {
        if (left.Inputs.Count != right.Inputs.Count)
            return null;
        var inputs = new PlanNode[left.Inputs.Count];
        for (int input = 0; input < inputs.Length; input++)
        {
            if (Merge(left.Inputs[input], right.Inputs[input]) is not { } merged)
                return null;
            inputs[input] = merged;
        }

        List<Column> outputs = [.. left.Outputs];
        List<List<Column>> mapping = [.. left.Mapping.Select(columns => columns.ToList())];
        for (int column = 0; column < right.Outputs.Count; column++)
        {
            Column[] mapped = [.. right.Mapping.Select(columns => Map(columns[column]))];
            int known = Enumerable.Range(0, outputs.Count).FirstOrDefault(at => mapping.Select(columns => columns[at]).SequenceEqual(mapped), -1);
            if (known < 0)
            {
                known = outputs.Count;
                outputs.Add(right.Outputs[column]);
                for (int input = 0; input < mapped.Length; input++)
                    mapping[input].Add(mapped[input]);
            }

            _columns[right.Outputs[column]] = outputs[known];
        }

        return new UnionNode(ValueList.Create<PlanNode>(inputs), outputs.ToValueList(), mapping.Select(columns => columns.ToValueList()).ToValueList());
    }

    private WindowNode? MergeWindows(WindowNode left, WindowNode right)
    {
        if (Merge(left.Source, right.Source) is not { } source || left.PartitionBy != right.PartitionBy.Select(Map).ToValueList() || left.OrderBy != Map(right.OrderBy))
            return null;

        List<WindowCall> calls = [.. left.Calls];
        foreach (WindowCall call in right.Calls)
        {
            var mapped = (WindowCall)((WindowNode)NodeExpressions.Map(right with { Calls = [call] }, Map)).Calls[0];
            WindowCall? known = calls.Find(candidate => candidate.Equals(mapped with { Output = candidate.Output }));
            if (known is null)
                calls.Add(known = mapped);
            _columns[call.Output] = known.Output;
        }

        return left with { Source = source, Calls = calls.ToValueList() };
    }

    private bool SameConditions(Expression left, Expression right) =>
        IsStable(left) && Expressions.Conjuncts(left).ToHashSet().SetEquals(Expressions.Conjuncts(Map(right)));

    private bool IsStable(Expression expression) => context.Constants.IsDeterministic(expression);

    private Column Map(Column column) => _columns.GetValueOrDefault(column, column);

    private Expression Map(Expression expression) =>
        expression.Rewrite(node => node is ColumnExpression column && _columns.TryGetValue(column.Column, out Column? merged) ? merged.Ref() : null);

    private ValueList<SortKey> Map(ValueList<SortKey> keys) => keys.Select(key => key with { Column = Map(key.Column) }).ToValueList();
}
