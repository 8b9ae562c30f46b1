using QueryEngine.Columnar;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// The build side of a join. Drivers collect, then the index is built. When memory is short the rows go to disk, in partitions by their keys: the probe side then
/// does too, and each partition is joined on its own.
/// </summary>
internal sealed class JoinBuildSink(
    JoinNode node, IReadOnlyList<Column> layout, DynamicFilterHub filters, Spiller spiller, OperatorStatistics statistics) : Sink
{
    // Of a row beside its columns: hash, slot, chain.
    private const int IndexBytesOfRow = 32;

    private readonly BatchCollector _collector = new(layout.Count, statistics.Memory!);
    private readonly List<KeyBitmap> _keys = [];
    private readonly Lock _spilling = new();
    private JoinTable? _table;
    private long _spilledRows;
    private bool _hasSpilledNullKeys;

    /// <summary>The columns of <see cref="Rows"/>.</summary>
    public IReadOnlyList<Column> Layout => layout;

    /// <summary>All rows and their index; without rows where they are on disk.</summary>
    public JoinTable Table => _table ?? throw new InvalidOperationException("the build side is not complete");

    /// <summary>All rows; null when there are none, or when they are on disk.</summary>
    public RecordBatch? Rows => Table.Rows;

    /// <summary>The number of rows, in memory or on disk.</summary>
    public long RowCount => Table.RowCount + _spilledRows;

    /// <summary>Whether some row is null in a key.</summary>
    public bool HasNullKeys => Table.HasNullKeys || _hasSpilledNullKeys;

    /// <summary>The rows on disk; null when all are in memory.</summary>
    public Partitions? Spilled { get; private set; }

    /// <summary>Where the index is counted.</summary>
    public MemoryContext Memory => statistics.Memory!;

    /// <summary>Places of the keys in <see cref="Rows"/>.</summary>
    public int[] KeyPlaces => [.. node.Criteria.Select(criterion => PlaceOf(criterion.Right))];

    // Without keys there is nothing to make partitions by; a null-aware join of several criteria compares with every build row.
    private bool CanSpill => spiller.IsEnabled && node.Criteria.Count > 0 && !(node.IsNullAware && (node.Criteria.Count > 1 || node.Filter is not null));

    private bool IsPressed => spiller.IsPressed(need: _collector.BytesToJoin + (_collector.Rows * IndexBytesOfRow), held: _collector.Bytes);

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new BuildOperator(this) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (Spilled is not null)
            Spill();
        RecordBatch? rows = await _collector.TakeAllAsync(work, cancellationToken);
        _table = await JoinTable.BuildAsync(node, rows, KeyPlaces, work, Memory, cancellationToken);
        foreach (DynamicFilterTarget filter in node.DynamicFilters)
            Publish(filter);
    }

    /// <summary>The place of a column in <see cref="Rows"/>.</summary>
    public int PlaceOf(Column column)
    {
        for (int place = 0; place < layout.Count; place++)
            if (layout[place] == column)
                return place;
        throw new InvalidOperationException($"column {column} is not on the build side");
    }

    private void Add(RecordBatch batch)
    {
        _collector.Add(batch);
        if (!CanSpill || !IsPressed)
            return;

        // One driver writes while the others wait: there may be room again.
        lock (_spilling)
        {
            if (IsPressed)
                Spill();
        }
    }

    private void Spill()
    {
        Spilled ??= new Partitions(KeyPlaces, spiller);
        using var writer = new PartitionWriter(Spilled, spiller);
        var batches = new Queue<RecordBatch>(_collector.Take());
        try
        {
            while (batches.TryDequeue(out RecordBatch? batch))
            {
                _spilledRows += batch.RowCount;
                foreach (int key in KeyPlaces)
                    _hasSpilledNullKeys |= batch[key].Validity.CountNulls(batch.RowCount) > 0;
                writer.Add(batch);
            }

            writer.Flush();
        }
        finally
        {
            foreach (RecordBatch batch in batches)
                batch.Dispose();
        }
    }

    private sealed class BuildOperator(JoinBuildSink sink) : Operator
    {
        public override void Process(RecordBatch batch)
        {
            using (batch)
                sink.Add(batch);
        }
    }

    private void Publish(DynamicFilterTarget filter)
    {
        // Where NULLs match, a filter without NULL would drop matches.
        if (node.Criteria.Any(criterion => criterion.IsNullSafe && criterion.Right == filter.Column))
        {
            filters.Publish(filter.FilterId, Domain.All);
            return;
        }

        // What is on disk is not read once more for a filter.
        if (Spilled is not null)
        {
            filters.Publish(filter.FilterId, Domain.All);
            return;
        }

        if (Rows is null)
        {
            filters.Publish(filter.FilterId, Domain.None);
            return;
        }

        ColumnVector column = Rows[PlaceOf(filter.Column)];
        KeyBitmap? keys = KeyBitmap.TryCreate(column, Memory);
        if (keys is not null)
        {
            _keys.Add(keys);
            filters.PublishKeys(filter.FilterId, keys);
        }

        filters.Publish(filter.FilterId, BuildDomain.Of(column, keys));
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        foreach (KeyBitmap keys in _keys)
            keys.Dispose();
        _keys.Clear();
        _collector.Dispose();
        _table?.Dispose();
        _table = null;
        Spilled?.Dispose();
        spiller.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What the values of a build key are, for the scans of the other side: few values as they are, many as their bounds.</summary>
internal static class BuildDomain
{
    private const int MaxValues = 256;

    /// <summary>The domain of a column's values, NULL left out.</summary>
    public static Domain Of(ColumnVector column, KeyBitmap? keys)
    {
        if (!BoxedValue.IsOrdered(column.Type))
            return Domain.NotNull;

        var values = new HashSet<object>();
        using ColumnVector flat = Gather.Flatten(column, MemoryContext.Unlimited);
        if (flat.Length <= MaxValues * 16)
        {
            for (int row = 0; row < flat.Length && values.Count <= MaxValues; row++)
                if (flat.GetValue(row) is { } value)
                    values.Add(value);
            if (values.Count <= MaxValues)
                return Domain.Of(values);
        }

        return keys is null ? Bounds(flat) : new Domain([keys.Bounds], false);
    }

    private static Domain Bounds(ColumnVector flat)
    {
        var order = new[] { new SortKey(new Column(new ColumnId(0), "key", flat.Type), Descending: false, NullsFirst: false) };
        var comparer = new Sorting.SortComparer([flat], order);
        int low = -1;
        int high = -1;
        for (int row = 0; row < flat.Length; row++)
        {
            if (flat.IsNull(row))
                continue;
            if (low < 0 || comparer.Compare(row, low) < 0)
                low = row;
            if (high < 0 || comparer.Compare(row, high) > 0)
                high = row;
        }

        return low < 0 ? Domain.None : new Domain([new ValueRange(flat.GetValue(low), true, flat.GetValue(high), true)], false);
    }
}
