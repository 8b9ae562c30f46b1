using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>What the optimizer may ask while it plans one query.</summary>
public sealed record OptimizerContext(
    ConnectorSession Session, ColumnAllocator Columns, IConstantEvaluator Constants, Func<string, IConnector> Connectors)
{
    public const double DefaultBroadcastRowLimit = 200_000;

    /// <summary>Cancelled when nobody waits for the plan any more: every pass looks at it.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether the plan runs on several nodes and has to be cut into fragments with exchanges.</summary>
    public bool IsDistributed { get; init; }

    /// <summary>Whether all of the plan runs in the process that the statement came to, though there are others.</summary>
    public bool RunsHere { get; init; }

    /// <summary>The most rows of a build side that is sent to every worker instead of being partitioned.</summary>
    public double BroadcastRowLimit { get; init; } = DefaultBroadcastRowLimit;

    /// <summary>Whether plans are improved; otherwise only what operators need is done: subqueries become joins, set operations aggregations.</summary>
    public bool Improves { get; init; } = true;

    /// <summary>Whether the build sides of joins narrow the scans of the other side.</summary>
    public bool AddsDynamicFilters { get; init; } = true;

    /// <summary>Whether operations are offered to sources.</summary>
    public bool PushesDown { get; init; } = true;

    /// <summary>Whether joins are put into the cheapest order; otherwise they stay as written.</summary>
    public bool ReordersJoins { get; init; } = true;

    /// <summary>Whether equal parts of a plan are computed once.</summary>
    public bool SharesPlans { get; init; } = true;

    /// <summary>
    /// Called with its name by each pass that ran, and each rule that fired, and with what it made: the plan, or the part that the rule rewrote.
    /// For tests and EXPLAIN VERBOSE.
    /// </summary>
    public Action<string, PlanNode>? Trace { get; init; }
}
