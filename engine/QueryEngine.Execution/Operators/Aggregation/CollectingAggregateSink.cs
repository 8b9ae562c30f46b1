using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Sorting;
using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>
/// For aggregates that need all rows of a group together (DISTINCT, an order, no states): rows are kept in partitions by hash of the keys, and
/// each partition is aggregated as a whole. When memory is short partitions go to disk.
/// </summary>
internal sealed class CollectingAggregateSink(
    AggregateLayout layout, Func<AggregateInputs> newInputs, IReadOnlyList<Column> inputLayout, Spiller spiller, OperatorStatistics statistics)
    : AggregateSink(layout, newInputs, spiller, statistics)
{
    // Rows that a driver collects before it distributes them: enough that every partition gets a good batch.
    private const int RowsToDistribute = 1 << 16;

    private readonly Lock _lock = new();
    private readonly List<RecordBatch> _small = [];
    private readonly Partitions _partitions = new(layout.Keys, spiller);

    /// <inheritdoc/>
    public override int PartCount => _partitions.IsEmpty ? 1 : Partitions.Count;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectingOperator(this) { Statistics = Statistics };

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (!_partitions.IsEmpty)
        {
            foreach (RecordBatch batch in _small)
            {
                using (batch)
                    Distribute(batch);
            }

            _small.Clear();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override IEnumerable<AggregateTable> TakePart(int part, CancellationToken cancellationToken)
    {
        if (!_partitions.IsEmpty)
            return Parts(_partitions, part, cancellationToken);
        if (_small.Count == 0)
            return Layout.Keys.Length == 0 ? [new AggregateTable(Layout)] : [];

        RecordBatch[] batches = [.. _small];
        _small.Clear();
        return [AggregateWhole(batches)];
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        foreach (RecordBatch batch in _small)
            batch.Dispose();
        _small.Clear();
        _partitions.Dispose();
        return base.ReleaseAsync();
    }

    private void Distribute(RecordBatch batch)
    {
        if (Spiller.IsPressed(need: batch.SizeInBytes))
            _partitions.AddToDisk(batch);
        else
            _partitions.Add(batch);
    }

    // The rows of a group stay together: an order needs all of them at once, and where a partition is too large for that its parts are taken one by one.
    private IEnumerable<AggregateTable> Parts(Partitions partitions, int part, CancellationToken cancellationToken)
    {
        if (partitions.RowsOf(part) == 0)
            yield break;

        if (!partitions.IsOnDisk(part))
        {
            yield return AggregateWhole(partitions.TakeAll(part));
        }
        else if (Layout.Calls.All(call => call.OrderBy.Count == 0))
        {
            partitions.MoveToDisk(part);
            var rows = new SpilledGroups(Layout, partitions, part, Spiller);
            using AggregateInputs inputs = NewInputs();
            yield return rows.Aggregate(inputs, cancellationToken);
        }
        else if (Layout.Keys.Length > 0 && partitions.Level < (Spiller.IsForced ? 1 : Partitions.MaxLevel)
            && (Spiller.IsForced || partitions.BytesOf(part) > Spiller.ShareOfRoom(8)))
        {
            using Partitions deeper = partitions.Split(part);
            for (int lower = 0; lower < Partitions.Count; lower++)
                foreach (AggregateTable table in Parts(deeper, lower, cancellationToken))
                    yield return table;
        }
        else
        {
            yield return AggregateWhole(partitions.TakeAll(part));
        }
    }

    // Takes the batches over.
    private AggregateTable AggregateWhole(IReadOnlyList<RecordBatch> batches)
    {
        try
        {
            using RecordBatch rows = Concat.Batches(batches, Layout.Memory);
            return Aggregate(rows);
        }
        finally
        {
            foreach (RecordBatch batch in batches)
                batch.Dispose();
        }
    }

    private AggregateTable Aggregate(RecordBatch rows)
    {
        var table = new AggregateTable(Layout);
        try
        {
            using AggregateInputs inputs = NewInputs();
            ReadOnlySpan<int> groups = table.Resolve(rows, Layout.Keys);
            using Scope scope = inputs.Open(rows);
            for (int call = 0; call < Layout.Calls.Count; call++)
                AddCall(table, call, inputs, scope, rows, groups);
        }
        catch
        {
            table.Dispose();
            throw;
        }

        return table;
    }

    private void AddCall(AggregateTable table, int call, AggregateInputs inputs, Scope scope, RecordBatch batch, ReadOnlySpan<int> groups)
    {
        ColumnVector[] arguments = inputs.Evaluate(call, scope, out int[]? passing);
        try
        {
            int[] rows = passing ?? RowNumbers.UpTo(batch.RowCount).ToArray();
            int[] groupOfRow = new int[rows.Length];
            for (int row = 0; row < rows.Length; row++)
                groupOfRow[row] = groups[rows[row]];

            // Places within the arguments: first in the asked order, then only the first of equal ones.
            int[] places = RowNumbers.UpTo(rows.Length).ToArray();
            BoundAggregate bound = Layout.Calls[call];
            if (bound.OrderBy.Count > 0)
                places = Order(bound.OrderBy, batch, rows);
            if (bound.IsDistinct)
            {
                using GroupKeys seen = DistinctRows.NewKeys(Layout, call);
                places = DistinctRows.Choose(Layout, seen, arguments, groupOfRow, places);
            }

            DistinctRows.Add(Layout, table, call, arguments, groupOfRow, places);
        }
        finally
        {
            Compaction.DisposeAll(arguments);
        }
    }

    private int[] Order(ValueList<SortKey> orderBy, RecordBatch batch, int[] rows)
    {
        ColumnVector[] keys = [.. orderBy.Select(key => Gather.Take(batch[PlaceOf(key.Column)], rows, Layout.Memory))];
        try
        {
            return RowSorter.Sort(keys, [.. orderBy], rows.Length);
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    private int PlaceOf(Column column)
    {
        for (int place = 0; place < inputLayout.Count; place++)
            if (inputLayout[place] == column)
                return place;
        throw new InvalidOperationException($"order key {column} is not in the input");
    }

    private sealed class CollectingOperator(CollectingAggregateSink sink) : Operator
    {
        private readonly List<RecordBatch> _batches = [];
        private readonly int[] _columns = [.. Enumerable.Range(0, sink.InputWidth)];
        private int _rows;
        private long _bytes;

        public override void Process(RecordBatch batch)
        {
            using (batch)
                _batches.Add(Compaction.Flat(batch, _columns, sink.Layout.Memory));
            _rows += batch.RowCount;
            _bytes += _batches[^1].SizeInBytes;
            if (sink.Spiller.IsPressed(held: _bytes))
                Relieve();
            else if (_rows >= RowsToDistribute && sink.Layout.Keys.Length > 0)
                Distribute();
        }

        public override void Finish()
        {
            lock (sink._lock)
                sink._small.AddRange(_batches);
            _batches.Clear();
        }

        protected override void Release()
        {
            foreach (RecordBatch batch in _batches)
                batch.Dispose();
        }

        private void Relieve()
        {
            sink._partitions.Relieve();
            if (!sink.Spiller.IsPressed(held: _bytes))
                return;
            while (_batches.Count > 0)
            {
                using RecordBatch batch = _batches[^1];
                _batches.RemoveAt(_batches.Count - 1);
                sink._partitions.AddToDisk(batch);
            }

            Clear();
        }

        private void Distribute()
        {
            using (RecordBatch all = Concat.Batches(_batches, sink.Layout.Memory))
                sink.Distribute(all);
            Clear();
        }

        private void Clear()
        {
            Release();
            _batches.Clear();
            (_rows, _bytes) = (0, 0);
        }
    }

    private int InputWidth => inputLayout.Count;
}
