using QueryEngine.Execution.Spilling;
using QueryEngine.Functions;
using QueryEngine.Spi;

namespace QueryEngine.Execution;

/// <summary>What the operators of one task of one fragment may know: who asks, where memory is counted, how many drivers run.</summary>
public sealed record TaskContext(ConnectorSession Session, MemoryContext Memory, IConnectorResolver Connectors, int Threads)
{
    /// <summary>What functions may know besides their arguments.</summary>
    public FunctionContext Functions { get; init; } = new(Memory, Session);

    /// <summary>The functions that plans may call.</summary>
    public FunctionCatalog Catalog { get; init; } = FunctionCatalog.BuiltIn;

    /// <summary>Dynamic filters of the query; shared by the tasks of one process where filters cross fragments.</summary>
    public DynamicFilterHub DynamicFilters { get; init; } = new();

    /// <summary>The most rows that the operators of a pipeline are given at once.</summary>
    public int BatchRows { get; init; } = RecordBatch.MaxRows;

    /// <summary>Where operators write what does not fit in memory; null where they may not.</summary>
    public SpillSpace? Spill { get; init; }

    /// <summary>The task's number within its stage, part of unique row ids and of writers; 0 to 32767.</summary>
    public int TaskIndex { get; init; }

    /// <summary>Seeds the random numbers of samples; null for other numbers in every run.</summary>
    public int? RandomSeed { get; init; }

    /// <summary>Which attempt of the task this is.</summary>
    public int Attempt { get; init; }

    internal Random NewRandom() => RandomSeed is { } seed ? new Random(seed) : new Random();
}

/// <summary>Finds catalogs by name.</summary>
public interface IConnectorResolver
{
    /// <summary>The connector of a catalog.</summary>
    /// <exception cref="QueryException">CATALOG_NOT_FOUND.</exception>
    IConnector Get(string catalog);

    /// <summary>The session as that catalog's connector sees it.</summary>
    ConnectorSession SessionFor(string catalog, ConnectorSession session) => session;
}

/// <summary>What a task reads: splits of its scans and what other fragments send.</summary>
public interface ITaskInputs
{
    /// <summary>The splits of a scan; called once a scan. <see cref="LocalSplits"/> asks the connector itself.</summary>
    ISplitSource OpenSplits(ScanInput scan);

    /// <summary>
    /// The streams of the tasks of the fragment that a remote source names: one a task where <see cref="Plan.RemoteSourceNode.MergeBy"/> asks for
    /// merging, else one or more in any grouping. Called once a remote source.
    /// </summary>
    IReadOnlyList<IExchangeSource> OpenExchange(Plan.RemoteSourceNode source);
}

/// <summary>A scan of a fragment. The ordinal counts the fragment's scans in pre-order, from 0, and so names a scan across the wire.</summary>
public sealed record ScanInput(int Ordinal, Plan.TableScanNode Scan, SplitRequest Request);

/// <summary>Splits of one scan, shared by all drivers of the task. Thread-safe.</summary>
public interface ISplitSource : IAsyncDisposable
{
    /// <summary>The next split, or null when there are no more. Each split is given once.</summary>
    ValueTask<Split?> NextAsync(CancellationToken cancellationToken);
}

/// <summary>Batches that come from other tasks. Thread-safe.</summary>
public interface IExchangeSource : IAsyncDisposable
{
    /// <summary>The next batch, which the caller owns, or null at the end.</summary>
    ValueTask<RecordBatch?> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Where a task's rows go. Thread-safe: every driver writes.</summary>
public interface IOutputSink
{
    /// <summary>The number of consumers' partitions; 1 for the result of a query.</summary>
    int PartitionCount { get; }

    /// <summary>Whether the consumers want no more rows; the task then ends early, without error.</summary>
    bool IsClosed => false;

    /// <summary>
    /// Takes over a batch for one partition. Completes when there is room for more: back-pressure. The sink owns the batch even when this fails.
    /// </summary>
    ValueTask WriteAsync(RecordBatch batch, int partition, CancellationToken cancellationToken);

    /// <summary>Takes over a batch for all partitions.</summary>
    ValueTask BroadcastAsync(RecordBatch batch, CancellationToken cancellationToken);
}
