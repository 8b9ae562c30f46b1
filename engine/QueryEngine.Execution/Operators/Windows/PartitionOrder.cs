using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Sorting;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>Orders rows by partition and order keys, and cuts ordered ones into partitions.</summary>
internal sealed class PartitionOrder(ValueList<Column> partitionBy, ValueList<SortKey> orderBy, RowStream input, MemoryContext memory)
{
    /// <summary>The rows in order, as a batch that the caller owns.</summary>
    public async Task<RecordBatch> SortAsync(RecordBatch rows, ParallelWork work, CancellationToken cancellationToken)
    {
        SortKey[] order = [.. Partition, .. orderBy];
        if (order.Length == 0)
        {
            rows.Retain();
            return rows;
        }

        ColumnVector[] keys = Flat(rows, order.Select(key => key.Column));
        try
        {
            using NativeBuffer numbers = await RowSorter.SortAsync(keys, order, rows.RowCount, memory, work, cancellationToken);
            return TakeFlat(rows, numbers);
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    /// <summary>The partitions of ordered rows.</summary>
    public WindowRows Cut(RecordBatch sorted)
    {
        ColumnVector[] partitionKeys = Flat(sorted, partitionBy);
        ColumnVector[] orderKeys = Flat(sorted, orderBy.Select(key => key.Column));
        return new WindowRows(partitionKeys, Partition, orderKeys, [.. orderBy], sorted.RowCount);
    }

    private SortKey[] Partition => [.. partitionBy.Select(column => new SortKey(column, Descending: false, NullsFirst: false))];

    private RecordBatch TakeFlat(RecordBatch rows, NativeBuffer numbers)
    {
        ReadOnlySpan<int> order = numbers.Span<int>(rows.RowCount);
        var taken = new ColumnVector[rows.ColumnCount];
        try
        {
            for (int column = 0; column < taken.Length; column++)
                taken[column] = Gather.Take(rows[column], order, memory);
        }
        catch
        {
            Compaction.DisposeAll(taken);
            throw;
        }

        return new RecordBatch(taken, rows.RowCount);
    }

    private ColumnVector[] Flat(RecordBatch rows, IEnumerable<Column> columns) =>
        [.. input.PlacesOf(columns).Select(place => Gather.Flatten(rows[place], memory))];
}
