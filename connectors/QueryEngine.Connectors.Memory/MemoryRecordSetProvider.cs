using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Hands out the columns asked for without copying them.</summary>
internal sealed class MemoryRecordSetProvider(MemoryStore store) : IRecordSetProvider
{
    private const int RowNumber = -2;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var handle = (MemoryTableHandle)scan.Table;
        var split = (MemorySplit)scan.Split;
        List<BatchRows> stretch;
        ValueList<TableColumn> all;
        using (MemoryTable table = store.Get(scan.Session, handle))
            (stretch, all) = (table.Retain(split.FirstRow, Math.Min(split.EndRow, handle.RowCount)), table.Columns);
        int given = 0;
        try
        {
            int[] columns = FindColumns(all, scan.Columns);
            while (given < stretch.Count && !cancellationToken.IsCancellationRequested)
            {
                RecordBatch batch = Take(stretch[given++], columns, scan.Memory);
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

    private static RecordBatch Take(BatchRows rows, int[] columns, MemoryContext memory)
    {
        using RecordBatch batch = rows.Batch;
        bool isWhole = rows.Length == batch.RowCount;
        var selected = new ColumnVector[columns.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            if (columns[column] == RowNumber)
            {
                selected[column] = Numbers(rows, memory);
                continue;
            }

            ColumnVector source = batch[columns[column]];
            if (isWhole)
                source.Retain();
            selected[column] = isWhole ? source : source.Slice(rows.First, rows.Length);
        }

        return new RecordBatch(selected, rows.Length);
    }

    private static ColumnVector Numbers(BatchRows rows, MemoryContext memory)
    {
        using var builder = new FixedWidthBuilder<long>(SqlType.BigInt, memory, rows.Length);
        Span<long> numbers = builder.AppendUninitialized(rows.Length);
        for (int row = 0; row < numbers.Length; row++)
            numbers[row] = rows.Number + row;
        return builder.Build();
    }

    private static int[] FindColumns(ValueList<TableColumn> all, ValueList<ColumnHandle> asked)
    {
        string[] names = [.. all.Select(column => column.Name)];
        int[] positions = [.. asked.Select(column => column == MemoryTableHandle.RowNumber ? RowNumber : Array.IndexOf(names, column.Name))];
        int missing = Array.IndexOf(positions, -1);
        return missing < 0
            ? positions
            : throw new QueryException(ErrorCode.UndefinedColumn, $"column '{asked[missing].Name}' does not exist");
    }
}
