using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>The batches of a version in the making; owns them until they are taken.</summary>
internal sealed class BatchTail(List<RecordBatch> batches, ValueList<TableColumn> columns, MemoryContext memory)
{
    /// <summary>The batches.</summary>
    public RecordBatch[] ToArray() => [.. batches];

    /// <summary>
    /// Joins the new batch with the last ones while those are no longer than it, so that many small inserts make few
    /// batches: each row is copied at most 13 times on the way to a full batch.
    /// </summary>
    public void Append(RecordBatch batch)
    {
        if (batch.RowCount == 0)
        {
            batch.Dispose();
            return;
        }

        int joined = 0;
        int rows = batch.RowCount;
        while (joined < batches.Count
            && batches[^(joined + 1)].RowCount <= rows
            && rows + batches[^(joined + 1)].RowCount <= RecordBatch.MaxRows)
            rows += batches[^(++joined)].RowCount;
        batches.Add(joined > 0 ? Join(joined, batch) : batch);
    }

    /// <summary>Takes the last batches off and joins them with a new one; where memory is short, nothing is joined.</summary>
    private RecordBatch Join(int count, RecordBatch batch)
    {
        Span<RecordBatch> tail = CollectionsMarshal.AsSpan(batches)[^count..];
        RecordBatch whole;
        try
        {
            whole = BatchCopy.Join([.. tail, batch], columns, memory);
        }
        catch (QueryException)
        {
            return batch;
        }

        foreach (RecordBatch part in tail)
            part.Dispose();
        batch.Dispose();
        batches.RemoveRange(batches.Count - count, count);
        return whole;
    }
}
