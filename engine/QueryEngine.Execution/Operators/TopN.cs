using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Sorting;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans ORDER BY with LIMIT.</summary>
internal sealed class TopNPlanner : NodePlanner<TopNNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(TopNNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        TopNBound? bound = TopNBound.Find(node);
        context.Bound = bound;
        RowStream input = context.Plan(node.Source, required.Union(node.Keys.Select(key => key.Column)).ToHashSet());
        OperatorStatistics statistics = context.Count(node, "top-n");
        var sink = new TopNSink(node, input.PlacesOf(node.Keys.Select(key => key.Column)), input.Layout.Count, bound, statistics);
        context.Close(input, sink);
        return new RowStream([context.Open(new TopNSource(sink), isOrdered: true)], input.Layout);
    }
}

/// <summary>Keeps the first rows in an order: every driver its own, at the end those of all.</summary>
internal sealed class TopNSink(TopNNode node, int[] keyPlaces, int columnCount, TopNBound? bound, OperatorStatistics statistics) : Sink
{
    // How many more rows than needed are kept before they are sorted and cut: as many as needed, so that sorting does not repeat itself, within bounds.
    private const int MinSpareRows = 64;
    private const int MaxSpareRows = 1 << 19;

    private readonly long _spareRows = Math.Clamp(node.Count, MinSpareRows, MaxSpareRows);
    private readonly BatchCollector _kept = new(columnCount, statistics.Memory!);
    private readonly int[] _columns = [.. Enumerable.Range(0, columnCount)];
    private readonly SortKey[] _keys = [.. node.Keys];

    /// <summary>The result in order; null when there are no rows.</summary>
    public RecordBatch? Result { get; private set; }

    /// <summary>Where results are counted.</summary>
    public OperatorStatistics Statistics => statistics;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new KeepOperator(this) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        using RecordBatch? all = await _kept.TakeAllAsync(work, cancellationToken);
        if (all is not null)
            Result = Cut(all);
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _kept.Dispose();
        Result?.Dispose();
        Result = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>The first rows of a batch, flat and in order. The caller owns the result.</summary>
    private RecordBatch Cut(RecordBatch rows)
    {
        ColumnVector[] keys = [.. keyPlaces.Select(place => Gather.Flatten(rows[place], statistics.Memory!))];
        try
        {
            int[] order = RowSorter.Sort(keys, _keys, rows.RowCount);
            int count = (int)Math.Min(node.Count, order.Length);
            if (node.WithTies && count > 0)
            {
                var comparer = new SortComparer(keys, _keys);
                while (count < order.Length && comparer.Compare(order[count], order[count - 1]) == 0)
                    count++;
            }

            using RecordBatch first = Compaction.Rows(rows, _columns, order.AsSpan(0, count), statistics.Memory!);
            return Compaction.Flat(first, _columns, statistics.Memory!);
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    /// <summary>One driver's rows: those that may still be among the first.</summary>
    private sealed class KeepOperator(TopNSink sink) : Operator
    {
        private readonly List<RecordBatch> _batches = [];
        private long _rows;
        private ColumnVector[]? _last;

        public override void Process(RecordBatch batch)
        {
            using RecordBatch owned = batch;
            if (sink.Node.Count == 0)
            {
                StopInput();
                return;
            }

            using RecordBatch? better = DropWorse(batch);
            if (better is null)
                return;
            _batches.Add(Compaction.Flat(better, sink._columns, sink.Statistics.Memory!));
            _rows += better.RowCount;
            if (_rows - sink.Node.Count >= sink._spareRows)
                Shrink();
        }

        public override void Finish()
        {
            foreach (RecordBatch batch in _batches)
                sink._kept.Add(batch);
        }

        protected override void Release()
        {
            foreach (RecordBatch batch in _batches)
                batch.Dispose();
            _batches.Clear();
            Compaction.DisposeAll(_last ?? []);
            _last = null;
        }

        private void Shrink()
        {
            using RecordBatch all = Concat.Batches(_batches, sink.Statistics.Memory!);
            RecordBatch first = sink.Cut(all);
            Release();
            _batches.Add(first);
            _rows = first.RowCount;
            if (_rows < sink.Node.Count)
                return;
            int last = (int)sink.Node.Count - 1;
            _last = [.. sink.KeyPlaces.Select(place => first[place].Slice(last, 1))];
            sink.Bound?.Narrow(_last[0]);
        }

        private RecordBatch? DropWorse(RecordBatch batch)
        {
            if (_last is not { } last)
            {
                batch.Retain();
                return batch;
            }

            // Keys but the first are looked at only where the first does not decide.
            var keys = new KeyColumn?[last.Length];
            try
            {
                KeyColumn first = keys[0] = NewKey(batch, 0);
                int[] rows = new int[batch.RowCount];
                int count = 0;
                for (int row = 0; row < rows.Length; row++)
                {
                    rows[count] = row;
                    bool isKept = first.Prefixes[row] < first.LastPrefix || (first.Prefixes[row] == first.LastPrefix && IsBetter(batch, keys, row));
                    count += isKept ? 1 : 0;
                }

                return count == 0 ? null : Compaction.Rows(batch, sink._columns, rows.AsSpan(0, count), sink.Statistics.Memory!);
            }
            finally
            {
                foreach (KeyColumn? key in keys)
                    key?.Column.Dispose();
            }
        }

        // Of rows that are equal in all keys the first ones stay, or all of them where ties are asked for.
        private bool IsBetter(RecordBatch batch, KeyColumn?[] keys, int row)
        {
            for (int key = 0; key < keys.Length; key++)
            {
                KeyColumn column = keys[key] ??= NewKey(batch, key);
                int order = column.Prefixes[row].CompareTo(column.LastPrefix);
                if (order == 0 && !column.IsExact)
                    order = SortComparer.Compare(column.Column, row, _last![key], 0, sink._keys[key]);
                if (order != 0)
                    return order < 0;
            }

            return sink.Node.WithTies;
        }

        private KeyColumn NewKey(RecordBatch batch, int key)
        {
            ColumnVector column = Gather.Flatten(batch[sink.KeyPlaces[key]], sink.Statistics.Memory!);
            ulong[] prefixes = new ulong[batch.RowCount];
            ulong[] lastPrefix = new ulong[1];
            bool[] mayHaveNulls = [column.MayHaveNulls || _last![key].MayHaveNulls];
            bool isExact = SortPrefix.Write([column], [sink._keys[key]], mayHaveNulls, prefixes) == 1;
            SortPrefix.Write([_last![key]], [sink._keys[key]], mayHaveNulls, lastPrefix);
            return new KeyColumn(column, prefixes, lastPrefix[0], isExact);
        }
    }

    /// <summary>A key of a batch beside that of the last row that is wanted so far; exact where the prefixes tell all of it.</summary>
    private sealed record KeyColumn(ColumnVector Column, ulong[] Prefixes, ulong LastPrefix, bool IsExact);

    private TopNNode Node => node;

    private int[] KeyPlaces => keyPlaces;

    private TopNBound? Bound => bound;
}

/// <summary>Gives the first rows in order.</summary>
internal sealed class TopNSource(TopNSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new TopNReader(sink);

    private sealed class TopNReader(TopNSink sink) : Source
    {
        private int _next;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            if (sink.Result is not { } result || _next >= result.RowCount)
                return new((RecordBatch?)null);

            int count = Math.Min(RecordBatch.MaxRows, result.RowCount - _next);
            RecordBatch batch = result.Slice(_next, count);
            _next += count;
            sink.Statistics.Add(0, count, 1, 0);
            return new(batch);
        }
    }
}
