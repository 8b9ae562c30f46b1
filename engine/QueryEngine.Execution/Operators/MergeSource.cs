using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Sorting;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>
/// Merges sorted streams on one driver: joins what is at hand of every stream, orders it, and gives the rows up to the least of the streams' last ones,
/// before which no further row can come.
/// </summary>
internal sealed class MergeSourceFactory(ITaskInputs inputs, RemoteSourceNode node) : SourceFactory
{
    private IReadOnlyList<IExchangeSource>? _streams;

    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver)
    {
        _streams ??= inputs.OpenExchange(node);
        return new Merger(_streams, node, Statistics!.Memory!);
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseAsync()
    {
        foreach (IExchangeSource stream in _streams ?? [])
            await stream.DisposeAsync();
    }

    private sealed class Merger(IReadOnlyList<IExchangeSource> streams, RemoteSourceNode node, MemoryContext memory) : Source
    {
        private readonly RecordBatch?[] _heads = new RecordBatch?[streams.Count];
        private readonly bool[] _ended = new bool[streams.Count];
        private readonly SortKey[] _order = [.. node.MergeBy];
        private readonly int[] _columns = [.. Enumerable.Range(0, node.Outputs.Count)];

        public override async ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            for (int stream = 0; stream < streams.Count; stream++)
            {
                while (_heads[stream] is null && !_ended[stream])
                {
                    RecordBatch? batch = await streams[stream].ReadAsync(cancellationToken);
                    _ended[stream] = batch is null;
                    if (batch is { RowCount: > 0 })
                        _heads[stream] = batch;
                    else
                        batch?.Dispose();
                }
            }

            return Merge();
        }

        protected override ValueTask ReleaseAsync()
        {
            foreach (RecordBatch? head in _heads)
                head?.Dispose();
            _heads.AsSpan().Clear();
            return ValueTask.CompletedTask;
        }

        private RecordBatch? Merge()
        {
            int[] open = [.. Enumerable.Range(0, _heads.Length).Where(stream => _heads[stream] is not null)];
            if (open.Length == 0)
                return null;

            using RecordBatch all = Concat.Batches([.. open.Select(stream => _heads[stream]!)], memory);
            ColumnVector[] keys = [.. _order.Select(key => Gather.Flatten(all[PlaceOf(key.Column)], memory))];
            try
            {
                int[] order = RowSorter.Sort(keys, _order, all.RowCount);
                var comparer = new SortComparer(keys, _order);
                int bound = LeastLastRow(open, comparer);
                int count = 0;
                while (count < order.Length && comparer.Compare(order[count], bound) <= 0)
                    count++;
                Advance(open, order.AsSpan(0, count));
                return Compaction.Rows(all, _columns, order.AsSpan(0, count), memory);
            }
            finally
            {
                Compaction.DisposeAll(keys);
            }
        }

        private int LeastLastRow(int[] open, SortComparer comparer)
        {
            int end = 0;
            int least = -1;
            foreach (int stream in open)
            {
                end += _heads[stream]!.RowCount;
                if (least < 0 || comparer.Compare(end - 1, least) < 0)
                    least = end - 1;
            }

            return least;
        }

        // Each stream's given rows are its first ones: equal rows are given all together.
        private void Advance(int[] open, ReadOnlySpan<int> given)
        {
            int start = 0;
            foreach (int stream in open)
            {
                using RecordBatch head = _heads[stream]!;
                int used = 0;
                foreach (int row in given)
                    used += row >= start && row < start + head.RowCount ? 1 : 0;
                _heads[stream] = used == head.RowCount ? null : head.Slice(used, head.RowCount - used);
                start += head.RowCount;
            }
        }

        private int PlaceOf(Column column)
        {
            for (int place = 0; place < node.Outputs.Count; place++)
                if (node.Outputs[place] == column)
                    return place;
            throw new InvalidOperationException($"merge key {column} is not in the streams");
        }
    }
}
