using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>
/// Offers a grouping right above a scan, or above a projection of one, to the source. FILTER is told as a CASE of the argument.
/// Does not fire with ORDER BY inside an aggregate, or an argument that the source cannot be told.
/// </summary>
internal static class AggregationPushdown
{
    private static readonly string[] _passingOverNulls = ["count", "sum", "avg", "min", "max"];

    /// <summary>The plan with the aggregation in the scan, or with the refusal noted; null when there is nothing to offer.</summary>
    public static PlanNode? Push(AggregateNode aggregate, OptimizerContext context)
    {
        var definitions = new Dictionary<Column, Expression>();
        PlanNode below = aggregate.Source;
        if (below is ProjectNode project)
        {
            definitions = project.Assignments.DistinctBy(assignment => assignment.Column)
                .ToDictionary(assignment => assignment.Column, assignment => assignment.Expression);
            below = project.Source;
        }

        if (below is not TableScanNode { IsSuperset: false } scan)
            return null;

        Dictionary<Column, ColumnHandle> handles = PushIntoScans.Handles(scan);
        var groupBy = new List<ColumnHandle>();
        foreach (Column key in aggregate.Keys)
        {
            if (definitions.GetValueOrDefault(key, key.Ref()) is not ColumnExpression column || !handles.TryGetValue(column.Column, out ColumnHandle? handle))
                return null;
            groupBy.Add(handle);
        }

        var calls = new List<ConnectorAggregate>();
        foreach (Aggregation aggregation in aggregate.Aggregations)
        {
            if (Convert(aggregation.Call, definitions, handles) is not { } call)
                return null;
            calls.Add(call);
        }

        switch (PushIntoScans.Offer(scan, new PushAggregation(groupBy.ToValueList(), calls.ToValueList()), context))
        {
            case PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Outputs.Count == aggregate.Columns.Count:
                ValueList<ScanColumn> scanned = aggregate.Columns.Zip(accepted.Outputs, (column, handle) => new ScanColumn(column, handle)).ToValueList();
                return scan with { Handle = accepted.Handle, Scanned = scanned };
            case PushdownRefused refused:
                TableScanNode noted = PushIntoScans.Refuse(scan, $"aggregation: {refused.Reason}");
                PlanNode source = aggregate.Source is ProjectNode kept ? kept with { Source = noted } : noted;
                return ReferenceEquals(noted, scan) ? null : aggregate with { Source = source };
            default:
                return null;
        }
    }

    // Aggregates of one argument pass over NULLs: what the filter leaves out becomes NULL. Rows are counted as ones.
    private static IEnumerable<Expression> Filtered(AggregateCall call)
    {
        if (call.Filter is not { } condition)
            return call.Arguments;
        Expression value = call.Arguments.Count == 0 ? new ConstantExpression(1, SqlType.Integer) : call.Arguments[0];
        return [new SpecialExpression(SpecialForm.Case, [condition, value, new ConstantExpression(null, value.Type)], value.Type)];
    }

    private static ConnectorAggregate? Convert(
        AggregateCall call, Dictionary<Column, Expression> definitions, Dictionary<Column, ColumnHandle> handles)
    {
        if (call.OrderBy.Count > 0 || (call.Filter is not null && !(call.Arguments.Count <= 1 && _passingOverNulls.Contains(call.Function))))
            return null;

        var arguments = new List<ConnectorExpression>();
        foreach (Expression argument in Filtered(call))
        {
            if (ConnectorExpressions.TryConvert(argument.Substitute(definitions), handles) is not { } converted)
                return null;
            arguments.Add(converted);
        }

        return new ConnectorAggregate(call.Function, arguments.ToValueList(), call.Type, call.IsDistinct);
    }
}
