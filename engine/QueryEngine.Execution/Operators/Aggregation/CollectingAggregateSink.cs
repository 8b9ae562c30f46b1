using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Sorting;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>
/// For aggregates that need all rows of a group together (DISTINCT, an order, no states): rows are kept in partitions by hash of the keys, and
/// each partition is aggregated as a whole.
/// </summary>
internal sealed class CollectingAggregateSink(
    AggregateLayout layout, Func<AggregateInputs> newInputs, IReadOnlyList<Column> inputLayout, OperatorStatistics statistics)
    : AggregateSink(layout, newInputs, statistics)
{
    // Rows that a driver collects before it distributes them: enough that every partition gets a good batch.
    private const int RowsToDistribute = 1 << 16;

    private readonly Lock _lock = new();
    private readonly List<RecordBatch> _small = [];
    private readonly Partitions _partitions = new(layout.Keys, layout.Memory);

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
                using (batch)
                    _partitions.Add(batch);
            _small.Clear();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override AggregateTable? TakePart(int part, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecordBatch> batches = _partitions.IsEmpty ? [.. _small] : _partitions.Take(part);
        if (_partitions.IsEmpty)
            _small.Clear();
        try
        {
            if (batches.Count == 0)
                return Layout.Keys.Length == 0 ? new AggregateTable(Layout) : null;
            using RecordBatch rows = Concat.Batches(batches, Layout.Memory);
            return Aggregate(rows);
        }
        finally
        {
            foreach (RecordBatch batch in batches)
                batch.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        foreach (RecordBatch batch in _small)
            batch.Dispose();
        _small.Clear();
        _partitions.Dispose();
        return ValueTask.CompletedTask;
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
                places = Distinct(arguments, groupOfRow, places);
            AddPlaces(table, call, arguments, groupOfRow, places);
        }
        finally
        {
            Compaction.DisposeAll(arguments);
        }
    }

    private void AddPlaces(AggregateTable table, int call, ColumnVector[] arguments, int[] groupOfRow, int[] places)
    {
        var taken = new ColumnVector[arguments.Length];
        try
        {
            for (int argument = 0; argument < taken.Length; argument++)
                taken[argument] = Compaction.Rows(arguments[argument], places, Layout.Memory);
            table.AddRows(call, taken, [.. places.Select(place => groupOfRow[place])]);
        }
        finally
        {
            Compaction.DisposeAll(taken);
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

    private int[] Distinct(ColumnVector[] arguments, int[] groupOfRow, int[] places)
    {
        using GroupKeys seen = GroupKeys.Create([SqlType.Integer, .. arguments.Select(argument => argument.Type)], Layout.Memory);
        var keys = new ColumnVector[arguments.Length + 1];
        try
        {
            NativeBuffer numbers = Layout.Memory.Allocate((long)places.Length * sizeof(int));
            Span<int> groups = numbers.Span<int>(places.Length);
            for (int row = 0; row < places.Length; row++)
                groups[row] = groupOfRow[places[row]];
            keys[0] = new FixedWidthVector<int>(SqlType.Integer, places.Length, numbers);
            for (int argument = 0; argument < arguments.Length; argument++)
                keys[argument + 1] = Compaction.Rows(arguments[argument], places, Layout.Memory);

            int[] ids = new int[places.Length];
            seen.Resolve(keys, places.Length, ids);
            var first = new List<int>(seen.Count);
            for (int row = 0; row < ids.Length; row++)
                if (ids[row] == first.Count)
                    first.Add(places[row]);
            return [.. first];
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

        public override void Process(RecordBatch batch)
        {
            using (batch)
                _batches.Add(Compaction.Flat(batch, _columns, sink.Layout.Memory));
            _rows += batch.RowCount;
            if (_rows >= RowsToDistribute && sink.Layout.Keys.Length > 0)
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

        private void Distribute()
        {
            using (RecordBatch all = Concat.Batches(_batches, sink.Layout.Memory))
                sink._partitions.Add(all);
            Release();
            _batches.Clear();
            _rows = 0;
        }
    }

    private int InputWidth => inputLayout.Count;
}
