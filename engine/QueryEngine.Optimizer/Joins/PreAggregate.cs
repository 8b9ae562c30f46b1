using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Joins;

/// <summary>
/// Groups the side of an inner join that all arguments come from before the join, where that leaves far fewer rows than meet: states are joined then, and
/// grouped again by what the other side says of them. A state that matches several rows counts for each, as its rows would.
/// <code>
/// Aggregate[keys=(name), sum(a)]             Aggregate[final, keys=(name), sum(s)]
///   Join[inner, k = d]                =>       Join[inner, k = d]
///     X(k, a)                                    Aggregate[partial, keys=(k), s := sum(a)]
///     D(d, name)                                   X(k, a)
///                                                D(d, name)
/// </code>
/// Only for aggregates that do not tell the order of their rows, and where a key comes from the other side: without one nothing is saved above the join.
/// A row that meets no other must not fail the query: what may have no result is not computed before the join.
/// </summary>
internal sealed class PreAggregate(Estimator estimator, OptimizerContext context)
{
    // Below so many rows a group costs more to plan than to make, and partial groups that are nearly rows cost more than they save.
    private const double LeastRows = 100_000;
    private const double RowsPerGroup = 8;

    private static readonly string[] _withoutOrder = ["count", "count_if", "sum", "avg", "min", "max", "bool_and", "bool_or", "every"];

    /// <summary>The plan with what pays off.</summary>
    public PlanNode Apply(PlanNode plan) => plan.RewriteBottomUp(node => node is AggregateNode { Step: AggregateStep.Single, HasGlobalRow: false } aggregate ? Rewrite(aggregate) : null);

    private AggregateNode? Rewrite(AggregateNode aggregate)
    {
        if (!AggregateSteps.CanSplit(aggregate) || !aggregate.Aggregations.All(aggregation => _withoutOrder.Contains(aggregation.Call.Function)))
            return null;

        var project = aggregate.Source as ProjectNode;
        if ((project?.Source ?? aggregate.Source) is not JoinNode { Kind: JoinKind.Inner, Filter: null, Lookup: null, Criteria.Count: > 0 } join)
            return null;
        Dictionary<Column, Expression> definitions = aggregate.Source.Columns.Distinct().ToDictionary(
            column => column, column => project?.Assignments.First(assignment => assignment.Column == column).Expression ?? column.Ref());
        return Rewrite(aggregate, join, definitions, isLeft: true) ?? Rewrite(aggregate, join, definitions, isLeft: false);
    }

    private AggregateNode? Rewrite(AggregateNode aggregate, JoinNode join, Dictionary<Column, Expression> definitions, bool isLeft)
    {
        (PlanNode facts, PlanNode others) = isLeft ? (join.Left, join.Right) : (join.Right, join.Left);
        HashSet<Column> here = facts.ColumnSet();
        HashSet<Column> there = others.ColumnSet();
        Column[] arguments = [.. aggregate.Aggregations.SelectMany(aggregation => aggregation.Call.Arguments.Concat(aggregation.Call.Filter is { } filter ? [filter] : []))
            .SelectMany(expression => expression.References()).Distinct()];
        ILookup<bool, Column> keys = aggregate.Keys.ToLookup(key => definitions[key].References().Any() && definitions[key].ReadsOnly(here));
        bool applies = arguments.All(argument => definitions[argument].ReadsOnly(here))
            && keys[false].Any() && keys[false].All(key => definitions[key].ReadsOnly(there))
            && arguments.Concat(keys[true]).All(column => HasResult(definitions[column]))
            && definitions.Values.All(context.Constants.IsDeterministic);
        if (!applies)
            return null;

        Column[] joined = [.. join.Criteria.Select(criterion => isLeft ? criterion.Left : criterion.Right)];
        Column[] factKeys = [.. keys[true].Concat(joined).Distinct()];
        var read = new ProjectNode(
            facts,
            factKeys.Concat(arguments).Distinct().Select(column => new Assignment(column, definitions.GetValueOrDefault(column, column.Ref()))).ToValueList());
        PlanEstimate rows = estimator.Estimate(read);
        double groups = Math.Min(factKeys.Aggregate(1.0, (product, key) => product * rows.Distinct(key)), rows.Rows);
        double met = Math.Min(rows.Rows, estimator.Estimate(join).Rows);
        if (met < LeastRows || groups * RowsPerGroup > met)
            return null;

        (AggregateNode partial, ValueList<Aggregation> finals) = AggregateSteps.Split(aggregate with { Source = read, Keys = factKeys.ToValueList() }, context.Columns);
        JoinNode states = isLeft ? join with { Left = partial } : join with { Right = partial };
        IEnumerable<Assignment> above = aggregate.Keys.Select(key => new Assignment(key, keys[true].Contains(key) ? key.Ref() : definitions[key]))
            .Concat(partial.Aggregations.SelectMany(aggregation => aggregation.Outputs).Select(state => new Assignment(state, state.Ref())));
        return new AggregateNode(new ProjectNode(states, above.ToValueList()), aggregate.Keys, finals) { Step = AggregateStep.Final };
    }

    // Whether there is a result for all values: of decimals as long as their types grow with them.
    private static bool HasResult(Expression expression) => expression switch
    {
        ColumnExpression or ConstantExpression => true,
        CallExpression call => call.Arguments.All(HasResult)
            && (OperatorNames.IsComparison(call.Function)
                || (call.Function is OperatorNames.Add or OperatorNames.Subtract or OperatorNames.Multiply && call.Type is DecimalType { Precision: < DecimalType.MaxPrecision })),
        SpecialExpression special => special.Arguments.All(HasResult),
        _ => false,
    };
}
