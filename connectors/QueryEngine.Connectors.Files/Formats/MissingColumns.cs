using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>A file need not have all columns of its table: those that it has not are NULL.</summary>
internal static class MissingColumns
{
    /// <summary>
    /// Puts columns of NULL between those that were read, for each place that is negative. Takes over the batch; the caller owns the result.
    /// </summary>
    public static RecordBatch Add(RecordBatch batch, int[] places, IReadOnlyList<FilesColumn> columns, MemoryContext memory)
    {
        if (batch.ColumnCount == places.Length)
            return batch;
        return Weave(batch, places.Length, column => places[column] >= 0, column => VectorBuilder.Constant(columns[column].Type, null, batch.RowCount, memory));
    }

    /// <summary>
    /// A batch of <paramref name="count"/> columns: in order those of <paramref name="batch"/> where <paramref name="isRead"/> says so, the
    /// others made by <paramref name="make"/>. Takes over the batch; the caller owns the result.
    /// </summary>
    public static RecordBatch Weave(RecordBatch batch, int count, Func<int, bool> isRead, Func<int, ColumnVector> make)
    {
        using (batch)
        {
            var vectors = new ColumnVector?[count];
            try
            {
                int next = 0;
                for (int column = 0; column < count; column++)
                {
                    if (!isRead(column))
                    {
                        vectors[column] = make(column);
                        continue;
                    }
                    batch[next].Retain();
                    vectors[column] = batch[next++];
                }
                return new RecordBatch(vectors!, batch.RowCount);
            }
            catch
            {
                foreach (ColumnVector? vector in vectors)
                    vector?.Dispose();
                throw;
            }
        }
    }
}
