using QueryEngine.Cluster.Scheduling;
using QueryEngine.Execution;
using QueryEngine.Execution.Spilling;
using QueryEngine.Functions.Conditional;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>A task, ready to run in this process.</summary>
internal sealed record TaskSpec(
    TaskId Id,
    PlanFragment Fragment,
    IReadOnlyList<StageInput> Inputs,
    int OutputPartitions,
    ConnectorSession Session,
    (string Catalog, string Schema) Default,
    IConnectorResolver Connectors,
    ISplitFeed Splits,
    MemoryContext Memory,
    int Threads)
{
    /// <summary>Bytes that the query may hold on this node.</summary>
    public long MemoryLimit { get; init; } = long.MaxValue;

    /// <summary>The sequences; null on workers.</summary>
    public ISequences? Sequences { get; init; }

    /// <summary>The most rows that its operators are given at once.</summary>
    public int BatchRows { get; init; } = RecordBatch.MaxRows;

    /// <summary>Where operators write what does not fit in memory; null where they may not.</summary>
    public SpillSpace? Spill { get; init; }
}

/// <summary>Gives out the splits of a query's scans, each once.</summary>
internal interface ISplitFeed
{
    /// <summary>The splits of a scan of a task, as many of all as this task comes to ask for.</summary>
    ISplitSource Open(TaskId task, ScanInput scan);
}

/// <summary>Reaches the outputs of tasks, wherever they run.</summary>
internal interface ITaskNetwork
{
    /// <summary>The rows that a task has for one consumer, until their end. The reader owns each batch. Leaving early closes the output.</summary>
    IAsyncEnumerable<RecordBatch> ReadOutputAsync(TaskPlace place, int partition, MemoryContext memory, CancellationToken cancellationToken);

    /// <summary>Says that a consumer wants nothing of an output. Does nothing where the task is not there.</summary>
    ValueTask CloseOutputAsync(TaskPlace place, int partition, CancellationToken cancellationToken);
}
