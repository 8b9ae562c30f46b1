using System.Runtime.CompilerServices;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Joins;

/// <summary>
/// Asks a source for the rows of the keys that the other side of a join has, instead of reading its table: where the source can only be read so, or where it
/// says that so few keys cost less. The other side is built, and its keys are collected on the way.
/// <code>
/// users JOIN api.orders ON orders.user_id = users.id      =>  build users; for each of their ids, orders(user_id: ...)
/// users LEFT JOIN api.orders ON ...                       =>  the same, turned, so that users without orders stay
/// </code>
/// Does not fire for full and mark joins, nor where a column of the key is compared with something else than a column.
/// </summary>
internal sealed class ChooseLookups(Estimator estimator, OptimizerContext context)
{
    private int _lastLookup;

    /// <summary>The plan with its lookups.</summary>
    public PlanNode Apply(PlanNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is not JoinNode join)
            return node.MapSources(Apply);
        if (join.Kind != JoinKind.Inner)
            return join.MapSources(Apply) is JoinNode mapped ? Outer(mapped) ?? mapped : join;

        var inputs = new List<PlanNode>();
        var conditions = new List<Expression>();
        ReorderJoins.Flatten(join, inputs, conditions);
        if (inputs.TrueForAll(input => CandidateOf(input) is null))
            return node.MapSources(Apply);
        int before = _lastLookup;
        PlanNode joined = Inner([.. inputs.Select(Apply)], conditions);
        return _lastLookup > before ? joined.Only(join.Columns) : node;
    }

    // What can be looked up is joined last, each input as soon as its keys are there.
    private PlanNode Inner(List<PlanNode> inputs, List<Expression> conditions)
    {
        List<PlanNode> later = [.. inputs.Where(input => CandidateOf(input) is not null)];
        PlanNode joined = inputs.Find(input => !later.Contains(input)) ?? later.Find(input => !CandidateOf(input)!.IsRequired) ?? later[0];
        later.Remove(joined);
        foreach (PlanNode input in inputs)
            if (input != joined && !later.Contains(input))
                joined = Joined(input, joined, conditions);
        while (later.Count > 0)
        {
            PlanNode next = later.Find(input => KeysOf(input, joined, conditions) is not null) ?? later.Find(input => !CandidateOf(input)!.IsRequired) ?? later[0];
            later.Remove(next);
            if (KeysOf(next, joined, conditions) is { } keys)
                joined = Joined(LookedUp(next, keys), joined, conditions) with { Lookup = new LookupKeys(_lastLookup, keys.Select(key => key.Known).ToValueList()) };
            else
                joined = Joined(next, joined, conditions);
        }

        return joined.Where(conditions);
    }

    private JoinNode Joined(PlanNode left, PlanNode right, List<Expression> conditions)
    {
        HashSet<Column> columns = [.. left.Columns, .. right.Columns];
        List<Expression> taken = conditions.FindAll(condition => condition.ReadsOnly(columns));
        conditions.RemoveAll(taken.Contains);
        return JoinConditions.Build(JoinKind.Inner, left, right, [], taken, context.Columns);
    }

    private PlanNode? Outer(JoinNode join)
    {
        if (join.Kind is JoinKind.Full or JoinKind.Mark)
            return null;
        (PlanNode asked, PlanNode known) = join.Kind == JoinKind.Right ? (join.Left, join.Right) : (join.Right, join.Left);
        List<Expression> conditions =
            [.. join.Criteria.Where(criterion => !criterion.IsNullSafe).Select(criterion => Expressions.Equal(criterion.Left.Ref(), criterion.Right.Ref()))];
        if (CandidateOf(asked) is null || KeysOf(asked, known, conditions) is not { } keys)
            return null;

        PlanNode scanned = LookedUp(asked, keys);
        JoinNode lookup = join with { Lookup = new LookupKeys(_lastLookup, keys.Select(key => key.Known).ToValueList()) };
        return join.Kind switch
        {
            JoinKind.Right => lookup with { Left = scanned },
            JoinKind.Left => (lookup with { Right = scanned }).Turned().Only(join.Columns),
            _ => lookup with { Right = scanned, BuildsLeft = true },
        };
    }

    private PlanNode LookedUp(PlanNode asked, List<(Column Asked, Column Known)> keys)
    {
        _lastLookup++;
        return Flagged(asked);

        PlanNode Flagged(PlanNode node) => node is TableScanNode scan
            ? scan with { Lookup = new LookupKeys(_lastLookup, keys.Select(key => key.Asked).ToValueList()) }
            : node.MapSources(Flagged);
    }

    /// <summary>The columns of a key, and those that know their values; null where the source is not to be asked.</summary>
    private List<(Column Asked, Column Known)>? KeysOf(PlanNode asked, PlanNode known, List<Expression> conditions)
    {
        (TableScanNode scan, ISupportsLookup connector, _) = CandidateOf(asked)!;
        HashSet<Column> askedColumns = asked.ColumnSet();
        HashSet<Column> knownColumns = known.ColumnSet();
        var equal = new Dictionary<ColumnHandle, (Column Asked, Column Known)>();
        foreach (Expression condition in conditions)
        {
            if (condition is not CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression { Column: var left }, ColumnExpression { Column: var right }] })
                continue;
            (Column Asked, Column Known)? pair = askedColumns.Contains(left) && knownColumns.Contains(right) ? (left, right)
                : askedColumns.Contains(right) && knownColumns.Contains(left) ? (right, left) : null;
            if (pair is { } found && scan.Scanned.FirstOrDefault(column => column.Column == found.Asked) is { } scanned)
                equal.TryAdd(scanned.Handle, found);
        }

        if (equal.Count == 0 || connector.OfferLookup(context.Session, scan.Handle, equal.Keys.ToValueList()) is not { } offer
            || (!offer.IsRequired && estimator.Estimate(known).Rows > offer.MaxKeys))
            return null;
        return [.. offer.Keys.Select(key => equal[key])];
    }

    private Candidate? CandidateOf(PlanNode node) => node switch
    {
        TableScanNode { Lookup: null } scan => context.Connectors(scan.Catalog).As<ISupportsLookup>() is { } connector
            && connector.OfferLookup(context.Session, scan.Handle, scan.Scanned.Select(column => column.Handle).ToValueList()) is { } offer
                ? new Candidate(scan, connector, offer.IsRequired) : null,
        FilterNode or ProjectNode => CandidateOf(node.Sources[0]),
        _ => null,
    };

    private sealed record Candidate(TableScanNode Scan, ISupportsLookup Connector, bool IsRequired);
}
