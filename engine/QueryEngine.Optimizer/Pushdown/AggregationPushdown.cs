using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>
/// Offers a grouping right above a scan, or above a projection of one, to the source. Does not fire with FILTER, ORDER BY inside an aggregate, or an
/// argument that the source cannot be told.
/// </summary>
internal static class AggregationPushdown
{
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

    private static ConnectorAggregate? Convert(
        AggregateCall call, Dictionary<Column, Expression> definitions, Dictionary<Column, ColumnHandle> handles)
    {
        if (call.Filter is not null || call.OrderBy.Count > 0)
            return null;

        var arguments = new List<ConnectorExpression>();
        foreach (Expression argument in call.Arguments)
        {
            if (ConnectorExpressions.TryConvert(argument.Substitute(definitions), handles) is not { } converted)
                return null;
            arguments.Add(converted);
        }

        return new ConnectorAggregate(call.Function, arguments.ToValueList(), call.Type, call.IsDistinct);
    }
}
