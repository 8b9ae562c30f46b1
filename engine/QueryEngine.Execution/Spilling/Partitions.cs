using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Spilling;

/// <summary>
/// Batches by hash of their keys: what one partition holds no other does, so that partitions are finished one by one, in parallel. The unit that
/// goes to disk. A partition that is still too large is split again by other bits, one level deeper. Thread-safe while it fills.
/// </summary>
internal sealed class Partitions(int[] keys, Spiller spiller, int level = 0) : IDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 64;

    /// <summary>The deepest level: there the bits of the hash end.</summary>
    public const int MaxLevel = 3;

    private readonly Lock _spilling = new();
    private readonly Partition[] _partitions = [.. Enumerable.Range(0, Count).Select(_ => new Partition())];
    private SqlType[] _types = [];

    /// <summary>Whether nothing was ever added.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>How often this was split.</summary>
    public int Level => level;

    /// <summary>Distributes the rows of a batch, which stays the caller's. Rows are copied in the order of the partitions, each of which shares a slice.</summary>
    public void Add(RecordBatch batch) => Distribute(batch, (partition, slice) =>
    {
        lock (_partitions[partition])
            _partitions[partition].Batches.Enqueue(slice);
    });

    /// <summary>As <see cref="Add"/>, but to disk.</summary>
    public void AddToDisk(RecordBatch batch) => Distribute(batch, (partition, slice) =>
    {
        using (slice)
            WriteTo(partition, slice);
    });

    /// <summary>Writes what is in memory to disk, if memory is still short when the other drivers that do so have ended.</summary>
    public void Relieve()
    {
        lock (_spilling)
        {
            for (int partition = 0; partition < Count && spiller.IsPressed(); partition++)
            {
                foreach (RecordBatch batch in TakeBatches(partition))
                {
                    using (batch)
                        WriteTo(partition, batch);
                }
            }
        }
    }

    /// <summary>The rows of a partition.</summary>
    public long RowsOf(int partition)
    {
        lock (_partitions[partition])
            return _partitions[partition].Batches.Sum(batch => (long)batch.RowCount) + _partitions[partition].Blocks.Sum(block => (long)block.Rows);
    }

    /// <summary>The bytes of a partition.</summary>
    public long BytesOf(int partition)
    {
        lock (_partitions[partition])
            return _partitions[partition].Batches.Sum(batch => batch.SizeInBytes) + _partitions[partition].Blocks.Sum(block => (long)block.Length);
    }

    /// <summary>Whether some of a partition is on disk.</summary>
    public bool IsOnDisk(int partition)
    {
        lock (_partitions[partition])
            return _partitions[partition].Blocks.Count > 0;
    }

    /// <summary>Hands over the batches of a partition one by one, those on disk read back; the caller owns each.</summary>
    public IEnumerable<RecordBatch> Take(int partition)
    {
        foreach (RecordBatch batch in ReadDisk(partition))
            yield return batch;
        while (TakeBatch(partition) is { } batch)
            yield return batch;
    }

    /// <summary>As <see cref="Take"/>, all at once.</summary>
    public IReadOnlyList<RecordBatch> TakeAll(int partition)
    {
        var taken = new List<RecordBatch>();
        try
        {
            taken.AddRange(Take(partition));
        }
        catch
        {
            foreach (RecordBatch batch in taken)
                batch.Dispose();
            throw;
        }

        return taken;
    }

    /// <summary>Reads what a partition has on disk; may be repeated. The caller owns each batch.</summary>
    public IEnumerable<RecordBatch> ReadDisk(int partition) => spiller.ReadAll(_partitions[partition].Blocks, _types);

    /// <summary>Writes all of a partition to disk.</summary>
    public void MoveToDisk(int partition)
    {
        foreach (RecordBatch batch in TakeBatches(partition))
            using (batch)
                WriteTo(partition, batch);
    }

    /// <summary>The rows of a partition one level deeper; the caller owns the result.</summary>
    public Partitions Split(int partition)
    {
        var deeper = new Partitions(keys, spiller, level + 1);
        try
        {
            foreach (RecordBatch batch in Take(partition))
                using (batch)
                    deeper.AddToDisk(batch);
        }
        catch
        {
            deeper.Dispose();
            throw;
        }

        return deeper;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int partition = 0; partition < Count; partition++)
            foreach (RecordBatch batch in TakeBatches(partition))
                batch.Dispose();
    }

    private IEnumerable<RecordBatch> TakeBatches(int partition)
    {
        while (TakeBatch(partition) is { } batch)
            yield return batch;
    }

    private RecordBatch? TakeBatch(int partition)
    {
        lock (_partitions[partition])
            return _partitions[partition].Batches.TryDequeue(out RecordBatch? batch) ? batch : null;
    }

    private void WriteTo(int partition, RecordBatch batch)
    {
        var blocks = new List<SpillBlock>();
        spiller.Write(batch, blocks);
        lock (_partitions[partition])
            _partitions[partition].Blocks.AddRange(blocks);
    }

    private void Distribute(RecordBatch batch, Action<int, RecordBatch> keep)
    {
        if (IsEmpty)
            _types = [.. batch.Columns.ToArray().Select(column => column.Type)];
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

        using RecordBatch sorted = Compaction.Taken(batch, order, spiller.Memory);
        int start = 0;
        for (int partition = 0; partition < Count; partition++)
        {
            int length = ends[partition] - start;
            if (length > 0)
                keep(partition, sorted.Slice(start, length));
            start = ends[partition];
        }
    }

    // Exchanges distribute by the highest bits and hash tables by the lowest: the bits between are still even.
    private int PartitionOf(ulong hash) => (int)(hash >> (40 - (6 * level))) & (Count - 1);

    private sealed class Partition
    {
        public Queue<RecordBatch> Batches { get; } = [];

        public List<SpillBlock> Blocks { get; } = [];
    }
}
