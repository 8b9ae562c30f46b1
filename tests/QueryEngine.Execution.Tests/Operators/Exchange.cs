using System.Collections.Concurrent;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Tests.Operators;

/// <summary>Inputs of a task under test: batches by fragment id.</summary>
internal sealed class TestInputs : ITaskInputs
{
    private readonly Dictionary<int, List<BatchStream>> _streams = [];

    public void Add(int fragment, IEnumerable<RecordBatch> batches) => Open(fragment, ((IEnumerable<RecordBatch>)[.. batches]).GetEnumerator());

    /// <summary>Adds batches that are made as they are read.</summary>
    public void AddLazily(int fragment, IEnumerable<RecordBatch> batches) => Open(fragment, batches.GetEnumerator());

    private void Open(int fragment, IEnumerator<RecordBatch> batches)
    {
        if (!_streams.TryGetValue(fragment, out List<BatchStream>? streams))
            _streams[fragment] = streams = [];
        streams.Add(new BatchStream(batches));
    }

    public ISplitSource OpenSplits(ScanInput scan) => throw new InvalidOperationException("no scans here");

    public IReadOnlyList<IExchangeSource> OpenExchange(RemoteSourceNode source) => _streams[source.FragmentId];

    public void DisposeRest()
    {
        foreach (BatchStream stream in _streams.Values.SelectMany(streams => streams))
            stream.DisposeRest();
    }
}

/// <summary>Gives batches in order; owned by the stream until they are read.</summary>
internal sealed class BatchStream(IEnumerator<RecordBatch> batches) : IExchangeSource
{
    private readonly Lock _lock = new();

    public int Read { get; private set; }

    public async ValueTask<RecordBatch?> ReadAsync(CancellationToken cancellationToken)
    {
        // Every other read really waits, so that drivers change threads.
        if ((++Read & 1) == 0)
            await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return batches.MoveNext() ? batches.Current : null;
    }

    public ValueTask DisposeAsync()
    {
        DisposeRest();
        return ValueTask.CompletedTask;
    }

    public void DisposeRest()
    {
        lock (_lock)
            while (batches.MoveNext())
                batches.Current.Dispose();
    }
}

/// <summary>Keeps what a task gives, boxed, by partition.</summary>
internal sealed class TestOutput(int partitions = 1, int closeAfterRows = int.MaxValue, Action? onWrite = null) : IOutputSink
{
    private readonly ConcurrentQueue<object?[]>[] _rows = [.. Enumerable.Range(0, partitions).Select(_ => new ConcurrentQueue<object?[]>())];

    public int PartitionCount => partitions;

    public bool IsClosed => _rows.Sum(rows => rows.Count) >= closeAfterRows;

    public IReadOnlyList<object?[]> Rows => [.. _rows.SelectMany(rows => rows)];

    public IReadOnlyList<object?[]> RowsOf(int partition) => [.. _rows[partition]];

    public async ValueTask WriteAsync(RecordBatch batch, int partition, CancellationToken cancellationToken)
    {
        using (batch)
            for (int row = 0; row < batch.RowCount; row++)
                _rows[partition].Enqueue([.. batch.Columns.ToArray().Select(column => column.GetValue(row))]);
        onWrite?.Invoke();
        await Task.Yield();
    }

    public async ValueTask BroadcastAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        for (int partition = 0; partition < partitions; partition++)
        {
            batch.Retain();
            await WriteAsync(batch, partition, cancellationToken);
        }

        batch.Dispose();
    }
}

/// <summary>No catalogs.</summary>
internal sealed class NoConnectors : IConnectorResolver
{
    public IConnector Get(string catalog) => throw new QueryException(ErrorCode.UndefinedCatalog, $"catalog '{catalog}' does not exist");
}
