using QueryEngine.Columnar;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>
/// Takes rows in as they come: every driver groups into a table of its own that stays in the cache; a full table is emptied into partitions by hash, and where nearly
/// every row was a group of its own the next rows go to the partitions as they are. At the end either the small tables are merged into one, or each partition is. When memory is short partitions and tables go to disk.
/// </summary>
internal sealed class IncrementalAggregateSink(
    AggregateLayout layout, Func<AggregateInputs> newInputs, Spiller spiller, OperatorStatistics statistics)
    : AggregateSink(layout, newInputs, spiller, statistics)
{
    private const int MaxGroupsAtOnce = 1 << 15;
    private const int ChunksInBudget = 64;
    private readonly Lock _lock = new();
    private readonly List<AggregateTable> _tables = [];
    private readonly GroupPartitions _partitions = new(layout, spiller);
    private AggregateTable? _whole;

    /// <inheritdoc/>
    public override int PartCount => _partitions.IsEmpty ? 1 : Partitions.Count;

    private bool HasKeys => Layout.Keys.Length > 0;

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
        // Merging builds the states of whole tables.
        bool isTight = HasKeys && (_tables.Count > 1 || Spiller.IsForced) && Spiller.IsPressed(need: Layout.Memory.Bytes);
        if (_partitions.IsEmpty && !isTight)
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
    public override IEnumerable<AggregateTable> TakePart(int part, CancellationToken cancellationToken)
    {
        if (!_partitions.IsEmpty)
            return Merged(_partitions, part, cancellationToken);
        return Interlocked.Exchange(ref _whole, null) is { } whole ? [whole] : [];
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        DisposeTables();
        _whole?.Dispose();
        _whole = null;
        _partitions.Dispose();
        return base.ReleaseAsync();
    }

    private static void MergeInto(AggregateTable target, AggregateTable table)
    {
        using RecordBatch states = table.BuildStates(0, table.Count);
        target.MergeStates(states);
    }

    // The groups of a partition, and where they do not fit in memory those of its parts.
    private IEnumerable<AggregateTable> Merged(GroupPartitions partitions, int part, CancellationToken cancellationToken)
    {
        GroupPartitions? deeper = null;
        try
        {
            using AggregateInputs inputs = NewInputs();
            AggregateTable? table = partitions.IsWholeInMemory(part)
                ? partitions.TakeWhole(part, inputs)
                : Merge(partitions, part, inputs, out deeper, cancellationToken);
            if (table is not null)
                yield return table;
            for (int lower = 0; deeper is not null && lower < Partitions.Count; lower++)
                foreach (AggregateTable merged in Merged(deeper, lower, cancellationToken))
                    yield return merged;
        }
        finally
        {
            deeper?.Dispose();
        }
    }

    private AggregateTable? Merge(GroupPartitions partitions, int part, AggregateInputs inputs, out GroupPartitions? deeper, CancellationToken cancellationToken)
    {
        deeper = null;
        AggregateTable? table = null;
        try
        {
            int expected = partitions.RowsInMemory(part);
            foreach ((RecordBatch batch, bool hasStates) in partitions.Take(part))
            {
                using (batch)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (deeper is not null)
                    {
                        (hasStates ? deeper.States : deeper.Rows).AddToDisk(batch);
                        continue;
                    }

                    table ??= AggregateTable.ForMany(Layout, Math.Max(expected, batch.RowCount));
                    if (hasStates)
                        table.MergeStates(batch);
                    else
                        table.Add(batch, inputs);
                    if (table.Count < 2 || partitions.IsDeepest || !Spiller.IsPressed(need: table.Memory.Bytes))
                        continue;
                    deeper = partitions.Deeper();
                    MoveToDisk(table, deeper.States);
                    table.Dispose();
                    table = null;
                }
            }
        }
        catch
        {
            table?.Dispose();
            deeper?.Dispose();
            deeper = null;
            throw;
        }

        return table;
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

        // The states and their copy in the order of the partitions.
        if (HasKeys && Spiller.IsPressed(need: 2 * table.Memory.Bytes))
        {
            MoveToDisk(table, _partitions.States);
            table.Reset();
            return;
        }

        using (RecordBatch states = table.BuildStates(0, table.Count))
            _partitions.States.Add(states);
        table.Clear();
    }

    // A few groups at a time: each chunk is there twice, once as it is built and once in the order of the partitions.
    private void MoveToDisk(AggregateTable table, Partitions partitions)
    {
        long bytesOfGroup = Math.Max(1, table.Memory.Bytes / Math.Max(1, table.Count));
        int groups = (int)Math.Clamp(Layout.Memory.Budget / ChunksInBudget / bytesOfGroup, 64, MaxGroupsAtOnce);
        for (int first = 0; first < table.Count; first += groups)
        {
            using RecordBatch states = table.BuildStates(first, Math.Min(groups, table.Count - first));
            partitions.AddToDisk(states);
        }
    }

    private void Relieve(AggregateTable table)
    {
        _partitions.Relieve();
        if (table.Count > 0 && Spiller.IsPressed(need: table.Memory.Bytes))
        {
            MoveToDisk(table, _partitions.States);
            table.Reset();
        }
    }

    private sealed class AddingOperator(IncrementalAggregateSink sink, AggregateTable table) : Operator
    {
        // A table that takes in fewer rows a group than this before it is full is worth more room, up to so many groups; but where nearly every row is
        // a group of its own, more room finds no more rows of a group and only leaves the cache.
        private const int RowsPerGroup = 3;
        private const double LeastRowsPerGroup = 1.25;
        private const int MaxGroups = 1 << 20;

        // So many rows go to the partitions as they are before a table is tried again, some at a time.
        private const int RowsToPass = 1 << 20;
        private const int RowsAtOnce = 1 << 13;
        private readonly AggregateInputs _inputs = sink.NewInputs();
        private readonly List<RecordBatch> _passing = [];
        private int _passingRows;
        private long _rowsToPass;
        private long _rows;
        private int _maxGroups = MaxGroupsInCache;

        public override void Process(RecordBatch batch)
        {
            if (_rowsToPass > 0)
            {
                Pass(batch);
                return;
            }

            _rows += batch.RowCount;
            using (batch)
                table.Add(batch, _inputs);
            if (sink.HasKeys && sink.Spiller.IsPressed(need: table.Memory.Bytes))
                sink.Relieve(table); // before the table has to grow: then it is there twice
            if (table.Count <= _maxGroups)
                return;
            bool isNearlyDistinct = _rows <= table.Count * LeastRowsPerGroup;
            if (_rows < (long)table.Count * RowsPerGroup && !isNearlyDistinct && _maxGroups < MaxGroups && !sink.Spiller.IsPressed(need: 4 * table.Memory.Bytes))
            {
                _maxGroups *= 4;
                return;
            }

            sink.Flush(table);
            _rows = 0;
            _rowsToPass = isNearlyDistinct ? RowsToPass : 0;
        }

        public override void Finish() => FlushPassing();

        protected override void Release()
        {
            _inputs.Dispose();
            DropPassing();
        }

        private void Pass(RecordBatch batch)
        {
            _passing.Add(batch);
            _passingRows += batch.RowCount;
            _rowsToPass -= batch.RowCount;
            bool isPressed = sink.Spiller.IsPressed(held: batch.SizeInBytes);
            if (isPressed || _passingRows >= RowsAtOnce || _rowsToPass <= 0)
                FlushPassing();
            if (isPressed)
                sink._partitions.Relieve();
        }

        private void FlushPassing()
        {
            if (_passing.Count == 0)
                return;
            using RecordBatch all = Concat.Batches(_passing, sink.Layout.Memory);
            DropPassing();
            if (sink.Spiller.IsPressed(need: all.SizeInBytes))
                sink._partitions.Rows.AddToDisk(all);
            else
                sink._partitions.Rows.Add(all);
        }

        private void DropPassing()
        {
            foreach (RecordBatch batch in _passing)
                batch.Dispose();
            _passing.Clear();
            _passingRows = 0;
        }
    }
}
