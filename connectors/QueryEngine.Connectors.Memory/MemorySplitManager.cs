using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Cuts a table into stretches of rows, to be read where the rows are.</summary>
internal sealed class MemorySplitManager(string nodeId) : ISplitManager
{
    private const long MinRows = 8L * RecordBatch.MaxRows;
    private const int SplitsPerReader = 4;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session,
        TableHandle table,
        SplitRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var handle = (MemoryTableHandle)table;
        long splits = Math.Clamp(handle.RowCount / MinRows, 1, Math.Max(1, (long)request.Parallelism * SplitsPerReader));
        long rows = Math.Max(1, (handle.RowCount + splits - 1) / splits);
        rows = rows <= RecordBatch.MaxRows ? rows : (rows + RecordBatch.MaxRows - 1) / RecordBatch.MaxRows * RecordBatch.MaxRows;
        for (long first = 0; first < handle.RowCount; first += rows)
        {
            yield return new MemorySplit(first, Math.Min(first + rows, handle.RowCount))
            {
                PreferredNodes = [nodeId],
                Consistency = SnapshotConsistency.Snapshot,
            };
        }
    }
}
