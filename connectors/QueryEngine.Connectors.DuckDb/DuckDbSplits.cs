using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>The rows whose rowid is in a range, in a snapshot where there are several; bounds of null are none.</summary>
internal sealed record DuckDbSplit(int Number, string? SnapshotId, long? Low, long? Below) : Split
{
    /// <summary>Writes the condition on the rowid, or null when there is none.</summary>
    public Action<SqlText>? ToRange() => Low is null && Below is null ? null : sql =>
    {
        if (Low is { } low)
            sql.Add("rowid >= ").Add(low.ToString(CultureInfo.InvariantCulture));
        if (Low is not null && Below is not null)
            sql.Add(" AND ");
        if (Below is { } below)
            sql.Add("rowid < ").Add(below.ToString(CultureInfo.InvariantCulture));
    };
}

/// <summary>Cuts tables by ranges of their rowid, of which DuckDB then reads just the row groups; all of them are read in one snapshot.</summary>
internal sealed class DuckDbSplitManager(DuckDbDatabase database) : ISplitManager
{
    private const long GroupRows = 122_880;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (DuckDbSplit split in GetSplits(session, (SqlTableHandle)table, request.Parallelism, cancellationToken))
            yield return split;
        await ValueTask.CompletedTask;
    }

    private List<DuckDbSplit> GetSplits(ConnectorSession session, SqlTableHandle handle, int parallelism, CancellationToken cancellationToken)
    {
        long rows = handle.IsDivisible && handle.Table.Kind == DuckDbMetadata.Table ? CountRows(handle.Table) : 0;
        int count = (int)Math.Clamp(rows / database.Options.RowsPerSplit, 1, Math.Max(1, parallelism) * 4L);
        if (count == 1)
            return [new DuckDbSplit(0, null, null, null) { Consistency = SnapshotConsistency.Snapshot }];

        string snapshot = database.File.Snapshots.Keep(session.QueryId, database.File.BeginSnapshot(handle.Table.Schema, handle.Table.Name, count, cancellationToken));
        return
        [
            // The last range is open: rowids have holes.
            .. Enumerable.Range(0, count).Select(part => new DuckDbSplit(
                part, snapshot, part == 0 ? null : Bound(rows, part, count), part == count - 1 ? null : Bound(rows, part + 1, count))
            {
                Consistency = SnapshotConsistency.Snapshot,
            }),
        ];
    }

    // Whole row groups where there are enough of them.
    private static long Bound(long rows, int part, int count)
    {
        long bound = (long)((Int128)rows * part / count);
        return rows / count >= GroupRows ? (bound + (GroupRows / 2)) / GroupRows * GroupRows : bound;
    }

    private long CountRows(RemoteTable table) => DuckDbMetadata.HasRowId(database, table) ? DuckDbStatistics.CountRows(database, table) ?? 0 : 0;
}
