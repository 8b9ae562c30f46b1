using System.Diagnostics;
using System.Globalization;
using QueryEngine.Optimizer.Decorrelation;
using QueryEngine.Optimizer.Exchanges;
using QueryEngine.Optimizer.Joins;
using QueryEngine.Optimizer.Pushdown;
using QueryEngine.Optimizer.Rules;
using QueryEngine.Optimizer.Sharing;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>The order of the passes and rules, and the only place that names them.</summary>
public static class PlanOptimizer
{
    private const string Simplify = "Simplify";

    private static readonly RulePass _simplify = new(
        new RemoveTrivialFilter(),
        new RemoveTrivialLimit(),
        new RemoveEmptyInputs(),
        new RemoveMeaninglessSort(),
        new RemoveNeedlessDistinct(),
        new MergeUnions(),
        new MergeLimits(),
        new CreateTopN(), // before limits sink below projections and away from their sort
        new PushLimitThroughProject(),
        new PushTopNThroughProject(),
        new PushLimitIntoUnion(),
        new EndRecursionByLimit(),
        new PushTopNIntoUnion(),
        new PushLimitIntoOuterJoin(),
        new PushTopNIntoOuterJoin(),
        new LimitNumberedRows(),
        new RemoveDistinctByKeys(),
        new RemoveJoinByKeys(),
        new GroupDistinctArguments(isAfterPushdown: false),
        new MergeProjects(),
        new RemoveIdentityProject());

    private static readonly RulePass _groupDistinct = new(new GroupDistinctArguments(isAfterPushdown: true));

    // What operators cannot do without.
    private static readonly (string Name, PlanPass Pass)[] _needed =
    [
        ("Decorrelate", new Decorrelate()),
        ("RewriteSetOperations", new RewriteSetOperations()),
        ("PruneColumns", new PruneColumns()), // scans read only columns that are wanted
    ];

    // Before statistics are asked for: what needs no cost.
    private static readonly (string Name, PlanPass Pass)[] _logical =
    [
        ("SimplifyExpressions", new SimplifyExpressions()),
        ("UnwrapCasts", new UnwrapCasts()),
        ("Decorrelate", new Decorrelate()), // needs conditions as written: pushing first would hide them below joins
        ("RewriteSetOperations", new RewriteSetOperations()),
        (Simplify, _simplify),
        ("PushPredicates", new PushPredicates()),
        ("SimplifyExpressions", new SimplifyExpressions()),
        ("UnwrapCasts", new UnwrapCasts()), // where a cast was computed below
        (Simplify, _simplify), // what the predicates made empty or trivial
        ("PruneColumns", new PruneColumns()),
        (Simplify, _simplify), // pruning leaves projections that do nothing
    ];

    private static readonly (string Name, PlanPass Pass)[] _pushdown =
    [
        ("PushIntoScans", new PushIntoScans()),
        (Simplify, _simplify),
        (Simplify, _groupDistinct),
    ];

    // These need estimates.
    private static readonly string[] _costBased = ["ChooseLookups", "ReorderJoins", "ChooseBuildSides", "PushJoins", "SharePlans", "PreAggregate", "AddDynamicFilters", "AddExchanges", "DescribeRemoteText"];

    /// <summary>Every pass and rule, once each, as <see cref="OptimizerContext.Trace"/> calls them.</summary>
    internal static IReadOnlyList<string> Names { get; } =
    [
        .. _logical.Concat(_pushdown).Select(pass => pass.Name).Concat(_costBased).Where(name => name != Simplify).Concat(_simplify.RuleNames).Distinct(),
    ];

    /// <summary>The best equivalent plan that is known.</summary>
    public static async ValueTask<PlanNode> OptimizeAsync(PlanNode plan, OptimizerContext context, CancellationToken cancellationToken)
    {
        if (!context.Improves)
            return await AsWrittenAsync(plan, context, cancellationToken);
        foreach ((string name, PlanPass pass) in _logical)
            plan = Traced(name, pass.Apply(plan, context), context);
        foreach ((string name, PlanPass pass) in _pushdown)
            plan = Traced(name, pass.Apply(plan, context), context);

        Estimator estimator = await EstimateAsync(plan, context, cancellationToken);
        plan = Traced("ChooseLookups", new ChooseLookups(estimator, context).Apply(plan), context);
        if (context.ReordersJoins)
            plan = Traced("ReorderJoins", ReorderJoins.Apply(plan, estimator, context), context);
        plan = Traced("ChooseBuildSides", ChooseBuildSides.Apply(plan, estimator), context);
        plan = Traced("PruneColumns", new PruneColumns().Apply(plan, context), context);
        plan = Traced(Simplify, _simplify.Apply(plan, context), context);
        var joins = new PushJoins(estimator);
        plan = joins.Apply(plan, context);
        if (joins.HasPushed)
        {
            // What stood above the join is next to the scan now.
            plan = Traced("PushJoins", plan, context);
            foreach ((string name, PlanPass pass) in _pushdown)
                plan = Traced(name, pass.Apply(plan, context), context);
            plan = Traced("PruneColumns", new PruneColumns().Apply(plan, context), context); // keys that only the join read
            plan = Traced(Simplify, _simplify.Apply(plan, context), context);
            estimator = await EstimateAsync(plan, context, cancellationToken);
        }

        PlanNode shared = context.SharesPlans ? new SharePlans(estimator, context).Apply(plan) : plan;
        if (!ReferenceEquals(shared, plan))
        {
            plan = Traced("SharePlans", shared, context);
            plan = Traced("PruneColumns", new PruneColumns().Apply(plan, context), context);
            plan = Traced(Simplify, _simplify.Apply(plan, context), context);
        }

        // On a cluster each worker groups its rows before they are exchanged.
        if (!context.IsDistributed)
            plan = Traced("PreAggregate", new PreAggregate(estimator, context).Apply(plan), context);
        if (context.AddsDynamicFilters)
            plan = Traced("AddDynamicFilters", new AddDynamicFilters(estimator).Apply(plan), context);
        if (context.IsDistributed)
            plan = Traced("AddExchanges", new AddExchanges(estimator, context).Apply(plan), context);
        return Traced("DescribeRemoteText", new DescribeRemoteText().Apply(plan, context), context);
    }

    private static async ValueTask<PlanNode> AsWrittenAsync(PlanNode plan, OptimizerContext context, CancellationToken cancellationToken)
    {
        foreach ((string name, PlanPass pass) in _needed)
            plan = Traced(name, pass.Apply(plan, context), context);
        if (!context.IsDistributed)
            return plan;
        Estimator estimator = await EstimateAsync(plan, context, cancellationToken);
        return Traced("AddExchanges", new AddExchanges(estimator, context).Apply(plan), context);
    }

    /// <summary>What the optimizer believes each node gives, in rows, for EXPLAIN.</summary>
    public static async ValueTask<Func<PlanNode, double>> EstimateRowsAsync(PlanNode plan, OptimizerContext context, CancellationToken cancellationToken)
    {
        Estimator estimator = await EstimateAsync(plan, context, cancellationToken);
        return node => estimator.Estimate(node).Rows;
    }

    /// <summary>What the optimizer believes of the rows of a plan and of its columns, by their places, as far as it believes anything; bounds are numbers.</summary>
    public static async ValueTask<TableStatistics> EstimateColumnsAsync(OutputNode plan, OptimizerContext context, CancellationToken cancellationToken)
    {
        PlanEstimate estimate = (await EstimateAsync(plan, context, cancellationToken)).Estimate(plan.Source);
        return new TableStatistics
        {
            RowCount = estimate.Rows,
            Columns = plan.Outputs.Index().Where(output => estimate.Columns.ContainsKey(output.Item)).ToDictionary(
                output => output.Index.ToString(CultureInfo.InvariantCulture),
                output => new ColumnStatistics
                {
                    DistinctCount = Math.Min(estimate.Columns[output.Item].Distinct, estimate.Rows),
                    NullFraction = estimate.Columns[output.Item].NullFraction,
                    Min = estimate.Columns[output.Item].Low,
                    Max = estimate.Columns[output.Item].High,
                }),
        };
    }

    private static async ValueTask<Estimator> EstimateAsync(PlanNode plan, OptimizerContext context, CancellationToken cancellationToken)
    {
        var tables = new Dictionary<(string Catalog, TableHandle Handle), TableStatistics>();
        foreach (TableScanNode scan in plan.Descendants().OfType<TableScanNode>())
        {
            if (tables.ContainsKey((scan.Catalog, scan.Handle)))
                continue;
            IConnectorMetadata metadata = context.Connectors(scan.Catalog).Metadata;
            tables[(scan.Catalog, scan.Handle)] = await metadata.GetStatisticsAsync(context.Session, scan.Handle, cancellationToken);
        }

        Dictionary<int, PlanNode> shared = plan.Descendants().OfType<SharedNode>().DistinctBy(node => node.ShareId).ToDictionary(node => node.ShareId, node => node.Shared);
        return new Estimator(tables, shared);
    }

    private static PlanNode Traced(string pass, PlanNode plan, OptimizerContext context)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        context.Trace?.Invoke(pass, plan);
        CheckInDebugBuilds(pass, plan);
        return plan;
    }

    [Conditional("DEBUG")]
    private static void CheckInDebugBuilds(string pass, PlanNode plan) => PlanValidator.Check(plan, pass);
}
