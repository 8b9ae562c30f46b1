using QueryEngine.Execution.Pipelines;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>The different keys of the side that a join builds, for the scan of its other side, which asks for their rows. Thread-safe.</summary>
internal sealed class CollectedKeys(MemoryContext memory) : IDisposable
{
    // What a boxed value and its place in a set take, roughly; a text has its characters beside.
    private const long BytesPerValue = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<ValueList<object?>> _keys = [];
    private long _bytes;

    /// <summary>Every key once. Asked for when the build has ended.</summary>
    public IReadOnlyCollection<ValueList<object?>> Keys => _keys;

    /// <summary>Adds the keys of a batch; a key with a NULL finds nothing.</summary>
    public void Add(RecordBatch batch, int[] places)
    {
        lock (_lock)
        {
            var key = new object?[places.Length];
            for (int row = 0; row < batch.RowCount; row++)
            {
                long bytes = 0;
                for (int place = 0; place < places.Length; place++)
                {
                    key[place] = batch[places[place]].GetValue(row);
                    bytes += BytesPerValue + (key[place] is string text ? text.Length * sizeof(char) : 0);
                }

                if (key.Contains(null) || !_keys.Add([.. key]))
                    continue;
                memory.Reserve(bytes);
                _bytes += bytes;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Free(_bytes);
        _bytes = 0;
        _keys.Clear();
    }
}

/// <summary>Notes the keys of the rows that go by.</summary>
internal sealed class CollectKeysOperator(CollectedKeys keys, int[] places) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using RecordBatch owned = batch;
        keys.Add(batch, places);
        batch.Retain();
        Emit(batch);
    }
}

/// <summary>Asks a source for the rows of collected keys: every driver takes some keys as it gets free.</summary>
internal sealed class LookupSourceFactory(TaskContext task, TableScanNode scan, ValueList<ColumnHandle> keys, ValueList<ColumnHandle> columns, CollectedKeys collected)
    : SourceFactory
{
    private readonly Lock _lock = new();
    private readonly ISupportsLookup _connector = task.Connectors.Get(scan.Catalog).As<ISupportsLookup>()
        ?? throw new QueryException(ErrorCode.Internal, $"catalog {scan.Catalog} has no lookup");

    private Queue<ValueList<object?>[]>? _left;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new LookupSource(this);

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        collected.Dispose();
        return default;
    }

    private IAsyncEnumerator<RecordBatch>? AskAsync(CancellationToken cancellationToken)
    {
        ConnectorSession session = task.Connectors.SessionFor(scan.Catalog, task.Session);
        ValueList<object?>[]? values;
        lock (_lock)
        {
            _left ??= new(collected.Keys.Chunk(_connector.OfferLookup(session, scan.Handle, keys)!.KeysAtOnce));
            if (!_left.TryDequeue(out values))
                return null;
        }

        var request = new LookupRequest(session, scan.Handle, keys, values, columns) { Memory = Statistics!.Memory!, Metrics = Statistics.Scan! };
        return _connector.LookupAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private sealed class LookupSource(LookupSourceFactory lookup) : Source
    {
        private IAsyncEnumerator<RecordBatch>? _reader;

        public override async ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                _reader ??= lookup.AskAsync(cancellationToken);
                if (_reader is null)
                    return null;
                if (await _reader.MoveNextAsync())
                    return _reader.Current;
                await _reader.DisposeAsync();
                _reader = null;
            }
        }

        protected override ValueTask ReleaseAsync() => _reader?.DisposeAsync() ?? default;
    }
}
