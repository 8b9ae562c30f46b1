using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Sorting;
using QueryEngine.Execution.Spilling;
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
        var sink = new SortSink([.. node.Keys], input.PlacesOf(node.Keys.Select(key => key.Column)), input.Layout, context.NewSpiller(statistics), statistics);
        context.Close(input, sink);
        return new RowStream([context.Open(new SortedSource(sink), isOrdered: true)], input.Layout);
    }
}

/// <summary>Keeps all rows and orders them when the input has ended; when memory is short, orders what there is and writes it to disk as one run of many.</summary>
internal sealed class SortSink(SortKey[] keys, int[] keyPlaces, IReadOnlyList<Column> layout, Spiller spiller, OperatorStatistics statistics) : Sink
{
    private readonly SpillingCollector _collector = new(
        layout.Count, new ExternalSort(keys, keyPlaces, [.. layout.Select(column => column.Type)], spiller), spiller);

    private NativeBuffer? _order;

    /// <summary>All rows, unordered; null when there are none, or when they are on disk.</summary>
    public RecordBatch? Rows { get; private set; }

    /// <summary>The numbers of the rows in order.</summary>
    public ReadOnlySpan<int> Order => _order is null ? default : _order.Span<int>(Rows!.RowCount);

    /// <summary>Where results are counted.</summary>
    public OperatorStatistics Statistics => statistics;

    /// <summary>The rows on disk, in order; null when they are in memory.</summary>
    public IEnumerable<RecordBatch>? Merge(CancellationToken cancellationToken) => _collector.Runs.IsEmpty ? null : _collector.Runs.Merge(cancellationToken);

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new SpillingCollectOperator(_collector) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (_collector.EndRuns(cancellationToken))
            return;
        Rows = await _collector.Rows.TakeAllAsync(work, cancellationToken);
        if (Rows is null)
            return;

        ColumnVector[] flat = ExternalSort.FlatKeys(Rows, keyPlaces, statistics.Memory!);
        try
        {
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

/// <summary>Gives sorted rows in order, on one driver.</summary>
internal sealed class SortedSource(SortSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) =>
        sink.Merge(driver.CancellationToken) is { } rows ? new MergedReader(rows, sink.Statistics) : new SortedReader(sink);

    private sealed class MergedReader(IEnumerable<RecordBatch> rows, OperatorStatistics statistics) : Source
    {
        private readonly IEnumerator<RecordBatch> _rows = rows.GetEnumerator();

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            if (!_rows.MoveNext())
                return new((RecordBatch?)null);
            statistics.Add(0, _rows.Current.RowCount, 1, 0);
            return new(_rows.Current);
        }

        protected override ValueTask ReleaseAsync()
        {
            _rows.Dispose();
            return ValueTask.CompletedTask;
        }
    }

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
