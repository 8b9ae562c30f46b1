using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>
/// Follows the rows that are added to a table with a rowid, by asking for greater ones than before. Rows that are changed or deleted later are not told of. The
/// position is the greatest rowid that was looked at.
/// </summary>
internal static class SqliteFollower
{
    /// <summary>Why a handle is not followed; null when it is.</summary>
    public static string? WhyNotFollowed(SqliteOptions options, SqlTableHandle handle)
    {
        if (!handle.IsDivisible || handle.IsSuperset)
            return "only a table and conditions that are checked exactly are followed";
        using SqliteDatabase database = SqliteDatabase.Open(options);
        return handle.Table.Kind == SqliteMetadata.Table && SqliteMetadata.FindRowId(database, handle.Table) is not null
            ? null : $"{handle.Table.Name} is a view or a table without rowid";
    }

    public static async IAsyncEnumerable<StreamedBatch> FollowAsync(
        SqliteOptions options, StreamRequest request, IRecordSetProvider records, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)request.Table;
        if (WhyNotFollowed(options, handle) is { } reason)
            throw QueryException.NotSupported($"following {handle.Table.Name}: {reason};");
        long? after = request.After is null ? null : long.TryParse(request.After, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long place)
            ? place : throw new QueryException(ErrorCode.InvalidParameterValue, $"'{request.After}' is no position of a table of SQLite");
        while (true)
        {
            (string rowId, long? last) = Look(options, handle.Table);
            while (last is not null && (after is null || after < last))
            {
                // As many rows as fit a batch: each batch is then a place to go on from.
                long first = after is { } known ? known + 1 : First(options, handle.Table, rowId);
                long until = last.Value - first < RecordBatch.MaxRows ? last.Value : first + RecordBatch.MaxRows - 1;
                var split = new SqliteSplit(rowId, first, until == long.MaxValue ? null : until + 1);
                var scan = new ScanRequest(request.Session, handle, split, request.Columns) { Memory = request.Memory, Metrics = request.Metrics };
                string position = until.ToString(CultureInfo.InvariantCulture);
                string before = after?.ToString(CultureInfo.InvariantCulture) ?? (first - 1).ToString(CultureInfo.InvariantCulture);
                RecordBatch? held = null;
                await foreach (RecordBatch batch in records.ReadAsync(scan, cancellationToken).ConfigureAwait(false))
                {
                    if (held is not null)
                        yield return new StreamedBatch(held, before); // wide rows: all but the last of several are read again after a restart
                    held = batch;
                }

                if (held is not null)
                    yield return new StreamedBatch(held, position);
                after = until;
            }

            if (request.IsBounded)
                yield break;
            await Task.Delay(request.PollInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private static (string RowId, long? Last) Look(SqliteOptions options, RemoteTable table)
    {
        using SqliteDatabase database = SqliteDatabase.Open(options);
        string rowId = SqliteMetadata.FindRowId(database, table)!;
        return (rowId, SqliteSplitManager.ReadRange(database, table, rowId)?.Last);
    }

    private static long First(SqliteOptions options, RemoteTable table, string rowId)
    {
        using SqliteDatabase database = SqliteDatabase.Open(options);
        return SqliteSplitManager.ReadRange(database, table, rowId)?.First ?? 0;
    }
}
