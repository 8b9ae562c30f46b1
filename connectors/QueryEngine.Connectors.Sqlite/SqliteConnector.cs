using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Connectors.Sqlite.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>A catalog over one SQLite file. Every use opens the file anew, so that any number of splits is read at once.</summary>
internal sealed partial class SqliteConnector(SqliteOptions options) : IConnector, ISupportsRemoteQueries, ISupportsAccessControl, ISupportsStreaming
{
    private readonly SqliteWrites _writes = new(options);

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; } = new SqliteMetadata(options);

    /// <inheritdoc/>
    public ISplitManager Splits { get; } = new SqliteSplitManager(options);

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; } = new SqliteRecordSetProvider(options);

    /// <inheritdoc/>
    public ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken) =>
        new(new SqlTableHandle(RemoteTable.OfQuery(query)));

    /// <inheritdoc/>
    public ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) => RunAsync([statement], cancellationToken);

    /// <inheritdoc/>
    public ValueTask CheckAccessAsync(ConnectorSession session, AccessRequest request, CancellationToken cancellationToken)
    {
        SqlAccess.Check(options.IsReadOnly, options.Path, request.Kind);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<string?> WhyNotFollowedAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(SqliteFollower.WhyNotFollowed(options, (SqlTableHandle)table));

    /// <inheritdoc/>
    public IAsyncEnumerable<StreamedBatch> FollowAsync(StreamRequest request, CancellationToken cancellationToken) =>
        SqliteFollower.FollowAsync(options, request, RecordSets, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>The rows whose rowid, by the name that the table leaves free for it, is in a range; bounds of null are none.</summary>
internal sealed record SqliteSplit(string? RowId, long? Low, long? Below) : Split;

/// <summary>Cuts tables by ranges of their rowid.</summary>
internal sealed class SqliteSplitManager(SqliteOptions options) : ISplitManager
{
    private const long RowsPerSplit = 50_000;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (SqliteSplit split in GetSplits((SqlTableHandle)table, request.Parallelism, cancellationToken))
            yield return split;
        await ValueTask.CompletedTask;
    }

    private IEnumerable<SqliteSplit> GetSplits(SqlTableHandle handle, int parallelism, CancellationToken cancellationToken)
    {
        using SqliteDatabase database = SqliteDatabase.Open(options);
        using CancellationTokenRegistration interrupt = database.InterruptOn(cancellationToken);
        string? rowId = handle.Table.Kind == SqliteMetadata.Table ? SqliteMetadata.FindRowId(database, handle.Table) : null;
        if (rowId is null || !handle.IsDivisible || ReadRange(database, handle.Table, rowId) is not var (first, last))
        {
            yield return new SqliteSplit(rowId, null, null) { Consistency = SnapshotConsistency.Snapshot };
            yield break;
        }

        // Row numbers may have holes: this is the most rows there can be.
        Int128 width = (Int128)last - first + 1;
        int count = (int)Int128.Clamp((width + RowsPerSplit - 1) / RowsPerSplit, 1, Math.Max(1, parallelism) * 4);
        SnapshotConsistency consistency = count == 1 ? SnapshotConsistency.Snapshot : SnapshotConsistency.PerSplit;
        for (int part = 0; part < count; part++)
        {
            // The outer ranges are open: rows that come later are in one of them.
            long? low = part == 0 ? null : (long)(first + (width * part / count));
            long? below = part == count - 1 ? null : (long)(first + (width * (part + 1) / count));
            yield return new SqliteSplit(rowId, low, below) { Consistency = consistency };
        }
    }

    internal static (long First, long Last)? ReadRange(SqliteDatabase database, RemoteTable table, string rowId)
    {
        string name = StandardIdentifiers.Instance.Quote(table.Name);
        string number = StandardIdentifiers.Instance.Quote(rowId);
        using SqliteStatement statement = database.Prepare(
            $"SELECT (SELECT min({number}) FROM main.{name}), (SELECT max({number}) FROM main.{name})"); // two statements in one: each uses the tree's edge
        return statement.Step() && !statement.IsNull(0) ? (statement.GetInt64(0), statement.GetInt64(1)) : null;
    }
}

/// <summary>Steps through a statement and fills batches from SQLite's own memory.</summary>
internal sealed class SqliteRecordSetProvider(SqliteOptions options) : IRecordSetProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = new SqliteReader(options, scan, cancellationToken);
        while (reader.ReadBatch(cancellationToken) is { } batch)
        {
            scan.Metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
        }

        await ValueTask.CompletedTask;
    }
}
