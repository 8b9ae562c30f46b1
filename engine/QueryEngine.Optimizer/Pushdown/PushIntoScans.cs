using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>
/// Offers filters, limits, top-n and aggregations to the sources of the scans right below them, from the leaves up, so that what a source takes over
/// brings the next operation next to the scan; what else a source can give as one scan (<see cref="SubtreeScans"/>) is no hindrance. Every refusal is kept for EXPLAIN.
/// </summary>
internal sealed class PushIntoScans : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        context.PushesDown ? plan.RewriteBottomUp(node => Push(node, context)) : plan;

    private static PlanNode? Push(PlanNode node, OptimizerContext context) => node switch
    {
        FilterNode { Source: TableScanNode scan } filter => PushFilter(filter, scan, context),
        FilterNode { Source: WindowNode or ProjectNode { Source: WindowNode } } filter => PushOverWindow(filter, filter.Source, context, scan => PushFilter(filter, scan, context)),
        LimitNode { Source: WindowNode, Count: { } count } limit => PushOverWindow(limit, limit.Source, context, scan => PushLimit(limit, scan, count, context)),
        TopNNode { Source: WindowNode, WithTies: false } topN => PushOverWindow(topN, topN.Source, context, scan => PushTopN(topN, scan, context)),
        LimitNode { Source: TableScanNode scan, Count: { } count } limit => PushLimit(limit, scan, count, context),
        TopNNode { Source: TableScanNode scan, WithTies: false } topN => PushTopN(topN, scan, context),
        AggregateNode { Step: AggregateStep.Single } aggregate => AggregationPushdown.Push(aggregate, context),
        _ => null,
    };

    // A window is computed by the source when what comes above it leaves rows there.
    private static PlanNode? PushOverWindow(PlanNode node, PlanNode source, OptimizerContext context, Func<TableScanNode, PlanNode?> push)
    {
        var reasons = new List<string>();
        if (!source.Descendants().OfType<TableScanNode>().All(below => context.Connectors(below.Catalog).Metadata.Pushdown.HasFlag(PushdownKinds.Aggregation)))
            return null; // a source that computes nothing
        if (SubtreeScans.TryScan(source, context, reasons) is { } scan)
        {
            PlanNode? pushed = push(scan);
            TableScanNode? taken = pushed?.Descendants().OfType<TableScanNode>().FirstOrDefault();
            if (taken is not null && taken.Handle != scan.Handle)
                return pushed;
            reasons.AddRange(taken?.Refusals.Except(scan.Refusals) ?? []);
        }

        if (reasons.Count == 0)
            return null;
        PlanNode noted = SubtreeScans.Note(source, reasons[0]);
        return ReferenceEquals(noted, source) ? null : node.WithSources([noted]);
    }

    private static PlanNode? PushFilter(FilterNode filter, TableScanNode scan, OptimizerContext context)
    {
        if (scan.IsSuperset)
            return null;

        Dictionary<Column, ColumnHandle> handles = Handles(scan);
        var offered = new Dictionary<ConnectorExpression, Expression>();
        var kept = new List<Expression>();
        foreach (Expression conjunct in Expressions.Conjuncts(filter.Predicate))
        {
            if (context.Constants.IsDeterministic(conjunct) && ConnectorExpressions.TryConvert(conjunct, handles) is { } converted)
                offered[converted] = conjunct;
            else
                kept.Add(conjunct);
        }

        if (offered.Count == 0)
            return null;

        var operation = new PushFilter(offered.Keys.ToValueList());
        switch (Offer(scan, operation, context))
        {
            case PushdownAccepted { Guarantee: Guarantee.Superset } superset when superset.Handle != scan.Handle:
                return Rescan(scan, superset, Note(superset.Reason, "filter")).Where(Expressions.Conjuncts(filter.Predicate));
            case PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Handle != scan.Handle:
                kept.AddRange(accepted.Residual.Where(offered.ContainsKey).Select(residual => offered[residual]));
                return Rescan(scan, accepted, accepted.Residual.Count > 0 ? Note(accepted.Reason, $"filter ({Expressions.And(kept)})") : null).Where(kept);
            case PushdownRefused refused:
                return filter with { Source = Refuse(scan, $"filter: {refused.Reason}") };
            default:
                return null;
        }
    }

    private static PlanNode? PushLimit(LimitNode limit, TableScanNode scan, long count, OptimizerContext context)
    {
        if (scan.IsSuperset || limit.Offset > long.MaxValue - count)
            return null;
        switch (Offer(scan, new PushLimit(count + limit.Offset), context))
        {
            case PushdownAccepted accepted when accepted.Handle != scan.Handle:
                TableScanNode rescan = Rescan(scan, accepted, accepted.Guarantee == Guarantee.Superset ? Note(accepted.Reason, "limit") : null);
                return accepted.Guarantee == Guarantee.Exact && limit.Offset == 0 ? rescan : limit with { Source = rescan };
            case PushdownRefused refused:
                return limit with { Source = Refuse(scan, $"limit: {refused.Reason}") };
            default:
                return null;
        }
    }

    // The source's rows come in its order only from a single split, so the engine keeps its own top-n above an exact one: it is cheap there.
    private static PlanNode? PushTopN(TopNNode topN, TableScanNode scan, OptimizerContext context)
    {
        if (scan.IsSuperset)
            return null;

        Dictionary<Column, ColumnHandle> handles = Handles(scan);
        ValueList<ConnectorSortKey> keys = topN.Keys
            .Select(key => new ConnectorSortKey(handles[key.Column], key.Descending, key.NullsFirst)).ToValueList();
        return Offer(scan, new PushTopN(topN.Count, keys), context) switch
        {
            PushdownAccepted accepted when accepted.Handle != scan.Handle => topN with { Source = Rescan(scan, accepted, null) with { IsSuperset = true } },
            PushdownRefused refused => topN with { Source = Refuse(scan, $"top-n: {refused.Reason}") },
            _ => null,
        };
    }

    /// <summary>What the scan's source says to an operation.</summary>
    public static PushdownAnswer Offer(TableScanNode scan, PushdownOperation operation, OptimizerContext context) =>
        context.Connectors(scan.Catalog).Metadata.TryPush(context.Session, scan.Handle, operation);

    /// <summary>The handles of a scan's columns.</summary>
    public static Dictionary<Column, ColumnHandle> Handles(TableScanNode scan) => scan.Scanned.ToDictionary(scanned => scanned.Column, scanned => scanned.Handle);

    /// <summary>The scan with one more refusal.</summary>
    public static TableScanNode Refuse(TableScanNode scan, string reason) =>
        scan.Refusals.Contains(reason) ? scan : scan with { Refusals = scan.Refusals.Add(reason) };

    private static TableScanNode Rescan(TableScanNode scan, PushdownAccepted accepted, string? note)
    {
        TableScanNode rescan = scan with { Handle = accepted.Handle, IsSuperset = scan.IsSuperset || (accepted.Guarantee == Guarantee.Superset) };
        return note is null ? rescan : Refuse(rescan, note);
    }

    private static string Note(string? reason, string what) => $"{what} is checked again here{(reason is null ? string.Empty : $": {reason}")}";
}
