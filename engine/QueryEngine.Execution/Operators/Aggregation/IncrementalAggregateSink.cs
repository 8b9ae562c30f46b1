using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>
/// Takes rows in as they come: every driver groups into a table of its own that stays in the cache; a full table is emptied into partitions by hash.
/// At the end either the small tables are merged into one, or each partition is.
/// </summary>
internal sealed class IncrementalAggregateSink(AggregateLayout layout, Func<AggregateInputs> newInputs, OperatorStatistics statistics)
    : AggregateSink(layout, newInputs, statistics)
{
    private readonly Lock _lock = new();
    private readonly List<AggregateTable> _tables = [];
    private readonly Partitions _partitions = new([.. Enumerable.Range(0, layout.Keys.Length)], layout.Memory);
    private AggregateTable? _whole;

    /// <inheritdoc/>
    public override int PartCount => _partitions.IsEmpty ? 1 : Partitions.Count;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver)
    {
        var table = new AggregateTable(Layout);
        lock (_lock)
            _tables.Add(table);
        return new AddingOperator(this, table) { Statistics = Statistics };
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (_partitions.IsEmpty)
        {
            _whole = _tables[0];
            _tables.RemoveAt(0);
            foreach (AggregateTable table in _tables)
                if (table.Count > 0)
                    MergeInto(_whole, table);
            DisposeTables();
            return;
        }

        await work.ForEachAsync(_tables.Count, table => Flush(_tables[table]), cancellationToken);
        DisposeTables();
    }

    /// <inheritdoc/>
    public override AggregateTable? TakePart(int part, CancellationToken cancellationToken)
    {
        if (_partitions.IsEmpty)
            return Interlocked.Exchange(ref _whole, null);

        IReadOnlyList<RecordBatch> batches = _partitions.Take(part);
        if (batches.Count == 0)
            return null;

        AggregateTable? table = null;
        int merged = 0;
        try
        {
            table = AggregateTable.ForMany(Layout, batches.Sum(batch => batch.RowCount));
            for (; merged < batches.Count; merged++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using RecordBatch batch = batches[merged];
                table.MergeStates(batch);
            }
        }
        catch
        {
            foreach (RecordBatch batch in batches.Skip(table is null ? 0 : merged + 1))
                batch.Dispose();
            table?.Dispose();
            throw;
        }

        return table;
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        DisposeTables();
        _whole?.Dispose();
        _whole = null;
        _partitions.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void MergeInto(AggregateTable target, AggregateTable table)
    {
        using RecordBatch states = table.BuildStates(0, table.Count);
        target.MergeStates(states);
    }

    private void DisposeTables()
    {
        foreach (AggregateTable table in _tables)
            table.Dispose();
        _tables.Clear();
    }

    private void Flush(AggregateTable table)
    {
        if (table.Count == 0)
            return;

        using (RecordBatch states = table.BuildStates(0, table.Count))
            _partitions.Add(states);
        table.Clear();
    }

    private sealed class AddingOperator(IncrementalAggregateSink sink, AggregateTable table) : Operator
    {
        // A table that takes in fewer rows a group than this before it is full is worth more room, up to so many groups; but where nearly every row is
        // a group of its own, more room finds no more rows of a group and only leaves the cache.
        private const int RowsPerGroup = 3;
        private const double LeastRowsPerGroup = 1.25;
        private const int MaxGroups = 1 << 20;
        private readonly AggregateInputs _inputs = sink.NewInputs();
        private long _rows;
        private int _maxGroups = MaxGroupsInCache;

        public override void Process(RecordBatch batch)
        {
            _rows += batch.RowCount;
            using (batch)
                table.Add(batch, _inputs);
            if (table.Count <= _maxGroups)
                return;
            if (IsWorthMore(_rows, table.Count) && _maxGroups < MaxGroups)
            {
                _maxGroups *= 4;
                return;
            }

            sink.Flush(table);
            _rows = 0;
        }

        protected override void Release() => _inputs.Dispose();

        private static bool IsWorthMore(long rows, int groups) => rows < (long)groups * RowsPerGroup && rows > groups * LeastRowsPerGroup;
    }
}
