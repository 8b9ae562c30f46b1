using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Sorting;
using QueryEngine.Execution.Spilling;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>Plans window functions: all rows are ordered by partition and order keys, then each call is computed over the whole.</summary>
internal sealed class WindowPlanner : NodePlanner<WindowNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(WindowNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        WindowCall[] calls = [.. node.Calls.Where(call => required.Contains(call.Output))];
        HashSet<Column> needed = [.. node.Source.Columns.Where(required.Contains), .. node.PartitionBy, .. node.OrderBy.Select(key => key.Column)];
        foreach (WindowCall call in calls)
        {
            IEnumerable<Expression?> read = [.. call.Arguments, call.Filter, call.Frame.Start.Offset, call.Frame.End.Offset];
            needed.UnionWith(read.OfType<Expression>().SelectMany(expression => expression.References()));
        }

        RowStream input = context.Plan(node.Source, needed);
        OperatorStatistics statistics = context.Count(node, "window");
        var sink = new WindowSink(node, calls, input, context, context.NewSpiller(statistics), statistics);
        context.Close(input, sink);
        var source = new BatchListSource(() => sink.Batches) { Statistics = statistics };
        var onDisk = new SpilledWindows(sink) { Statistics = statistics };
        return new RowStream([context.Open(source), context.Open(onDisk)], [.. input.Layout, .. calls.Select(call => call.Output)]);
    }
}

/// <summary>Collects the rows, orders them and computes the calls; when memory is short the rows are ordered on disk and computed some partitions at a time.</summary>
internal sealed class WindowSink : Sink
{
    // Partitions that are computed at once take a part of the budget: they are there several times, and so are their results.
    private const int ChunksInBudget = 16;

    private readonly WindowNode _node;
    private readonly WindowCall[] _calls;
    private readonly RowStream _input;
    private readonly PlanningContext _context;
    private readonly Spiller _spiller;
    private readonly OperatorStatistics _statistics;
    private readonly PartitionOrder _order;
    private readonly SpillingCollector _collector;
    private readonly List<RecordBatch> _batches = [];

    public WindowSink(WindowNode node, WindowCall[] calls, RowStream input, PlanningContext context, Spiller spiller, OperatorStatistics statistics)
    {
        (_node, _calls, _input, _context, _spiller, _statistics) = (node, calls, input, context, spiller, statistics);
        _order = new PartitionOrder(node.PartitionBy, node.OrderBy, input, statistics.Memory!);
        SortKey[] keys = _order.Keys;
        var runs = new ExternalSort(keys, input.PlacesOf(keys.Select(key => key.Column)), [.. input.Layout.Select(column => column.Type)], spiller);
        _collector = new SpillingCollector(input.Layout.Count, runs, spiller, isCopied: true, canSpill: keys.Length > 0);
    }

    /// <summary>The rows with the calls' results; none where they are on disk.</summary>
    public IReadOnlyList<RecordBatch> Batches => _batches;

    /// <summary>Whether the rows are on disk.</summary>
    public bool IsOnDisk => !_collector.Runs.IsEmpty;

    private MemoryContext Memory => _statistics.Memory!;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new SpillingCollectOperator(_collector) { Statistics = _statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (_collector.EndRuns(cancellationToken))
            return;
        RecordBatch sorted;
        using (RecordBatch? all = await _collector.Rows.TakeAllAsync(work, cancellationToken))
        {
            if (all is null)
                return;
            sorted = await _order.SortAsync(all, work, cancellationToken);
        }

        _batches.AddRange(await ComputeAsync(sorted, work, cancellationToken));
    }

    /// <summary>Computes the calls over ordered rows, which it takes over: whole partitions. The caller owns the batches.</summary>
    public async Task<IReadOnlyList<RecordBatch>> ComputeAsync(RecordBatch sorted, ParallelWork work, CancellationToken cancellationToken)
    {
        using RecordBatch owned = sorted;
        var results = new ColumnVector[_calls.Length];
        try
        {
            using WindowRows rows = _order.Cut(sorted);
            await work.ForEachAsync(_calls.Length, call => results[call] = Compute(_calls[call], rows, sorted, cancellationToken), cancellationToken);
            using RecordBatch whole = sorted.With(results);
            results.AsSpan().Clear();
            var batches = new List<RecordBatch>();
            for (int start = 0; start < whole.RowCount; start += RecordBatch.MaxRows)
                batches.Add(whole.Slice(start, Math.Min(RecordBatch.MaxRows, whole.RowCount - start)));
            return batches;
        }
        finally
        {
            Compaction.DisposeAll(results);
        }
    }

    /// <summary>The rows on disk, in order, some whole partitions at a time; the caller owns each.</summary>
    public IEnumerable<RecordBatch> ReadPartitions(CancellationToken cancellationToken)
    {
        int[] keys = _input.PlacesOf(_node.PartitionBy);
        long enough = _spiller.IsForced ? 0 : Memory.Budget / ChunksInBudget;
        var open = new List<RecordBatch>();
        long bytes = 0;
        try
        {
            foreach (RecordBatch batch in _collector.Runs.Merge(cancellationToken))
            {
                using RecordBatch owned = batch;
                int cut = bytes < enough ? -1 : LastStart(keys, open.Count == 0 ? null : open[^1], batch);
                if (cut > 0)
                    open.Add(batch.Slice(0, cut));
                if (cut >= 0 && open.Count > 0)
                {
                    yield return TakeOpen(open);
                    bytes = 0;
                }

                open.Add(batch.Slice(Math.Max(cut, 0), batch.RowCount - Math.Max(cut, 0)));
                bytes += batch.SizeInBytes;
            }

            if (open.Count > 0)
                yield return TakeOpen(open);
        }
        finally
        {
            foreach (RecordBatch batch in open)
                batch.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _collector.Dispose();
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
        return ValueTask.CompletedTask;
    }

    private RecordBatch TakeOpen(List<RecordBatch> open)
    {
        RecordBatch[] taken = [.. open];
        open.Clear();
        using var columns = new CollectedColumns(taken, _input.Layout.Count, Memory);
        for (int column = 0; column < _input.Layout.Count; column++)
            columns.Join(column);
        return columns.Build()!;
    }

    // The row of a batch where its last partition starts; -1 where all its rows go on with the partition before.
    private static int LastStart(int[] keys, RecordBatch? before, RecordBatch batch)
    {
        ColumnVector[] columns = [.. keys.Select(key => batch[key])];
        for (int row = batch.RowCount - 1; row > 0; row--)
            if (!RowComparer.Equal(columns, row, columns, row - 1))
                return row;
        if (before is null)
            return 0;
        ColumnVector[] last = [.. keys.Select(key => before[key])];
        return RowComparer.Equal(columns, 0, last, before.RowCount - 1) ? -1 : 0;
    }

    private ColumnVector Compute(WindowCall call, WindowRows rows, RecordBatch sorted, CancellationToken cancellationToken)
    {
        FunctionContext functions = _context.Task.Functions with { Memory = Memory };
        using var inputs = new WindowInputs(call, _context.Compiler(_input.Layout), sorted, functions);
        var frames = new WindowFrames(call.Frame, rows, inputs);
        return WindowRanking.TryCompute(call, rows, inputs, Memory)
            ?? WindowValues.TryCompute(call, rows, frames, inputs, Memory)
            ?? WindowAggregate.Compute(
                _context.Binder.Aggregate(call.Function, call.Arguments.Select(argument => argument.Type).ToValueList()),
                call,
                rows,
                frames,
                inputs,
                functions,
                cancellationToken);
    }
}

/// <summary>Gives the rows of windows that are on disk, on one driver; nothing where they are in memory.</summary>
internal sealed class SpilledWindows(WindowSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override bool IsEmpty => !sink.IsOnDisk;

    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new PartitionReader(sink, driver.CancellationToken);

    private sealed class PartitionReader(WindowSink sink, CancellationToken cancellationToken) : Source
    {
        private readonly IEnumerator<RecordBatch> _partitions = sink.ReadPartitions(cancellationToken).GetEnumerator();
        private readonly Queue<RecordBatch> _given = [];

        public override async ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            if (_given.Count == 0)
            {
                if (!_partitions.MoveNext())
                    return null;
                foreach (RecordBatch batch in await sink.ComputeAsync(_partitions.Current, new ParallelWork(1, RecordBatch.MaxRows), cancellationToken))
                    _given.Enqueue(batch);
            }

            return _given.Dequeue();
        }

        protected override ValueTask ReleaseAsync()
        {
            _partitions.Dispose();
            foreach (RecordBatch batch in _given)
                batch.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
