using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Collects batches, flat, from all drivers.</summary>
internal sealed class BatchCollector(int columnCount, MemoryContext memory) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly int[] _columns = [.. Enumerable.Range(0, columnCount)];
    private List<RecordBatch> _batches = [];
    private long _rows;
    private long _bytes;

    /// <summary>Rows that are kept.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Bytes that are kept.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes that <see cref="TakeAllAsync"/> needs beside those that are kept: its columns are joined two at a time.</summary>
    public long BytesToJoin => Interlocked.Read(ref _bytes) * Math.Min(2, columnCount) / Math.Max(1, columnCount);

    /// <summary>Keeps a copy of a batch; the batch stays the caller's.</summary>
    public void Add(RecordBatch batch)
    {
        RecordBatch flat = Compaction.Flat(batch, _columns, memory);
        lock (_lock)
        {
            _batches.Add(flat);
            _rows += flat.RowCount;
            _bytes += flat.SizeInBytes;
        }
    }

    /// <summary>What is kept, which the caller then owns. The collector is empty afterwards.</summary>
    public List<RecordBatch> Take()
    {
        lock (_lock)
        {
            List<RecordBatch> taken = _batches;
            (_batches, _rows, _bytes) = ([], 0, 0);
            return taken;
        }
    }

    /// <summary>
    /// All rows as one batch, which the caller owns; null when there are none. The collector is empty afterwards. Columns are joined by all drivers.
    /// </summary>
    public async Task<RecordBatch?> TakeAllAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        using var columns = new CollectedColumns(Take(), columnCount, memory);
        await work.ForEachAsync(columns.RowCount == 0 ? 0 : columnCount, columns.Join, cancellationToken);
        return columns.Build();
    }

    /// <summary>As <see cref="TakeAllAsync"/>, by the caller alone.</summary>
    public RecordBatch? TakeAll()
    {
        using var columns = new CollectedColumns(Take(), columnCount, memory);
        for (int column = 0; columns.RowCount > 0 && column < columnCount; column++)
            columns.Join(column);
        return columns.Build();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatch batch in Take())
            batch.Dispose();
    }
}

/// <summary>The columns of batches that are joined one by one: what was joined lets go of its parts at once, so that no second copy of all rows is ever there.</summary>
internal sealed class CollectedColumns : IDisposable
{
    private readonly MemoryContext _memory;
    private readonly ColumnVector[]?[] _parts;
    private readonly ColumnVector[] _joined;

    /// <summary>Takes the batches over.</summary>
    public CollectedColumns(IReadOnlyList<RecordBatch> batches, int columnCount, MemoryContext memory)
    {
        _memory = memory;
        RowCount = batches.Sum(batch => batch.RowCount);
        _parts = new ColumnVector[]?[columnCount];
        _joined = new ColumnVector[columnCount];
        for (int column = 0; column < columnCount; column++)
        {
            _parts[column] = [.. batches.Select(batch => batch[column])];
            foreach (ColumnVector part in _parts[column]!)
                part.Retain();
        }

        foreach (RecordBatch batch in batches)
            batch.Dispose();
    }

    /// <summary>Rows of all batches.</summary>
    public int RowCount { get; }

    /// <summary>Joins a column.</summary>
    public void Join(int column)
    {
        _joined[column] = Concat.Vectors(_parts[column]!, _memory);
        Drop(column);
    }

    /// <summary>The joined columns, which the caller owns; null when there are no rows.</summary>
    public RecordBatch? Build()
    {
        if (RowCount == 0)
            return null;
        var batch = new RecordBatch(_joined, RowCount);
        _joined.AsSpan().Clear();
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int column = 0; column < _parts.Length; column++)
            Drop(column);
        Compaction.DisposeAll(_joined);
    }

    private void Drop(int column)
    {
        if (_parts[column] is { } parts)
            Compaction.DisposeAll(parts);
        _parts[column] = null;
    }
}

/// <summary>Keeps every batch.</summary>
internal sealed class CollectOperator(BatchCollector collector) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using (batch)
            collector.Add(batch);
    }
}
