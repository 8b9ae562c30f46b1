using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tpch;

/// <summary>Cuts a table into stretches of row groups: large enough to be worth starting, several for every reader.</summary>
internal sealed class TpchSplitManager : ISplitManager
{
    private const long MinRows = 32_768;
    private const int SplitsPerReader = 8;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session,
        TableHandle table,
        SplitRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        TpchTableHandle handle = ((TpchTableHandle)table).Narrow(request.DynamicFilter.Current);
        long rowsPerGroup = handle.Kind is Generation.TpchTable.LineItem or Generation.TpchTable.PartSupp ? 4 : 1;
        long rows = handle.GroupCount * rowsPerGroup;
        long splits = Math.Clamp(rows / MinRows, 1, Math.Max(1, (long)request.Parallelism * SplitsPerReader));
        long rowBytes = TpchStatistics.RowBytesOf(handle.Kind);

        long first = handle.FirstGroup;
        for (long split = 1; split <= splits && first < handle.EndGroup; split++)
        {
            long end = handle.FirstGroup + (long)((Int128)handle.GroupCount * split / splits);
            yield return new TpchSplit(first, end)
            {
                SizeInBytes = (end - first) * rowsPerGroup * rowBytes,
                Consistency = SnapshotConsistency.Snapshot,
            };
            first = end;
        }
    }
}
