using System.Runtime.CompilerServices;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Exchanges;

/// <summary>
/// Puts exchanges where rows must move between workers: aggregations in two steps around a hash exchange, joins partitioned or broadcast, orders and
/// limits gathered.
/// </summary>
internal sealed class AddExchanges(Estimator estimator, OptimizerContext context)
{
    /// <summary>Where the rows of a subtree are.</summary>
    private enum Place
    {
        /// <summary>All in one task.</summary>
        One,

        /// <summary>Spread over the workers, in no known way.</summary>
        Spread,
    }

    /// <summary>The plan with exchanges, its result in one task.</summary>
    public PlanNode Apply(PlanNode plan) => Gathered(plan);

    private PlanNode Gathered(PlanNode node)
    {
        (PlanNode placed, Place place) = Visit(node);
        return place == Place.One ? placed : new ExchangeNode(placed, ExchangeKind.Gather, []);
    }

    private (PlanNode Node, Place Place) Visit(PlanNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case TableScanNode scan:
                return (node, context.Connectors(scan.Catalog).IsNodeLocal ? Place.One : Place.Spread);
            case TableWriteNode write when context.Connectors(write.Catalog).IsNodeLocal:
                return (write.MapSources(Gathered), Place.One);
            case ValuesNode or WorkingTableNode or RemoteSourceNode:
                return (node, Place.One);
            case AggregateNode aggregate:
                return VisitAggregate(aggregate);
            case JoinNode join:
                return VisitJoin(join);
            case LimitNode { IsPartial: false } limit:
                return VisitLimit(limit);
            case TopNNode { IsPartial: false } topN:
                return VisitTopN(topN);
            case WindowNode window:
                return VisitWindow(window);
            case MatchRecognizeNode match:
                return VisitMatch(match);
            case UnionNode union:
                return VisitUnion(union);
            case RecursiveUnionNode recursion:
                // Every round reads the sources of the step again, which an exchange cannot: they are scanned where the recursion runs.
                return (recursion with { Anchor = Gathered(recursion.Anchor) }, Place.One);
            case SharedNode shared:
                return (shared with { Shared = Gathered(shared.Shared), Body = Reading(shared.Body) }, Place.One);
            case SharedReadNode:
                return (node, Place.One);
            case SortNode or EnforceSingleRowNode or OutputNode:
                return (node.MapSources(Gathered), Place.One);
            default:
                (PlanNode source, Place place) = Visit(node.Sources[0]);
                return (node.WithSources([source]), place);
        }
    }

    // Who reads what is shared runs in the task that keeps it, and so does all above it; the rest comes gathered.
    private PlanNode Reading(PlanNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!node.Descendants().Any(below => below is SharedReadNode))
            return Gathered(node);
        return node is RecursiveUnionNode recursion ? recursion with { Anchor = Reading(recursion.Anchor) } : node.MapSources(Reading);
    }

    private (PlanNode Node, Place Place) VisitAggregate(AggregateNode aggregate)
    {
        (PlanNode source, Place place) = Visit(aggregate.Source);
        if (place == Place.One)
            return (aggregate with { Source = source }, Place.One);
        if (!AggregateSteps.CanSplit(aggregate))
            return (aggregate with { Source = Exchange(source, aggregate.Keys) }, PlaceBy(aggregate.Keys));

        (AggregateNode partial, ValueList<Aggregation> finals) = AggregateSteps.Split(aggregate with { Source = source }, context.Columns);
        return (
            new AggregateNode(Exchange(partial, aggregate.Keys), aggregate.Keys, finals) { Step = AggregateStep.Final },
            PlaceBy(aggregate.Keys));
    }

    private (PlanNode Node, Place Place) VisitJoin(JoinNode join)
    {
        // The keys are collected where the rows are asked for.
        if (join.Lookup is not null)
            return (join.BuildsLeft ? join with { Left = Gathered(join.Left) } : join with { Right = Gathered(join.Right) }, Place.One);

        (PlanNode left, Place leftPlace) = Visit(join.Left);
        (PlanNode right, Place rightPlace) = Visit(join.Right);
        if (leftPlace == Place.One && rightPlace == Place.One)
            return (join with { Left = left, Right = right }, Place.One);

        // A NULL of IN's list must be seen by every row, and without equalities there is nothing to partition by.
        bool mustBroadcast = join.Criteria.Count == 0 || join.IsNullAware;
        bool mayBroadcast = join.Kind is not (JoinKind.Right or JoinKind.Full);
        if (mustBroadcast && !mayBroadcast)
            return (join with { Left = Gather(left, leftPlace), Right = Gather(right, rightPlace) }, Place.One);
        if (leftPlace == Place.One && mayBroadcast)
            return (join with { Left = left, Right = Gather(right, rightPlace) }, Place.One);
        if (mustBroadcast || (mayBroadcast && estimator.Estimate(join.Right).Rows <= context.BroadcastRowLimit))
        {
            PlanNode everywhere = new ExchangeNode(right, ExchangeKind.Broadcast, []);
            return (join with { Left = left, Right = everywhere, Distribution = JoinDistribution.Broadcast }, Place.Spread);
        }

        ValueList<Column> leftKeys = join.Criteria.Select(criterion => criterion.Left).ToValueList();
        ValueList<Column> rightKeys = join.Criteria.Select(criterion => criterion.Right).ToValueList();
        return (
            join with { Left = Exchange(left, leftKeys), Right = Exchange(right, rightKeys), Distribution = JoinDistribution.Partitioned },
            Place.Spread);
    }

    private (PlanNode Node, Place Place) VisitLimit(LimitNode limit)
    {
        (PlanNode source, Place place) = Visit(limit.Source);
        if (place == Place.One)
            return (limit with { Source = source }, Place.One);
        if (limit.Count is { } count && limit.Offset <= long.MaxValue - count)
            source = new LimitNode(source, count + limit.Offset) { IsPartial = true };
        return (limit with { Source = Gather(source, place) }, Place.One);
    }

    private (PlanNode Node, Place Place) VisitTopN(TopNNode topN)
    {
        (PlanNode source, Place place) = Visit(topN.Source);
        if (place == Place.One)
            return (topN with { Source = source }, Place.One);
        return (topN with { Source = Gather(topN with { Source = source, IsPartial = true }, place) }, Place.One);
    }

    private (PlanNode Node, Place Place) VisitWindow(WindowNode window)
    {
        (PlanNode source, Place place) = Visit(window.Source);
        return place == Place.One
            ? (window with { Source = source }, Place.One)
            : (window with { Source = Exchange(source, window.PartitionBy) }, PlaceBy(window.PartitionBy));
    }

    private (PlanNode Node, Place Place) VisitMatch(MatchRecognizeNode match)
    {
        (PlanNode source, Place place) = Visit(match.Source);
        return place == Place.One
            ? (match with { Source = source }, Place.One)
            : (match with { Source = Exchange(source, match.PartitionBy) }, PlaceBy(match.PartitionBy));
    }

    private (PlanNode Node, Place Place) VisitUnion(UnionNode union)
    {
        (PlanNode Node, Place Place)[] inputs = [.. union.Inputs.Select(Visit)];
        if (inputs.All(input => input.Place == Place.One))
            return (union with { Inputs = inputs.Select(input => input.Node).ToValueList() }, Place.One);

        // A row that is in one task must not be read by all: it is dealt out first.
        return (union with
        {
            Inputs = inputs.Select(input => input.Place == Place.One ? new ExchangeNode(input.Node, ExchangeKind.RoundRobin, []) : input.Node).ToValueList(),
        }, Place.Spread);
    }

    private static ExchangeNode Exchange(PlanNode source, ValueList<Column> keys) =>
        keys.Count == 0 ? new ExchangeNode(source, ExchangeKind.Gather, []) : new ExchangeNode(source, ExchangeKind.Hash, keys);

    private static PlanNode Gather(PlanNode source, Place place) => place == Place.One ? source : new ExchangeNode(source, ExchangeKind.Gather, []);

    private static Place PlaceBy(ValueList<Column> keys) => keys.Count == 0 ? Place.One : Place.Spread;
}
