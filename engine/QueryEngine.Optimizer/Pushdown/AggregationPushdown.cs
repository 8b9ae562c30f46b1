using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>
/// Offers a grouping of what a source can give as one scan, with expressions, windows and unions, to the source. FILTER is told as a CASE of the argument.
/// Does not fire with ORDER BY inside an aggregate, or an argument that the source cannot be told.
/// </summary>
internal static class AggregationPushdown
{
    private static readonly string[] _passingOverNulls = ["count", "sum", "avg", "min", "max", "var_pop", "var_samp", "variance", "stddev_pop", "stddev_samp", "stddev"];

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

        var reasons = new List<string>();
        if (SubtreeScans.TryScan(below, context, reasons) is not { } scan || WithKeys(scan, aggregate, definitions, context, reasons) is not { } keyed)
            return Refused(aggregate, reasons.Count > 0 && IsOfSource(aggregate.Source, context) ? $"aggregation: {reasons[0]}" : null);
        scan = keyed;

        Dictionary<Column, ColumnHandle> handles = PushIntoScans.Handles(scan);
        List<ColumnHandle> groupBy = [.. aggregate.Keys.Select(key => handles[definitions.GetValueOrDefault(key) is ColumnExpression column ? column.Column : key])];
        var calls = new List<ConnectorAggregate>();
        foreach (Aggregation aggregation in aggregate.Aggregations)
        {
            if (Convert(aggregation.Call, definitions, handles) is not { } call)
                return Refused(aggregate, $"aggregation: {aggregation.Call} has no form in the source");
            calls.Add(call);
        }

        switch (PushIntoScans.Offer(scan, new PushAggregation(groupBy.ToValueList(), calls.ToValueList()), context))
        {
            case PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Outputs.Count == aggregate.Columns.Count:
                ValueList<ScanColumn> scanned = aggregate.Columns.Zip(accepted.Outputs, (column, handle) => new ScanColumn(column, handle)).ToValueList();
                return scan with { Handle = accepted.Handle, Scanned = scanned };
            case PushdownRefused refused:
                return Refused(aggregate, $"aggregation: {refused.Reason}");
            default:
                return null;
        }
    }

    // Groups by expressions are groups by columns that the source computes.
    private static TableScanNode? WithKeys(
        TableScanNode scan, AggregateNode aggregate, Dictionary<Column, Expression> definitions, OptimizerContext context, List<string> reasons)
    {
        ValueList<Assignment> computed = aggregate.Keys.Where(key => definitions.GetValueOrDefault(key) is { } definition and not ColumnExpression)
            .Select(key => new Assignment(key, definitions[key])).ToValueList();
        if (computed.Count == 0)
            return scan;
        IEnumerable<Assignment> kept = scan.Columns.Where(column => !computed.Any(assignment => assignment.Column == column)).Select(column => new Assignment(column, column.Ref()));
        return SubtreeScans.Project(scan, new ProjectNode(scan, [.. kept, .. computed]), context, reasons);
    }

    private static AggregateNode? Refused(AggregateNode aggregate, string? reason)
    {
        if (reason is null)
            return null;
        PlanNode noted = SubtreeScans.Note(aggregate.Source, reason);
        return ReferenceEquals(noted, aggregate.Source) ? null : aggregate with { Source = noted };
    }

    // Whether there are only scans and what a source could do with them: a reason is of interest there.
    private static bool IsOfSource(PlanNode node, OptimizerContext context) => node switch
    {
        TableScanNode scan => context.Connectors(scan.Catalog).Metadata.Pushdown.HasFlag(PushdownKinds.Aggregation),
        ProjectNode or WindowNode or UnionNode => node.Sources.All(source => IsOfSource(source, context)),
        _ => false,
    };

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
