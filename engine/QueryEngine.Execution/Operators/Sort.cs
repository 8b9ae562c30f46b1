using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Sorting;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans sorts.</summary>
internal sealed class SortPlanner : NodePlanner<SortNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(SortNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, required.Union(node.Keys.Select(key => key.Column)).ToHashSet());
        OperatorStatistics statistics = context.Count(node, "sort");
        var sink = new SortSink([.. node.Keys], input.PlacesOf(node.Keys.Select(key => key.Column)), input.Layout.Count, statistics);
        context.Close(input, sink);
        return new RowStream([context.Open(new SortedSource(sink), isOrdered: true)], input.Layout);
    }
}

/// <summary>Collects batches, flat, from all drivers.</summary>
internal sealed class BatchCollector(int columnCount, MemoryContext memory) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly int[] _columns = [.. Enumerable.Range(0, columnCount)];
    private List<RecordBatch> _batches = [];

    /// <summary>Keeps a copy of a batch; the batch stays the caller's.</summary>
    public void Add(RecordBatch batch)
    {
        RecordBatch flat = Compaction.Flat(batch, _columns, memory);
        lock (_lock)
            _batches.Add(flat);
    }

    /// <summary>
    /// All rows as one batch, which the caller owns; null when there are none. The collector is empty afterwards. Columns are joined by all drivers.
    /// </summary>
    public async Task<RecordBatch?> TakeAllAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        List<RecordBatch> batches = Interlocked.Exchange(ref _batches, []);
        var joined = new ColumnVector[columnCount];
        try
        {
            if (batches.Count == 0)
                return null;
            await work.ForEachAsync(
                columnCount, column => joined[column] = Concat.Vectors([.. batches.Select(batch => batch[column])], memory), cancellationToken);
            return new RecordBatch(joined, batches.Sum(batch => batch.RowCount));
        }
        catch
        {
            Compaction.DisposeAll(joined);
            throw;
        }
        finally
        {
            foreach (RecordBatch batch in batches)
                batch.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
    }
}

/// <summary>Keeps all rows and orders them when the input has ended.</summary>
internal sealed class SortSink(SortKey[] keys, int[] keyPlaces, int columnCount, OperatorStatistics statistics) : Sink
{
    private readonly BatchCollector _collector = new(columnCount, statistics.Memory!);
    private NativeBuffer? _order;

    /// <summary>All rows, unordered; null when there are none.</summary>
    public RecordBatch? Rows { get; private set; }

    /// <summary>The numbers of the rows in order.</summary>
    public ReadOnlySpan<int> Order => _order is null ? default : _order.Span<int>(Rows!.RowCount);

    /// <summary>Where results are counted.</summary>
    public OperatorStatistics Statistics => statistics;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectOperator(_collector) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        Rows = await _collector.TakeAllAsync(work, cancellationToken);
        if (Rows is null)
            return;

        var flat = new ColumnVector[keys.Length];
        try
        {
            for (int key = 0; key < flat.Length; key++)
                flat[key] = Gather.Flatten(Rows[keyPlaces[key]], statistics.Memory!);
            _order = await RowSorter.SortAsync(flat, keys, Rows.RowCount, statistics.Memory!, work, cancellationToken);
        }
        finally
        {
            Compaction.DisposeAll(flat);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _collector.Dispose();
        Rows?.Dispose();
        _order?.Dispose();
        (Rows, _order) = (null, null);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Keeps every batch.</summary>
internal sealed class CollectOperator(BatchCollector collector) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using (batch)
            collector.Add(batch);
    }
}

/// <summary>Gives sorted rows in order, on one driver.</summary>
internal sealed class SortedSource(SortSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new SortedReader(sink);

    private sealed class SortedReader(SortSink sink) : Source
    {
        private int _next;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            ReadOnlySpan<int> order = sink.Order;
            if (_next >= order.Length)
                return new((RecordBatch?)null);

            int count = Math.Min(RecordBatch.MaxRows, order.Length - _next);
            RecordBatch rows = sink.Rows!;
            RecordBatch batch = Compaction.Rows(
                rows, [.. Enumerable.Range(0, rows.ColumnCount)], order.Slice(_next, count), sink.Statistics.Memory!);
            _next += count;
            sink.Statistics.Add(0, count, 1, 0);
            return new(batch);
        }
    }
}
