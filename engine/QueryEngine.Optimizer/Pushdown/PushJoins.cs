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
/// Does not fire over a superset, where the sizes of the tables are not known, or with conditions that the source cannot be told.
/// </summary>
internal sealed class PushJoins(Estimator estimator)
{
    // Rows that are joined here are read by several splits at once; the join must save some of them.
    private const double MostOfWhatIsRead = 0.75;

    /// <summary>The plan with joins in its scans.</summary>
    public PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        context.PushesDown ? plan.RewriteBottomUp(node => node is JoinNode join ? Push(join, context) : null) : plan;

    private TableScanNode? Push(JoinNode join, OptimizerContext context)
    {
        if (join.Lookup is not null || KindOf(join.Kind) is not { } kind || ScanOf(join.Left) is not { IsSuperset: false } left || ScanOf(join.Right) is not { IsSuperset: false } right
            || left.Catalog != right.Catalog || !context.Connectors(left.Catalog).Metadata.Pushdown.HasFlag(PushdownKinds.Join)
            || !IsSmaller(join, left, right) || Conditions(join, left, right, context) is not { } conjuncts)
            return null;

        var operation = new PushJoin(kind, right.Handle, [.. left.Scanned.Select(scanned => scanned.Handle)], [.. right.Scanned.Select(scanned => scanned.Handle)], conjuncts);
        if (PushIntoScans.Offer(left, operation, context) is not PushdownAccepted { Guarantee: Guarantee.Exact } accepted || accepted.Outputs.Count != join.Columns.Count)
            return null;
        ValueList<ScanColumn> scanned = join.Columns.Zip(accepted.Outputs, (column, handle) => new ScanColumn(column, handle)).ToValueList();
        TableScanNode pushed = left with { Handle = accepted.Handle, Scanned = scanned, Refusals = [.. left.Refusals.Concat(right.Refusals).Distinct()] };
        estimator.Know(pushed, estimator.Estimate(join));
        return pushed;
    }

    private bool IsSmaller(JoinNode join, TableScanNode left, TableScanNode right)
    {
        if (!estimator.KnowsRows(left) || !estimator.KnowsRows(right))
            return false;
        double apart = Cells(join.Left, left) + Cells(join.Right, right);
        return estimator.Estimate(join).Rows * Math.Max(1, join.Columns.Count) <= apart * MostOfWhatIsRead;
    }

    private double Cells(PlanNode side, TableScanNode scan) => estimator.Estimate(side).Rows * Math.Max(1, scan.Scanned.Count);

    // A projection that only chooses columns is a scan of those.
    private TableScanNode? ScanOf(PlanNode side)
    {
        if (side is TableScanNode scan)
            return scan;
        if (side is not ProjectNode { Source: TableScanNode below } project || !project.Assignments.All(assignment => assignment.IsIdentity))
            return null;
        Dictionary<Column, ColumnHandle> handles = PushIntoScans.Handles(below);
        TableScanNode chosen = below with { Scanned = project.Columns.Select(column => new ScanColumn(column, handles[column])).ToValueList() };
        if (estimator.KnowsRows(below))
            estimator.Know(chosen, estimator.Estimate(below));
        return chosen;
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
