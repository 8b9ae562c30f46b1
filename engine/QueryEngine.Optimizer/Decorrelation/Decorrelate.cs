using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>
/// Replaces every <see cref="ApplyNode"/> by joins, innermost first. Two ways, in this order: a subquery whose correlation is only in filters gives
/// these up to the join (<see cref="CorrelationPullUp"/>); any other is evaluated once for each distinct combination of the outer columns it reads
/// (<see cref="DependentJoin"/>; Neumann and Kemper, "Unnesting Arbitrary Queries", BTW 2015).
/// </summary>
internal sealed class Decorrelate : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        plan.RewriteBottomUp(node => node is ApplyNode apply ? Rewrite(apply, context) : null);

    private static PlanNode Rewrite(ApplyNode apply, OptimizerContext context) => apply.Kind switch
    {
        ApplyKind.Quantified => Quantified(apply, context),
        ApplyKind.Exists => Exists(apply, context),
        ApplyKind.Scalar => Scalar(apply, context),
        ApplyKind.Inner or ApplyKind.Left => Lateral(apply, context),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static PlanNode Quantified(ApplyNode apply, OptimizerContext context) =>
        QuantifiedComparison.Rewrite(apply, context) switch
        {
            ApplyNode membership => Membership(membership, context),
            var rewritten => rewritten.RewriteBottomUp(node => node is ApplyNode inner ? Rewrite(inner, context) : null),
        };

    // x = ANY (uncorrelated subquery): a null-aware mark join.
    private static PlanNode Membership(ApplyNode apply, OptimizerContext context)
    {
        (PlanNode outer, PlanNode subquery, JoinCriterion criterion) = MembershipCriterion(apply, context);
        PlanNode join = new JoinNode(JoinKind.Mark, outer, subquery, [criterion]) { Mark = apply.Mark, IsNullAware = true };
        return join.Columns.Count == apply.Columns.Count ? join : ProjectNode.Choose(join, apply.Columns);
    }

    private static (PlanNode Outer, PlanNode Subquery, JoinCriterion Criterion) MembershipCriterion(ApplyNode apply, OptimizerContext context)
    {
        var comparison = (CallExpression)apply.Comparison!;
        bool outerIsLeft = comparison.Arguments[0].ReadsOnly(apply.Outer.ColumnSet());
        (Expression outerKey, Expression innerKey) =
            outerIsLeft ? (comparison.Arguments[0], comparison.Arguments[1]) : (comparison.Arguments[1], comparison.Arguments[0]);
        (PlanNode outer, Column left) = apply.Outer.WithColumn(outerKey, context.Columns);
        (PlanNode subquery, Column right) = apply.Subquery.WithColumn(innerKey, context.Columns);
        return (outer, subquery, new JoinCriterion(left, right));
    }

    private static PlanNode Exists(ApplyNode apply, OptimizerContext context)
    {
        PlanNode subquery = WithoutOrder(apply.Subquery);
        if (NodeExpressions.FreeColumns(subquery).Count == 0)
            return new JoinNode(JoinKind.Mark, apply.Outer, subquery, []) { Mark = apply.Mark };
        if (CorrelationPullUp.TryPull(subquery, apply.Outer.ColumnSet()) is { } pulled)
            return MarkJoin(apply, pulled.Node, pulled.Conjuncts, [], context);

        (PlanNode dependent, ValueList<JoinCriterion> criteria) = DependentJoin.Unnest(apply.Outer, subquery, context);
        return MarkJoin(apply, dependent, [], criteria, context);
    }

    private static PlanNode MarkJoin(
        ApplyNode apply, PlanNode subquery, IReadOnlyList<Expression> conjuncts, ValueList<JoinCriterion> criteria, OptimizerContext context)
    {
        JoinNode join = JoinConditions.Build(JoinKind.Mark, apply.Outer, subquery, criteria, conjuncts, context.Columns) with { Mark = apply.Mark };
        return join.Columns.Count == apply.Columns.Count ? join : ProjectNode.Choose(join, apply.Columns);
    }

    // EXISTS asks for a row, not for which or in what order.
    private static PlanNode WithoutOrder(PlanNode subquery) => subquery switch
    {
        SortNode sort => WithoutOrder(sort.Source),
        TopNNode { Count: > 0 } topN => WithoutOrder(topN.Source),
        LimitNode { Offset: 0, Count: null or > 0 } limit => WithoutOrder(limit.Source),
        ProjectNode project => project with { Source = WithoutOrder(project.Source) },
        _ => subquery,
    };

    private static PlanNode Scalar(ApplyNode apply, OptimizerContext context)
    {
        if (NodeExpressions.FreeColumns(apply.Subquery).Count == 0)
        {
            PlanNode single = Cardinality.IsExactlyOne(apply.Subquery) ? apply.Subquery : new EnforceSingleRowNode(apply.Subquery);
            return new JoinNode(JoinKind.Inner, apply.Outer, single, []);
        }

        // Expressions over the one row of an aggregation move above the join, where an empty group has been mended to what it is.
        if (apply.Subquery is ProjectNode project && Cardinality.IsExactlyOne(project.Source))
        {
            PlanNode joined = Scalar(apply with { Subquery = project.Source }, context);
            IEnumerable<Assignment> passed = apply.Outer.Columns.Select(column => new Assignment(column, column.Ref()));
            return new ProjectNode(joined, [.. passed, .. project.Assignments]);
        }

        if (apply.Subquery is AggregateNode { HasGlobalRow: true } aggregate
            && CorrelationPullUp.TryPull(aggregate.Source, apply.Outer.ColumnSet()) is { } pulled
            && JoinConditions.Equalities(pulled.Conjuncts, apply.Outer.ColumnSet(), pulled.Node.ColumnSet()) is { } equalities)
            return GroupedScalar(apply, aggregate, pulled.Node, equalities, context);

        (PlanNode dependent, ValueList<JoinCriterion> criteria) = DependentJoin.Unnest(apply.Outer, apply.Subquery, context);
        if (!Cardinality.IsExactlyOne(apply.Subquery))
            dependent = SingleValue(apply, dependent, criteria, context);
        return new JoinNode(JoinKind.Left, apply.Outer, dependent, criteria).Only(apply.Columns);
    }

    // select agg(...) from s where s.k = o.k  =>  o left join (select k, agg(...) from s group by k), with count's NULL mended to 0.
    private static PlanNode GroupedScalar(
        ApplyNode apply, AggregateNode aggregate, PlanNode source, IReadOnlyList<(Expression Outer, Expression Inner)> equalities, OptimizerContext context)
    {
        PlanNode outer = apply.Outer;
        var criteria = new List<JoinCriterion>();
        foreach ((Expression outerKey, Expression innerKey) in equalities)
        {
            (outer, Column left) = outer.WithColumn(outerKey, context.Columns);
            (source, Column right) = source.WithColumn(innerKey, context.Columns);
            criteria.Add(new JoinCriterion(left, right));
        }

        AggregateNode grouped = aggregate with { Source = source, Keys = criteria.Select(criterion => criterion.Right).Distinct().ToValueList() };
        PlanNode join = new JoinNode(JoinKind.Left, outer, grouped, criteria.ToValueList());
        return EmptyGroups.Mend(join, aggregate, apply.Columns);
    }

    // At most one row for each combination of outer columns, else an error.
    private static AggregateNode SingleValue(ApplyNode apply, PlanNode dependent, ValueList<JoinCriterion> criteria, OptimizerContext context)
    {
        var values = new List<Aggregation>();
        foreach (Column column in apply.Subquery.Columns)
            values.Add(new Aggregation(column, new AggregateCall("$single_value", [column.Ref()], column.Type)));

        // The aggregation's outputs keep the subquery's columns, so its input needs others.
        var renamed = apply.Subquery.Columns.ToDictionary(column => column, context.Columns.Like);
        ValueList<Column> keys = criteria.Select(criterion => criterion.Right).ToValueList();
        PlanNode source = new ProjectNode(
            dependent,
            [.. keys.Select(key => new Assignment(key, key.Ref())), .. renamed.Select(pair => new Assignment(pair.Value, pair.Key.Ref()))]);
        ValueList<Aggregation> aggregations = values
            .Select(value => value with { Call = value.Call with { Arguments = [renamed[value.Output].Ref()] } }).ToValueList();
        return new AggregateNode(source, keys, aggregations);
    }

    private static PlanNode Lateral(ApplyNode apply, OptimizerContext context)
    {
        JoinKind kind = apply.Kind == ApplyKind.Inner ? JoinKind.Inner : JoinKind.Left;
        Expression[] conditions = apply.Comparison is { } condition ? [.. Expressions.Conjuncts(condition)] : [];
        if (NodeExpressions.FreeColumns(apply.Subquery).Count == 0)
            return JoinConditions.Build(kind, apply.Outer, apply.Subquery, [], conditions, context.Columns).Only(apply.Columns);
        if (CorrelationPullUp.TryPull(apply.Subquery, apply.Outer.ColumnSet()) is { } pulled)
            return JoinConditions.Build(kind, apply.Outer, pulled.Node, [], [.. pulled.Conjuncts, .. conditions], context.Columns).Only(apply.Columns);

        (PlanNode dependent, ValueList<JoinCriterion> criteria) = DependentJoin.Unnest(apply.Outer, apply.Subquery, context);
        return JoinConditions.Build(kind, apply.Outer, dependent, criteria, conditions, context.Columns).Only(apply.Columns);
    }
}
