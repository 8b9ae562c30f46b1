using QueryEngine.Execution;
using QueryEngine.Execution.Spilling;
using QueryEngine.Functions.Conditional;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>A query to run. Fragment 0 gives the result.</summary>
public sealed record QueryRun(
    string QueryId, FragmentedPlan Plan, ConnectorSession Session, IConnectorResolver Connectors, MemoryContext Memory, int Threads)
{
    /// <summary>What functions may know besides their arguments.</summary>
    public (string Catalog, string Schema) Default { get; init; } = ("memory", "default");

    /// <summary>The sequences, for fragments that run in this process.</summary>
    public ISequences? Sequences { get; init; }

    /// <summary>The most rows that operators of this process are given at once.</summary>
    public int BatchRows { get; init; } = RecordBatch.MaxRows;

    /// <summary>Where operators of this process write what does not fit in memory; null where they may not.</summary>
    public SpillSpace? Spill { get; init; }
}

/// <summary>Runs plans: in this process, or on the workers of a cluster. Thread-safe.</summary>
public interface IQueryRunner : IAsyncDisposable
{
    /// <summary>Whether plans have to be cut into fragments with exchanges.</summary>
    bool IsDistributed { get; }

    /// <summary>The processes that run tasks, this one included.</summary>
    IReadOnlyList<ClusterNode> Nodes { get; }

    /// <summary>Tasks that run, and some that have run lately.</summary>
    IReadOnlyList<ClusterTask> Tasks { get; }

    /// <summary>Starts a query.</summary>
    QueryExecution Start(QueryRun run, CancellationToken cancellationToken);
}

/// <summary>A running query. Disposing it cancels what still runs, here and on workers, and waits until nothing does.</summary>
public abstract class QueryExecution : IAsyncDisposable
{
    /// <summary>What the operators have done; complete when <see cref="ReadAsync"/> has come to its end.</summary>
    public abstract IReadOnlyList<OperatorStatistics> Statistics { get; }

    /// <summary>The result, once; the caller owns each batch.</summary>
    /// <exception cref="QueryException">What failed.</exception>
    public abstract IAsyncEnumerable<RecordBatch> ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>A process that runs tasks. Role: coordinator, worker, or both as <c>coordinator+worker</c>; state: active, draining, suspect, lost.</summary>
public sealed record ClusterNode(string NodeId, string? Uri, string Role, string State)
{
    /// <summary>How many threads it works on.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>One attempt at one partition of a stage. State: planned, running, finished, failed, canceled.</summary>
public sealed record ClusterTask(string QueryId, int StageId, int Partition, int Attempt, string NodeId, string State)
{
    /// <summary>The task's own name.</summary>
    public string TaskId => $"{QueryId}.{StageId}.{Partition}.{Attempt}";

    /// <summary>Rows that it gave on.</summary>
    public long OutputRows { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
}
