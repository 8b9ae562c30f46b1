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
        using (batch)
        {
            var vectors = new ColumnVector[places.Length];
            int next = 0;
            for (int column = 0; column < places.Length; column++)
            {
                if (places[column] < 0)
                {
                    vectors[column] = VectorBuilder.Constant(columns[column].Type, null, batch.RowCount, memory);
                    continue;
                }
                vectors[column] = batch[next++];
                vectors[column].Retain();
            }
            return new RecordBatch(vectors, batch.RowCount);
        }
    }
}
