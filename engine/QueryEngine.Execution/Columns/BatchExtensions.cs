using QueryEngine.Spi;

namespace QueryEngine.Execution.Columns;

/// <summary>Makes batches of batches.</summary>
internal static class BatchExtensions
{
    /// <summary>A batch with further columns, which it takes over; the others are shared. The caller owns the result.</summary>
    public static RecordBatch With(this RecordBatch batch, params ReadOnlySpan<ColumnVector> added)
    {
        var columns = new ColumnVector[batch.ColumnCount + added.Length];
        batch.Columns.CopyTo(columns);
        for (int column = 0; column < batch.ColumnCount; column++)
            columns[column].Retain();
        added.CopyTo(columns.AsSpan(batch.ColumnCount));
        return new RecordBatch(columns, batch.RowCount);
    }
}
