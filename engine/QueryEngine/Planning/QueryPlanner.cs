using QueryEngine.Cluster.Running;
using QueryEngine.Execution;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Optimizer;
using QueryEngine.Optimizer.Exchanges;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Planning;

/// <summary>A plan that is ready to run, and what it was optimized with.</summary>
internal sealed record PlannedQuery(OutputNode Plan, FragmentedPlan Fragments, OptimizerContext Optimizer)
{
    /// <summary>The columns of the result.</summary>
    public ValueList<Column> Columns => Plan.Columns;
}

/// <summary>Optimizes plans and cuts them into fragments.</summary>
internal sealed class QueryPlanner(CatalogConnectors connectors, IQueryRunner runner)
{
    private readonly ConstantEvaluator _constants = new();

    /// <summary>The fragments of the best plan that is known.</summary>
    public async ValueTask<PlannedQuery> PlanAsync(OutputNode plan, ColumnAllocator columns, QueryContext query, CancellationToken cancellationToken)
    {
        // Sequences are kept in this process.
        bool runsHere = runner.IsDistributed && SequenceCalls.IsUsedBy(plan);
        var context = new OptimizerContext(query.ToConnectorSession(), columns, _constants, connectors.Get)
        {
            Cancellation = cancellationToken,
            IsDistributed = runner.IsDistributed && !runsHere,
            RunsHere = runsHere,
            Improves = query.Properties.GetBoolean(SessionProperties.Optimizer),
            PushesDown = query.Properties.GetBoolean(SessionProperties.Pushdown),
            ReordersJoins = query.Properties.GetBoolean(SessionProperties.JoinReordering),
            AddsDynamicFilters = query.Properties.GetBoolean(SessionProperties.DynamicFiltering),
            BroadcastRowLimit = query.Properties.Get(SessionProperties.JoinDistribution) switch
            {
                "broadcast" => double.PositiveInfinity,
                "partitioned" => 0,
                _ => OptimizerContext.DefaultBroadcastRowLimit,
            },
        };
        PlanNode optimized = await PlanOptimizer.OptimizeAsync(plan, context, cancellationToken).ConfigureAwait(false);
        return new PlannedQuery((OutputNode)optimized, Fragmenter.Cut(optimized, context), context);
    }
}
