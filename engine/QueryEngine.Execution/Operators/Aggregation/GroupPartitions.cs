using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>What is still to be put together, by hash of the keys: states that tables were emptied into, and rows that passed them by. Thread-safe while it fills.</summary>
internal sealed class GroupPartitions(AggregateLayout layout, Spiller spiller, int level = 0) : IDisposable
{
    // A column of one batch has at most two gigabytes.
    private const long MaxBytesAtOnce = 1L << 30;

    /// <summary>Keys and then states.</summary>
    public Partitions States { get; } = new([.. Enumerable.Range(0, layout.Keys.Length)], spiller, level);

    /// <summary>Rows as the input has them.</summary>
    public Partitions Rows { get; } = new(layout.Keys, spiller, level);

    /// <summary>Whether nothing was ever added.</summary>
    public bool IsEmpty => States.IsEmpty && Rows.IsEmpty;

    /// <summary>Whether a partition can be split by more bits of the hash.</summary>
    public bool IsDeepest => level == (spiller.IsForced ? 1 : Partitions.MaxLevel);

    /// <summary>Writes what is in memory to disk, where memory is short.</summary>
    public void Relieve()
    {
        Rows.Relieve();
        States.Relieve();
    }

    /// <summary>Empty ones that distribute by the next bits of the hash; the caller owns them.</summary>
    public GroupPartitions Deeper() => new(layout, spiller, level + 1);

    /// <summary>Hands over the batches of a partition one by one, and whether each has states; the caller owns each.</summary>
    public IEnumerable<(RecordBatch Batch, bool HasStates)> Take(int part)
    {
        foreach (RecordBatch batch in States.Take(part))
            yield return (batch, true);
        foreach (RecordBatch batch in Rows.Take(part))
            yield return (batch, false);
    }

    /// <summary>States and rows of a partition. Where it is on disk, one round of a driver's table is the better guess for the groups, and 0 is given.</summary>
    public int RowsInMemory(int part) =>
        States.IsOnDisk(part) || Rows.IsOnDisk(part) ? 0 : (int)Math.Min(int.MaxValue, States.RowsOf(part) + Rows.RowsOf(part));

    /// <summary>Whether a partition can be put together at once: it and its copy are in memory.</summary>
    public bool IsWholeInMemory(int part)
    {
        long bytes = States.BytesOf(part) + Rows.BytesOf(part);
        return bytes < MaxBytesAtOnce && !States.IsOnDisk(part) && !Rows.IsOnDisk(part) && !spiller.IsPressed(need: 2 * bytes);
    }

    /// <summary>The groups of a partition that <see cref="IsWholeInMemory"/>; null where it is empty. The caller owns the table.</summary>
    public AggregateTable? TakeWhole(int part, AggregateInputs inputs)
    {
        var states = new List<RecordBatch>(States.TakeAll(part));
        var rows = new List<RecordBatch>();
        var keys = new ColumnVector[layout.Keys.Length];
        try
        {
            rows.AddRange(Rows.TakeAll(part));
            if (states.Count == 0 && rows.Count == 0)
                return null;
            for (int key = 0; key < keys.Length; key++)
                keys[key] = Flat([.. states.Select(batch => batch[key]), .. rows.Select(batch => batch[layout.Keys[key]])]);
            using RecordBatch? allStates = Join(states, [.. Enumerable.Range(0, keys.Length)], keys, 0);
            using RecordBatch? allRows = Join(rows, layout.Keys, keys, allStates?.RowCount ?? 0);
            return AggregateTable.OfWhole(layout, keys, allStates, allRows, inputs);
        }
        finally
        {
            Compaction.DisposeAll(keys);
            foreach (RecordBatch batch in states.Concat(rows))
                batch.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        States.Dispose();
        Rows.Dispose();
    }

    // All columns of batches end to end; the keys are joined already, from some row on.
    private RecordBatch? Join(List<RecordBatch> batches, int[] places, ColumnVector[] keys, int start)
    {
        if (batches.Count == 0)
            return null;
        int rowCount = batches.Sum(batch => batch.RowCount);
        var columns = new ColumnVector[batches[0].ColumnCount];
        try
        {
            for (int column = 0; column < columns.Length; column++)
            {
                int key = Array.IndexOf(places, column);
                columns[column] = key >= 0 ? keys[key].Slice(start, rowCount) : Flat([.. batches.Select(batch => batch[column])]);
            }
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return new RecordBatch(columns, rowCount);
    }

    private ColumnVector Flat(ColumnVector[] parts)
    {
        using ColumnVector joined = Concat.Vectors(parts, layout.Memory);
        return Gather.Flatten(joined, layout.Memory);
    }
}
