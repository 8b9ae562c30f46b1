using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Hands out the columns asked for without copying them.</summary>
internal sealed class MemoryRecordSetProvider(MemoryStore store) : IRecordSetProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var handle = (MemoryTableHandle)scan.Table;
        var split = (MemorySplit)scan.Split;
        List<BatchRows> stretch = store.Retain(handle, split.FirstRow, split.EndRow, out ValueList<TableColumn> all);
        int given = 0;
        try
        {
            int[] columns = FindColumns(all, scan.Columns);
            while (given < stretch.Count && !cancellationToken.IsCancellationRequested)
            {
                RecordBatch batch = Take(stretch[given++], columns);
                scan.Metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
                yield return batch;
            }
        }
        finally
        {
            foreach (BatchRows rows in stretch.Skip(given))
                rows.Batch.Dispose();
        }
    }

    private static RecordBatch Take(BatchRows rows, int[] columns)
    {
        RecordBatch selected = rows.Batch.Select(columns);
        bool isWhole = rows.Length == rows.Batch.RowCount;
        rows.Batch.Dispose();
        if (isWhole)
            return selected;

        RecordBatch slice = selected.Slice(rows.First, rows.Length);
        selected.Dispose();
        return slice;
    }

    private static int[] FindColumns(ValueList<TableColumn> all, ValueList<ColumnHandle> asked)
    {
        string[] names = [.. all.Select(column => column.Name)];
        int[] positions = [.. asked.Select(column => Array.IndexOf(names, column.Name))];
        int missing = Array.IndexOf(positions, -1);
        return missing < 0
            ? positions
            : throw new QueryException(ErrorCode.UndefinedColumn, $"column '{asked[missing].Name}' does not exist");
    }
}
