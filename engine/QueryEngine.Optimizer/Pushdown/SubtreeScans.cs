using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>
/// Makes one scan of a subtree that gives no fewer rows than it reads: expressions, windows, unions over scans of one catalog. By itself that saves nothing, so it is
/// asked for only by what comes above and does: groups, limits, filters, joins.
/// </summary>
internal static class SubtreeScans
{
    /// <summary>The scan, or null; then <paramref name="reasons"/> has what the source said.</summary>
    public static TableScanNode? TryScan(PlanNode node, OptimizerContext context, List<string> reasons) => node switch
    {
        TableScanNode scan => scan is { IsSuperset: false, Lookup: null } ? scan : null,
        ProjectNode project => TryScan(project.Source, context, reasons) is { } scan ? Project(scan, project, context, reasons) : null,
        WindowNode window => TryScan(window.Source, context, reasons) is { } scan ? Window(scan, window, context, reasons) : null,
        UnionNode union => Union(union, context, reasons),
        _ => null,
    };

    /// <summary>The node with a line at its first scan that says why something above was not pushed.</summary>
    public static PlanNode Note(PlanNode node, string reason)
    {
        if (node is TableScanNode scan)
            return PushIntoScans.Refuse(scan, reason);
        if (node.Sources.Count == 0)
            return node;
        PlanNode noted = Note(node.Sources[0], reason);
        return ReferenceEquals(noted, node.Sources[0]) ? node : node.WithSources([noted, .. node.Sources.Skip(1)]);
    }

    /// <summary>The scan with a column for each of these assignments.</summary>
    public static TableScanNode? Project(TableScanNode scan, ProjectNode project, OptimizerContext context, List<string> reasons)
    {
        Dictionary<Column, ColumnHandle> handles = PushIntoScans.Handles(scan);
        var expressions = new List<ConnectorExpression>();
        foreach (Assignment assignment in project.Assignments)
        {
            if (!context.Constants.IsDeterministic(assignment.Expression) || ConnectorExpressions.TryConvert(assignment.Expression, handles) is not { } expression)
                return Refused(reasons, $"expression: {assignment.Expression} has no form in the source");
            expressions.Add(expression);
        }

        ColumnHandle[] columns = [.. expressions.OfType<ConnectorColumn>().Select(column => column.Column)];
        if (columns.Length == expressions.Count)
            return scan with { Scanned = Zip(project.Columns, columns) };
        return PushIntoScans.Offer(scan, new PushProjection(expressions.ToValueList()), context) switch
        {
            PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Outputs.Count == expressions.Count =>
                scan with { Handle = accepted.Handle, Scanned = Zip(project.Columns, accepted.Outputs) },
            PushdownRefused refused => Refused(reasons, $"expression: {refused.Reason}"),
            _ => null,
        };
    }

    private static TableScanNode? Window(TableScanNode scan, WindowNode window, OptimizerContext context, List<string> reasons)
    {
        Dictionary<Column, ColumnHandle> handles = PushIntoScans.Handles(scan);
        var calls = new List<ConnectorWindowCall>();
        foreach (WindowCall call in window.Calls)
        {
            if (call.IsDistinct || call.IgnoreNulls || call.Filter is not null || FrameOf(call.Frame) is not { } frame)
                return Refused(reasons, $"window: the frame or a clause of {call.Function} is left to the engine");
            var arguments = new List<ConnectorExpression>();
            foreach (Expression argument in call.Arguments)
            {
                if (ConnectorExpressions.TryConvert(argument, handles) is not { } converted)
                    return Refused(reasons, $"window: {argument} has no form in the source");
                arguments.Add(converted);
            }

            calls.Add(new ConnectorWindowCall(call.Function, arguments.ToValueList(), call.Type, frame));
        }

        var operation = new PushWindow(
            window.PartitionBy.Select(column => handles[column]).ToValueList(),
            window.OrderBy.Select(key => new ConnectorSortKey(handles[key.Column], key.Descending, key.NullsFirst)).ToValueList(),
            calls.ToValueList());
        return PushIntoScans.Offer(scan, operation, context) switch
        {
            PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Outputs.Count == calls.Count =>
                scan with { Handle = accepted.Handle, Scanned = [.. scan.Scanned, .. Zip(window.Calls.Select(call => call.Output).ToValueList(), accepted.Outputs)] },
            PushdownRefused refused => Refused(reasons, $"window: {refused.Reason}"),
            _ => null,
        };
    }

    private static TableScanNode? Union(UnionNode union, OptimizerContext context, List<string> reasons)
    {
        var scans = new List<TableScanNode>();
        foreach (PlanNode input in union.Inputs)
        {
            if (TryScan(input, context, reasons) is not { } scan)
                return null;
            scans.Add(scan);
        }

        if (scans.Exists(scan => scan.Catalog != scans[0].Catalog))
            return Refused(reasons, "union: its inputs are of several catalogs");
        ValueList<ColumnHandle>[] columns = [.. scans.Select((scan, input) => PushIntoScans.Handles(scan) is var handles
            ? union.Mapping[input].Select(column => handles[column]).ToValueList() : default)];
        var operation = new PushUnion(columns[0], scans.Skip(1).Select((scan, input) => new ConnectorUnionInput(scan.Handle, columns[input + 1])).ToValueList());
        return PushIntoScans.Offer(scans[0], operation, context) switch
        {
            PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Outputs.Count == union.Outputs.Count => scans[0] with
            {
                Handle = accepted.Handle,
                Scanned = Zip(union.Outputs, accepted.Outputs),
                Refusals = [.. scans.SelectMany(scan => scan.Refusals).Distinct()],
            },
            PushdownRefused refused => Refused(reasons, $"union: {refused.Reason}"),
            _ => null,
        };
    }

    private static ConnectorFrame? FrameOf(WindowFrame frame)
    {
        if (frame.Exclusion != FrameExclusion.NoOthers || frame.Unit == FrameUnit.Groups || PlaceOf(frame.Start) is not { IsKnown: true } start
            || PlaceOf(frame.End) is not { IsKnown: true } end || (frame.Unit == FrameUnit.Range && (start.Place is not (null or 0) || end.Place is not (null or 0))))
            return null;
        bool isTurned = frame.Start.Kind == FrameBoundKind.UnboundedFollowing || frame.End.Kind == FrameBoundKind.UnboundedPreceding;
        return isTurned ? null : new ConnectorFrame(frame.Unit == FrameUnit.Rows ? ConnectorFrameUnit.Rows : ConnectorFrameUnit.Range, start.Place, end.Place);
    }

    private static (bool IsKnown, long? Place) PlaceOf(FrameBound bound) => (bound.Kind, bound.Offset) switch
    {
        (FrameBoundKind.UnboundedPreceding or FrameBoundKind.UnboundedFollowing, _) => (true, null),
        (FrameBoundKind.CurrentRow, _) => (true, 0),
        (FrameBoundKind.Preceding, ConstantExpression { Value: int or long } offset) => Number(offset) is > 0 and var rows ? (true, -rows) : (false, null),
        (FrameBoundKind.Following, ConstantExpression { Value: int or long } offset) => Number(offset) is > 0 and var rows ? (true, rows) : (false, null),
        _ => (false, null),
    };

    private static long Number(ConstantExpression constant) => constant.Value is int small ? small : (long)constant.Value!;

    private static ValueList<ScanColumn> Zip(ValueList<Column> columns, IEnumerable<ColumnHandle> handles) =>
        columns.Zip(handles, (column, handle) => new ScanColumn(column, handle)).ToValueList();

    private static TableScanNode? Refused(List<string> reasons, string reason)
    {
        reasons.Add(reason);
        return null;
    }
}
