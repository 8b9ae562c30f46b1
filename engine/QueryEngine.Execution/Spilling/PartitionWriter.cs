using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Spilling;

/// <summary>Collects batches until every partition gets a good block of them, then writes them to disk; one a driver.</summary>
internal sealed class PartitionWriter(Partitions partitions, Spiller spiller) : IDisposable
{
    private const int RowsAtOnce = 1 << 16;
    private const int ChunksInBudget = 32;

    private readonly List<RecordBatch> _batches = [];
    private int _rows;
    private long _bytes;

    /// <summary>Takes a batch over.</summary>
    public void Add(RecordBatch batch)
    {
        _batches.Add(batch);
        _rows += batch.RowCount;
        _bytes += batch.SizeInBytes;
        if (_rows >= RowsAtOnce || _bytes > spiller.Memory.Budget / ChunksInBudget)
            Flush();
    }

    /// <summary>Writes what was collected.</summary>
    public void Flush()
    {
        if (_batches.Count == 0)
            return;
        using (RecordBatch all = Concat.Batches(_batches, spiller.Memory))
            partitions.AddToDisk(all);
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
        (_rows, _bytes) = (0, 0);
    }
}
