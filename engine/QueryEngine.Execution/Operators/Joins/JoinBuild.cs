using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>The build side of a join: all its rows in one flat batch, and the index over their keys. Drivers collect, then the index is built.</summary>
internal sealed class JoinBuildSink(
    JoinNode node, IReadOnlyList<Column> layout, DynamicFilterHub filters, OperatorStatistics statistics) : Sink
{
    private readonly BatchCollector _collector = new(layout.Count, statistics.Memory!);
    private readonly List<KeyBitmap> _keys = [];
    private NativeBuffer? _matched;
    private JoinIndex? _index;

    /// <summary>The columns of <see cref="Rows"/>.</summary>
    public IReadOnlyList<Column> Layout => layout;

    /// <summary>All rows; null when there are none.</summary>
    public RecordBatch? Rows { get; private set; }

    /// <summary>The number of rows.</summary>
    public int RowCount => Rows?.RowCount ?? 0;

    /// <summary>From keys to rows.</summary>
    public JoinIndex Index => _index ?? throw new InvalidOperationException("the build side is not complete");

    /// <summary>Whether some row is null in a key.</summary>
    public bool HasNullKeys { get; private set; }

    /// <summary>One flag a row: whether it found a match. Only where the join gives rows without one.</summary>
    public Span<bool> Matched => _matched is null ? default : _matched.Span<bool>(RowCount);

    /// <summary>Where the index is counted.</summary>
    public MemoryContext Memory => statistics.Memory!;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectOperator(_collector) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        Rows = await _collector.TakeAllAsync(work, cancellationToken);
        if (node.Kind is JoinKind.Right or JoinKind.Full || node.BuildsLeft)
            _matched = Memory.AllocateCleared(RowCount);
        bool needsChains = node.Filter is not null || node.BuildsLeft || node.Kind is not (JoinKind.Semi or JoinKind.Anti or JoinKind.Mark);
        var keys = new ColumnVector[Rows is null ? 0 : node.Criteria.Count];
        try
        {
            for (int key = 0; key < keys.Length; key++)
                keys[key] = Gather.Flatten(Rows![PlaceOf(node.Criteria[key].Right)], Memory);
            HasNullKeys = keys.Any(key => key.Validity.CountNulls(key.Length) > 0);
            bool[] isNullSafe = [.. node.Criteria.Select(criterion => criterion.IsNullSafe)];
            _index = await JoinIndex.BuildAsync(keys, isNullSafe, RowCount, needsChains, work, Memory, cancellationToken);
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }

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

    private void Publish(DynamicFilterTarget filter)
    {
        // Where NULLs match, a filter without NULL would drop matches.
        if (node.Criteria.Any(criterion => criterion.IsNullSafe && criterion.Right == filter.Column))
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
        _index?.Dispose();
        _matched?.Dispose();
        Rows?.Dispose();
        (_index, _matched, Rows) = (null, null, null);
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
