using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>
/// Evaluates a correlated subquery for every distinct combination of the outer columns that it reads (its domain) at once, by pushing a join with the
/// domain down to where the subquery no longer depends on it. The result has the subquery's columns and a copy of the domain's.
/// </summary>
internal sealed class DependentJoin
{
    private readonly OptimizerContext _context;
    private readonly PlanNode _outer;
    private readonly ValueList<Column> _domain;

    // The recursions around the node being pushed whose rows carry the domain.
    private readonly HashSet<int> _working = [];

    private DependentJoin(PlanNode outer, ValueList<Column> domain, OptimizerContext context) =>
        (_outer, _domain, _context) = (outer, domain, context);

    /// <summary>The subquery with the domain's columns, and the null-safe equalities that join it to the outer rows.</summary>
    public static (PlanNode Node, ValueList<JoinCriterion> Criteria) Unnest(PlanNode outer, PlanNode subquery, OptimizerContext context)
    {
        HashSet<Column> free = NodeExpressions.FreeColumns(subquery);
        var domain = outer.Columns.Where(free.Contains).Distinct().ToValueList();
        Dependent dependent = new DependentJoin(Domains.Provider(outer, domain), domain, context).Push(subquery);
        ValueList<JoinCriterion> criteria = domain
            .Select(column => new JoinCriterion(column, dependent.Domain[column]) { IsNullSafe = true }).ToValueList();
        return (dependent.Node, criteria);
    }

    private sealed record Dependent(PlanNode Node, IReadOnlyDictionary<Column, Column> Domain)
    {
        public IEnumerable<Column> DomainColumns => Domain.Values;

        public Expression Map(Expression expression) =>
            expression.Substitute(Domain.ToDictionary(pair => pair.Key, pair => (Expression)pair.Value.Ref()));
    }

    private Dependent Push(PlanNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!Depends(node))
        {
            Dependent domain = NewDomain();
            return domain with { Node = new JoinNode(JoinKind.Inner, domain.Node, node, []) };
        }

        return node switch
        {
            FilterNode filter => PushFilter(filter),
            ProjectNode project => PushProject(project),
            ValuesNode values => PushValues(values),
            JoinNode join => PushJoin(join),
            AggregateNode aggregate => PushAggregate(aggregate),
            SortNode sort => Push(sort.Source),
            LimitNode limit => PushLimit(limit, limit.Source, [], limit.Count, limit.Offset),
            TopNNode topN => PushLimit(topN, topN.Source, topN.Keys, topN.Count, 0, topN.WithTies ? "rank" : "row_number"),
            UnionNode union => PushUnion(union),
            SetOperationNode set => PushSetOperation(set),
            RecursiveUnionNode recursion => PushRecursion(recursion),
            WorkingTableNode table => PushWorkingTable(table),
            WindowNode window => PushWindow(window),
            MatchRecognizeNode match => PushMatch(match),
            UnnestNode unnest => PushUnnest(unnest),
            EnforceSingleRowNode single => PushSingleRow(single),
            AssignUniqueIdNode or GroupIdNode or SampleNode => PushThrough(node),
            _ => throw QueryException.NotSupported($"a correlated subquery with {node.GetType().Name.Replace("Node", string.Empty, StringComparison.Ordinal)}"),
        };
    }

    private bool Depends(PlanNode node) =>
        NodeExpressions.FreeColumns(node).Overlaps(_domain)
        || (_working.Count > 0 && node.Descendants().Any(below => below is WorkingTableNode table && _working.Contains(table.RecursionId)));

    // select distinct the columns that the subquery reads, from the outer rows
    private Dependent NewDomain()
    {
        PlanNode outer = PlanCopy.Copy(_outer, _context.Columns, out IReadOnlyDictionary<Column, Column> copies);
        ValueList<Column> keys = _domain.Select(column => copies[column]).ToValueList();
        PlanNode chosen = ProjectNode.Choose(outer, keys.Distinct());
        return new Dependent(
            new AggregateNode(chosen, chosen.Columns, []), _domain.ToDictionary(column => column, column => copies[column]));
    }

    private Dependent PushThrough(PlanNode node)
    {
        Dependent source = Push(node.Sources[0]);
        return source with { Node = NodeExpressions.Map(node.WithSources([source.Node]), source.Map) };
    }

    private Dependent PushFilter(FilterNode filter)
    {
        Dependent source = Push(filter.Source);
        return source with { Node = new FilterNode(source.Node, source.Map(filter.Predicate)) };
    }

    private Dependent PushProject(ProjectNode project)
    {
        Dependent source = Push(project.Source);
        IEnumerable<Assignment> assignments = project.Assignments
            .Select(assignment => assignment with { Expression = source.Map(assignment.Expression) });
        IEnumerable<Assignment> domain = source.DomainColumns.Select(column => new Assignment(column, column.Ref()));
        return source with { Node = new ProjectNode(source.Node, [.. assignments, .. domain]) };
    }

    // Rows that read outer columns: a projection of one row each, united.
    private Dependent PushValues(ValuesNode values)
    {
        var rows = values.Rows.Select(row =>
        {
            Column[] outputs = [.. values.Outputs.Select(_context.Columns.Like)];
            return (PlanNode)new ProjectNode(ValuesNode.OneRow, outputs.Zip(row, (column, expression) => new Assignment(column, expression)).ToValueList());
        }).ToValueList();
        if (rows.Count == 1)
        {
            IEnumerable<Assignment> assignments = values.Outputs.Zip(values.Rows[0], (column, expression) => new Assignment(column, expression));
            return Push(new ProjectNode(ValuesNode.OneRow, assignments.ToValueList()));
        }

        return Push(new UnionNode(rows, values.Outputs, rows.Select(row => row.Columns).ToValueList()));
    }

    private Dependent PushJoin(JoinNode join)
    {
        bool leftDepends = Depends(join.Left);
        bool rightDepends = Depends(join.Right);
        bool filterDepends = join.Filter?.ReadsAny(_domain.ToHashSet()) == true;

        // The domain may come from one side alone, when no row of that side can be missing from the result.
        if (join.Kind is JoinKind.Inner or JoinKind.Left or JoinKind.Semi or JoinKind.Anti or JoinKind.Mark && !rightDepends)
        {
            Dependent left = Push(join.Left);
            return left with { Node = join with { Left = left.Node, Filter = join.Filter is { } filter ? left.Map(filter) : null } };
        }

        if (join.Kind is JoinKind.Inner or JoinKind.Right && !leftDepends)
        {
            Dependent right = Push(join.Right);
            return right with { Node = join with { Right = right.Node, Filter = join.Filter is { } filter ? right.Map(filter) : null } };
        }

        if (filterDepends && join.Kind == JoinKind.Full)
            throw QueryException.NotSupported("a correlated condition of a full join");
        return PushBothSides(join);
    }

    private Dependent PushBothSides(JoinNode join)
    {
        Dependent left = Push(join.Left);
        Dependent right = Push(join.Right);
        IEnumerable<JoinCriterion> criteria = _domain
            .Select(column => new JoinCriterion(left.Domain[column], right.Domain[column]) { IsNullSafe = true });
        Dependent kept = join.Kind == JoinKind.Right ? right : left;
        var joined = join with
        {
            Left = left.Node,
            Right = right.Node,
            Criteria = [.. join.Criteria, .. criteria],
            Filter = join.Filter is { } filter ? kept.Map(filter) : null,
        };
        if (join.Kind != JoinKind.Full)
            return kept with { Node = joined };

        // Either side's copy may be NULL for want of a match: take the one that is there.
        var merged = _domain.ToDictionary(column => column, _context.Columns.Like);
        IEnumerable<Assignment> domain = _domain.Select(column => new Assignment(
            merged[column],
            new SpecialExpression(SpecialForm.Coalesce, [left.Domain[column].Ref(), right.Domain[column].Ref()], column.Type)));
        IEnumerable<Assignment> passed = join.Columns.Select(column => new Assignment(column, column.Ref()));
        return new Dependent(new ProjectNode(joined, [.. passed, .. domain]), merged);
    }

    private Dependent PushAggregate(AggregateNode aggregate)
    {
        Dependent source = Push(aggregate.Source);
        var mapped = (AggregateNode)NodeExpressions.Map(aggregate, source.Map);
        AggregateNode grouped = mapped with { Source = source.Node, Keys = [.. aggregate.Keys, .. source.DomainColumns.Distinct()] };
        if (!aggregate.HasGlobalRow)
            return source with { Node = grouped };

        // Without keys there is a row even for nothing: every combination of the domain gets one back.
        Dependent domain = NewDomain();
        ValueList<JoinCriterion> criteria = _domain
            .Select(column => new JoinCriterion(domain.Domain[column], source.Domain[column]) { IsNullSafe = true }).ToValueList();
        PlanNode joined = new JoinNode(JoinKind.Left, domain.Node, grouped, criteria);
        return domain with { Node = EmptyGroups.Mend(joined, aggregate, [.. aggregate.Columns, .. domain.DomainColumns.Distinct()]) };
    }

    private Dependent PushLimit(PlanNode node, PlanNode below, ValueList<SortKey> keys, long? count, long offset, string function = "row_number")
    {
        if (keys.Count == 0 && below is SortNode sort)
            return PushLimit(node, sort.Source, sort.Keys, count, offset);

        Dependent source = Push(below);
        Column number = _context.Columns.New(function, SqlType.BigInt);
        var call = new WindowCall(number, function, [], SqlType.BigInt, WindowFrame.Default);
        PlanNode window = new WindowNode(source.Node, source.DomainColumns.Distinct().ToValueList(), keys, [call]);
        var conditions = new List<Expression>();
        if (offset > 0)
            conditions.Add(Expressions.Compare(OperatorNames.Greater, number.Ref(), new ConstantExpression(offset, SqlType.BigInt)));
        if (count is { } rows)
            conditions.Add(Expressions.Compare(OperatorNames.LessOrEqual, number.Ref(), new ConstantExpression(offset + rows, SqlType.BigInt)));
        return source with { Node = ProjectNode.Choose(window.Where(conditions), [.. node.Columns, .. source.DomainColumns.Distinct()]) };
    }

    private Dependent PushUnion(UnionNode union)
    {
        Dependent[] inputs = [.. union.Inputs.Select(Push)];
        var merged = _domain.ToDictionary(column => column, _context.Columns.Like);
        return new Dependent(
            new UnionNode(
                inputs.Select(input => input.Node).ToValueList(),
                [.. union.Outputs, .. _domain.Select(column => merged[column])],
                union.Mapping.Zip(inputs, (columns, input) => (ValueList<Column>)[.. columns, .. _domain.Select(column => input.Domain[column])]).ToValueList()),
            merged);
    }

    private Dependent PushSetOperation(SetOperationNode set)
    {
        Dependent left = Push(set.Left), right = Push(set.Right);
        var merged = _domain.ToDictionary(column => column, _context.Columns.Like);
        return new Dependent(
            set with
            {
                Left = left.Node,
                Right = right.Node,
                Outputs = [.. set.Outputs, .. _domain.Select(column => merged[column])],
                LeftColumns = [.. set.LeftColumns, .. _domain.Select(column => left.Domain[column])],
                RightColumns = [.. set.RightColumns, .. _domain.Select(column => right.Domain[column])],
            },
            merged);
    }

    // All recursions at once: each row carries the combination for which it is there, and the next round's rows inherit it.
    private Dependent PushRecursion(RecursiveUnionNode recursion)
    {
        Dependent anchor = Push(recursion.Anchor);
        _working.Add(recursion.RecursionId);
        Dependent step = Push(recursion.Step);
        _working.Remove(recursion.RecursionId);
        var merged = _domain.ToDictionary(column => column, _context.Columns.Like);
        return new Dependent(
            recursion with
            {
                Anchor = anchor.Node,
                Step = step.Node,
                Outputs = [.. recursion.Outputs, .. _domain.Select(column => merged[column])],
                AnchorColumns = [.. recursion.AnchorColumns, .. _domain.Select(column => anchor.Domain[column])],
                StepColumns = [.. recursion.StepColumns, .. _domain.Select(column => step.Domain[column])],
            },
            merged);
    }

    private Dependent PushWorkingTable(WorkingTableNode table)
    {
        var carried = _domain.ToDictionary(column => column, _context.Columns.Like);
        return new Dependent(table with { Outputs = [.. table.Outputs, .. _domain.Select(column => carried[column])] }, carried);
    }

    private Dependent PushWindow(WindowNode window)
    {
        Dependent source = Push(window.Source);
        var mapped = (WindowNode)NodeExpressions.Map(window, source.Map);
        return source with { Node = mapped with { Source = source.Node, PartitionBy = [.. window.PartitionBy, .. source.DomainColumns.Distinct()] } };
    }

    private Dependent PushMatch(MatchRecognizeNode match)
    {
        Dependent source = Push(match.Source);
        return source with { Node = match with { Source = source.Node, PartitionBy = [.. match.PartitionBy, .. source.DomainColumns.Distinct()] } };
    }

    private Dependent PushUnnest(UnnestNode unnest)
    {
        Dependent source = Push(unnest.Source);
        return source with { Node = unnest with { Source = source.Node, Replicated = [.. unnest.Replicated, .. source.DomainColumns.Distinct()] } };
    }

    // One row for each combination: NULLs where there is none, an error where there are more.
    private Dependent PushSingleRow(EnforceSingleRowNode single)
    {
        Dependent source = Push(single.Source);
        var renamed = single.Columns.ToDictionary(column => column, _context.Columns.Like);
        PlanNode input = new ProjectNode(
            source.Node,
            [.. source.DomainColumns.Distinct().Select(column => new Assignment(column, column.Ref())), .. renamed.Select(pair => new Assignment(pair.Value, pair.Key.Ref()))]);
        ValueList<Aggregation> values = single.Columns
            .Select(column => new Aggregation(column, new AggregateCall("$single_value", [renamed[column].Ref()], column.Type))).ToValueList();
        PlanNode grouped = new AggregateNode(input, source.DomainColumns.Distinct().ToValueList(), values);
        Dependent domain = NewDomain();
        ValueList<JoinCriterion> criteria = _domain
            .Select(column => new JoinCriterion(domain.Domain[column], source.Domain[column]) { IsNullSafe = true }).ToValueList();
        return domain with
        {
            Node = new JoinNode(JoinKind.Left, domain.Node, grouped, criteria).Only([.. single.Columns, .. domain.DomainColumns.Distinct()]),
        };
    }
}
