using System.Globalization;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>
/// Offers a join of two scans of one catalog to its source, from the leaves up, where the estimates say that less leaves the source with the join than
/// without it: a join that gives more than it reads is better done here.
/// <code>
/// Join[inner, a = b]
///   TableScan[c.s.t, columns=(a)]    =>    TableScan[c.s.t, columns=(a, b)]
///   TableScan[c.s.u, columns=(b)]
/// </code>
/// Does not fire over a superset, where the sizes of the tables are not known, or with conditions that the source cannot be told; EXPLAIN says so.
/// </summary>
internal sealed class PushJoins(Estimator estimator)
{
    // Rows that are joined here are read by several splits at once; the join must save some of them.
    private const double MostOfWhatIsRead = 0.75;

    /// <summary>Whether a join was pushed, and the plan is not only one with more notes.</summary>
    public bool HasPushed { get; private set; }

    /// <summary>The plan with joins in its scans.</summary>
    public PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        context.PushesDown ? plan.RewriteBottomUp(node => node is JoinNode join ? Push(join, context) : null) : plan;

    private PlanNode? Push(JoinNode join, OptimizerContext context)
    {
        if (join.Lookup is not null || KindOf(join.Kind) is not { } kind || CatalogOf(join.Left) is not { } catalog || CatalogOf(join.Right) != catalog
            || !context.Connectors(catalog).Metadata.Pushdown.HasFlag(PushdownKinds.Join))
            return null;
        var reasons = new List<string>();
        if (ScanOf(join.Left, context, reasons) is not { } left || ScanOf(join.Right, context, reasons) is not { } right)
            return Refused(join, reasons.Count > 0 ? reasons[0] : "a side of it is not wholly done by the source");
        if (WhyNotSmaller(join, left, right) is { } reason)
            return Refused(join, reason);
        if (Conditions(join, left, right, context) is not { } conjuncts)
            return Refused(join, "a condition of it has no form in the source");

        var operation = new PushJoin(kind, right.Handle, [.. left.Scanned.Select(scanned => scanned.Handle)], [.. right.Scanned.Select(scanned => scanned.Handle)], conjuncts);
        switch (PushIntoScans.Offer(left, operation, context))
        {
            case PushdownAccepted { Guarantee: Guarantee.Exact } accepted when accepted.Outputs.Count == join.Columns.Count:
                ValueList<ScanColumn> scanned = join.Columns.Zip(accepted.Outputs, (column, handle) => new ScanColumn(column, handle)).ToValueList();
                TableScanNode pushed = left with { Handle = accepted.Handle, Scanned = scanned, Refusals = [.. left.Refusals.Concat(right.Refusals).Distinct()] };
                estimator.Know(pushed, estimator.Estimate(join));
                HasPushed = true;
                return pushed;
            case PushdownRefused refused:
                return Refused(join, refused.Reason);
            default:
                return null;
        }
    }

    private JoinNode? Refused(JoinNode join, string reason)
    {
        PlanNode noted = SubtreeScans.Note(join.Left, $"join: {reason}");
        if (ReferenceEquals(noted, join.Left))
            return null;
        KnowAgain(join.Left, noted);
        return join with { Left = noted };
    }

    // A note makes another scan of it.
    private void KnowAgain(PlanNode before, PlanNode after)
    {
        if (before is TableScanNode scan && estimator.KnowsRows(scan))
            estimator.Know((TableScanNode)after, estimator.Estimate(scan));
        else if (before.Sources.Count > 0)
            KnowAgain(before.Sources[0], after.Sources[0]);
    }

    // The catalog of all scans below, where there is nothing but what a source could do.
    private static string? CatalogOf(PlanNode side) => side switch
    {
        TableScanNode scan => scan is { IsSuperset: false, Lookup: null } ? scan.Catalog : null,
        ProjectNode or WindowNode or UnionNode => side.Sources.Select(CatalogOf).Distinct().ToArray() is [{ } only] ? only : null,
        _ => null,
    };

    private string? WhyNotSmaller(JoinNode join, TableScanNode left, TableScanNode right)
    {
        foreach (TableScanNode scan in (TableScanNode[])[left, right])
            if (!estimator.KnowsRows(scan))
                return $"how many rows {scan.Table} gives is not known";
        double apart = Cells(join.Left, left) + Cells(join.Right, right);
        double joined = estimator.Estimate(join).Rows;
        return joined * Math.Max(1, join.Columns.Count) <= apart * MostOfWhatIsRead ? null : string.Create(
            CultureInfo.InvariantCulture, $"about {joined:F0} rows of {join.Columns.Count} columns would leave the source, of its sides about {estimator.Estimate(join.Left).Rows:F0} and {estimator.Estimate(join.Right).Rows:F0}");
    }

    private double Cells(PlanNode side, TableScanNode scan) => estimator.Estimate(side).Rows * Math.Max(1, scan.Scanned.Count);

    private TableScanNode? ScanOf(PlanNode side, OptimizerContext context, List<string> reasons)
    {
        TableScanNode? scan = SubtreeScans.TryScan(side, context, reasons);
        if (scan is not null && !ReferenceEquals(scan, side) && side.Descendants().OfType<TableScanNode>().All(estimator.KnowsRows))
            estimator.Know(scan, estimator.Estimate(side));
        return scan;
    }

    private static ValueList<ConnectorExpression>? Conditions(JoinNode join, TableScanNode left, TableScanNode right, OptimizerContext context)
    {
        // Both sides may have a column of the same handle: while they are converted, columns go by their places.
        var places = new Dictionary<Column, ColumnHandle>();
        var byName = new Dictionary<string, ConnectorJoinColumn>(StringComparer.Ordinal);
        Add(left, isRight: false);
        Add(right, isRight: true);

        var conjuncts = new List<ConnectorExpression>();
        IEnumerable<Expression> filters = join.Filter is null ? [] : Expressions.Conjuncts(join.Filter);
        IEnumerable<Expression> equalities = join.Criteria.Select(criterion => criterion.IsNullSafe
            ? Expressions.Not(new SpecialExpression(SpecialForm.IsDistinctFrom, [criterion.Left.Ref(), criterion.Right.Ref()], SqlType.Boolean))
            : Expressions.Equal(criterion.Left.Ref(), criterion.Right.Ref()));
        foreach (Expression condition in equalities.Concat(filters))
        {
            if (!context.Constants.IsDeterministic(condition) || ConnectorExpressions.TryConvert(condition, places) is not { } converted)
                return null;
            conjuncts.Add(Place(converted, byName));
        }

        return conjuncts.ToValueList();

        void Add(TableScanNode scan, bool isRight)
        {
            for (int place = 0; place < scan.Scanned.Count; place++)
            {
                string name = $"{(isRight ? "right" : "left")} {place}";
                places[scan.Scanned[place].Column] = new ColumnHandle(name, scan.Scanned[place].Handle.Type);
                byName[name] = new ConnectorJoinColumn(isRight, place, scan.Scanned[place].Handle.Type);
            }
        }
    }

    private static ConnectorExpression Place(ConnectorExpression expression, Dictionary<string, ConnectorJoinColumn> byName) => expression switch
    {
        ConnectorColumn column => byName[column.Column.Name],
        ConnectorCall call => call with { Arguments = call.Arguments.Select(argument => Place(argument, byName)).ToValueList() },
        _ => expression,
    };

    private static ConnectorJoinKind? KindOf(JoinKind kind) => kind switch
    {
        JoinKind.Inner => ConnectorJoinKind.Inner,
        JoinKind.Left => ConnectorJoinKind.Left,
        JoinKind.Right => ConnectorJoinKind.Right,
        JoinKind.Full => ConnectorJoinKind.Full,
        JoinKind.Semi => ConnectorJoinKind.Semi,
        JoinKind.Anti => ConnectorJoinKind.Anti,
        JoinKind.Mark => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
