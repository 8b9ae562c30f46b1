using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>
/// Batches by hash of their keys: what one partition holds no other does, so that partitions are finished one by one, in parallel. The unit that
/// would go to disk. Thread-safe while it fills.
/// </summary>
internal sealed class Partitions(int[] keys, MemoryContext memory) : IDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 64;

    private readonly List<RecordBatch>[] _partitions = [.. Enumerable.Range(0, Count).Select(_ => new List<RecordBatch>())];

    /// <summary>Whether nothing was ever added.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Distributes the rows of a batch, which stays the caller's. Rows are copied in the order of the partitions, each of which shares a slice.</summary>
    public void Add(RecordBatch batch)
    {
        IsEmpty = false;
        ulong[] hashes = new ulong[batch.RowCount];
        RowHash.Hash([.. keys.Select(key => batch[key])], hashes);
        Span<int> ends = stackalloc int[Count];
        foreach (ulong hash in hashes)
            ends[PartitionOf(hash)]++;
        int total = 0;
        for (int partition = 0; partition < Count; partition++)
        {
            int count = ends[partition];
            ends[partition] = total;
            total += count;
        }

        int[] order = new int[hashes.Length];
        for (int row = 0; row < hashes.Length; row++)
            order[ends[PartitionOf(hashes[row])]++] = row;

        using RecordBatch sorted = TakeFlat(batch, order);
        int start = 0;
        for (int partition = 0; partition < Count; partition++)
        {
            int length = ends[partition] - start;
            if (length > 0)
            {
                RecordBatch slice = sorted.Slice(start, length);
                lock (_partitions[partition])
                    _partitions[partition].Add(slice);
            }

            start = ends[partition];
        }
    }

    /// <summary>Hands over the batches of a partition, which the caller then owns.</summary>
    public IReadOnlyList<RecordBatch> Take(int partition)
    {
        lock (_partitions[partition])
        {
            RecordBatch[] taken = [.. _partitions[partition]];
            _partitions[partition].Clear();
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int partition = 0; partition < Count; partition++)
            foreach (RecordBatch batch in Take(partition))
                batch.Dispose();
    }

    // Exchanges distribute by the highest bits and hash tables by the lowest: the bits between are still even.
    private static int PartitionOf(ulong hash) => (int)(hash >> 40) & (Count - 1);

    private RecordBatch TakeFlat(RecordBatch batch, int[] rows)
    {
        var columns = new ColumnVector[batch.ColumnCount];
        try
        {
            for (int column = 0; column < columns.Length; column++)
                columns[column] = Gather.Take(batch[column], rows, memory);
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return new RecordBatch(columns, rows.Length);
    }
}
