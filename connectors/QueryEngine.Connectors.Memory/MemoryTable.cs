using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>A table: columns, batches, statistics. Owns its batches. Guarded by the lock of its store.</summary>
internal sealed class MemoryTable
{
    private readonly List<RecordBatch> _batches = [];
    private readonly List<long> _ends = [];
    private ColumnProfile[] _profiles;

    public MemoryTable(ValueList<TableColumn> columns, ValueList<string> primaryKey)
    {
        (Columns, PrimaryKey) = (columns, primaryKey);
        _profiles = EmptyProfiles(columns);
    }

    public ValueList<TableColumn> Columns { get; }

    public ValueList<string> PrimaryKey { get; }

    /// <summary>Given by the store; changes whenever rows go away.</summary>
    public long Generation { get; set; }

    public long RowCount => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>One profile a column.</summary>
    public ReadOnlySpan<ColumnProfile> Profiles => _profiles;

    public static ColumnProfile[] EmptyProfiles(ValueList<TableColumn> columns) =>
        [.. columns.Select(_ => ColumnProfile.Empty)];

    /// <summary>Adds rows, taking over the batches, and what is known of them. Does not fail.</summary>
    public void Append(IEnumerable<RecordBatch> batches, ReadOnlySpan<ColumnProfile> profiles, MemoryContext memory)
    {
        foreach (RecordBatch batch in batches)
            Append(batch, memory);
        for (int column = 0; column < profiles.Length; column++)
            _profiles[column] = _profiles[column].Combine(profiles[column]);
    }

    /// <summary>Lets all rows go.</summary>
    public void Clear()
    {
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
        _ends.Clear();
        _profiles = EmptyProfiles(Columns);
    }

    /// <summary>The batches with rows of a stretch, each retained for the caller, and where the stretch lies in them.</summary>
    public List<BatchRows> Retain(long firstRow, long endRow)
    {
        List<BatchRows> rows = [];
        int batch = _ends.BinarySearch(firstRow + 1);
        for (batch = batch < 0 ? ~batch : batch; batch < _batches.Count && firstRow < endRow; batch++)
        {
            long start = _ends[batch] - _batches[batch].RowCount;
            int first = (int)(firstRow - start);
            int length = (int)(Math.Min(endRow, _ends[batch]) - firstRow);
            _batches[batch].Retain();
            rows.Add(new BatchRows(_batches[batch], first, length));
            firstRow += length;
        }

        return rows;
    }

    /// <summary>
    /// Joins the new batch with the last ones while those are no longer than it, so that many small inserts make few
    /// batches: each row is copied at most 13 times on the way to a full batch.
    /// </summary>
    private void Append(RecordBatch batch, MemoryContext memory)
    {
        if (batch.RowCount == 0)
        {
            batch.Dispose();
            return;
        }

        int joined = 0;
        int rows = batch.RowCount;
        while (joined < _batches.Count
            && _batches[^(joined + 1)].RowCount <= rows
            && rows + _batches[^(joined + 1)].RowCount <= RecordBatch.MaxRows)
            rows += _batches[^(++joined)].RowCount;

        if (joined > 0)
            batch = JoinTail(joined, batch, memory);

        long start = RowCount;
        _batches.Add(batch);
        _ends.Add(start + batch.RowCount);
    }

    /// <summary>Takes the last batches off and joins them with a new one; where memory is short, nothing is joined.</summary>
    private RecordBatch JoinTail(int count, RecordBatch batch, MemoryContext memory)
    {
        Span<RecordBatch> tail = CollectionsMarshal.AsSpan(_batches)[^count..];
        RecordBatch whole;
        try
        {
            whole = BatchCopy.Join([.. tail, batch], Columns, memory);
        }
        catch (QueryException)
        {
            return batch;
        }

        foreach (RecordBatch part in tail)
            part.Dispose();
        batch.Dispose();
        _batches.RemoveRange(_batches.Count - count, count);
        _ends.RemoveRange(_ends.Count - count, count);
        return whole;
    }
}

/// <summary>Some rows of a batch.</summary>
internal readonly record struct BatchRows(RecordBatch Batch, int First, int Length);
