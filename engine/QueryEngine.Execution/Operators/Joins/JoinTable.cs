using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>Build rows in memory, all or those of one partition: one flat batch, the index over its keys, and which rows have found a match.</summary>
internal sealed class JoinTable : IDisposable
{
    private readonly NativeBuffer? _matched;

    private JoinTable(RecordBatch? rows, JoinIndex index, NativeBuffer? matched, bool hasNullKeys) =>
        (Rows, Index, _matched, HasNullKeys) = (rows, index, matched, hasNullKeys);

    /// <summary>The rows; null when there are none.</summary>
    public RecordBatch? Rows { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount => Rows?.RowCount ?? 0;

    /// <summary>From keys to rows.</summary>
    public JoinIndex Index { get; }

    /// <summary>Whether some row is null in a key.</summary>
    public bool HasNullKeys { get; }

    /// <summary>One flag a row: whether it found a match. Only where the join gives rows without one.</summary>
    public Span<bool> Matched => _matched is null ? default : _matched.Span<bool>(RowCount);

    /// <summary>Indexes rows, which it takes over.</summary>
    public static async Task<JoinTable> BuildAsync(
        JoinNode node, RecordBatch? rows, int[] keyPlaces, ParallelWork work, MemoryContext memory, CancellationToken cancellationToken)
    {
        NativeBuffer? matched = null;
        var keys = new ColumnVector[rows is null ? 0 : keyPlaces.Length];
        try
        {
            if (node.Kind is JoinKind.Right or JoinKind.Full || node.BuildsLeft)
                matched = memory.AllocateCleared(rows?.RowCount ?? 0);
            bool needsChains = node.Filter is not null || node.BuildsLeft || node.Kind is not (JoinKind.Semi or JoinKind.Anti or JoinKind.Mark);
            for (int key = 0; key < keys.Length; key++)
                keys[key] = Gather.Flatten(rows![keyPlaces[key]], memory);
            bool hasNullKeys = keys.Any(key => key.Validity.CountNulls(key.Length) > 0);
            bool[] isNullSafe = [.. node.Criteria.Select(criterion => criterion.IsNullSafe)];
            JoinIndex index = await JoinIndex.BuildAsync(keys, isNullSafe, rows?.RowCount ?? 0, needsChains, work, memory, cancellationToken);
            return new JoinTable(rows, index, matched, hasNullKeys);
        }
        catch
        {
            matched?.Dispose();
            rows?.Dispose();
            throw;
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Dispose();
        _matched?.Dispose();
        Rows?.Dispose();
    }
}
