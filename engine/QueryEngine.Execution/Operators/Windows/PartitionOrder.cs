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
    /// <summary>The partition keys, then the order keys.</summary>
    public SortKey[] Keys => [.. Partition, .. orderBy];

    /// <summary>The rows in order, as a batch that the caller owns.</summary>
    public async Task<RecordBatch> SortAsync(RecordBatch rows, ParallelWork work, CancellationToken cancellationToken)
    {
        SortKey[] order = Keys;
        if (order.Length == 0)
        {
            rows.Retain();
            return rows;
        }

        ColumnVector[] keys = Flat(rows, order.Select(key => key.Column));
        try
        {
            using NativeBuffer numbers = await RowSorter.SortAsync(keys, order, rows.RowCount, memory, work, cancellationToken);
            return Compaction.Taken(rows, numbers.Span<int>(rows.RowCount), memory);
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

    private ColumnVector[] Flat(RecordBatch rows, IEnumerable<Column> columns) => ExternalSort.FlatKeys(rows, input.PlacesOf(columns), memory);
}
