using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>A catalog over one MariaDB or MySQL server; its databases are the schemas.</summary>
internal sealed partial class MariaDbConnector : IConnector, ISupportsRemoteQueries
{
    private readonly OdbcPool _pool;
    private readonly MariaDbDialect _dialect;
    private readonly MariaDbWrites _writes;
    private readonly bool _isMySql;

    public MariaDbConnector(MariaDbOptions options, bool isMySql)
    {
        _pool = new OdbcPool(options.Target);
        _dialect = new MariaDbDialect(isMySql);
        _writes = new MariaDbWrites(_pool, isMySql);
        _isMySql = isMySql;
        Metadata = new MariaDbMetadata(_pool, options, _dialect);
        Splits = new MariaDbSplitManager(_pool, options);
        RecordSets = new OdbcRecordSetProvider(_pool, _dialect, options.ZeroIsNull);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; }

    /// <inheritdoc/>
    public ISplitManager Splits { get; }

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; }

    /// <inheritdoc/>
    public ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken) =>
        new(new SqlTableHandle(RemoteTable.OfQuery(query)));

    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) =>
        await _writes.RunAsync([statement], cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writes.Dispose();
        _pool.Dispose();
        return default;
    }
}

/// <summary>Cuts tables by ranges of their primary key where that begins with a whole number.</summary>
internal sealed class MariaDbSplitManager(OdbcPool pool, MariaDbOptions options) : ISplitManager
{
    private const string WholeNumbers =
        "SELECT c.COLUMN_NAME, t.TABLE_ROWS FROM information_schema.STATISTICS s "
        + "JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME "
        + "JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = s.TABLE_SCHEMA AND t.TABLE_NAME = s.TABLE_NAME "
        + "WHERE s.INDEX_NAME = 'PRIMARY' AND s.SEQ_IN_INDEX = 1 AND c.DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') ";

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)table;
        bool isDivisible = handle.IsDivisible && handle.Table.Kind == MariaDbMetadata.Table;
        OdbcSplit[] splits = isDivisible ? await pool.RunAsync(work => Cut(work, handle.Table, request.Parallelism), cancellationToken) : [new OdbcSplit(null, null, null)];
        foreach (OdbcSplit split in splits)
            yield return split with { Consistency = splits.Length == 1 ? SnapshotConsistency.Snapshot : SnapshotConsistency.PerSplit };
    }

    private OdbcSplit[] Cut(OdbcWork work, RemoteTable table, int parallelism)
    {
        List<string?[]> keys = work.Query(
            $"{WholeNumbers} AND s.TABLE_SCHEMA = {MariaDbMetadata.Text(table.Schema)} AND s.TABLE_NAME = {MariaDbMetadata.Text(table.Name)}");
        if (keys is not [[{ } key, { } counted]] || !double.TryParse(counted, CultureInfo.InvariantCulture, out double rows))
            return [new OdbcSplit(null, null, null)];
        int count = (int)Math.Clamp(Math.Ceiling(rows / options.RowsPerSplit), 1, Math.Max(1, parallelism) * 4);
        if (count == 1)
            return [new OdbcSplit(null, null, null)];

        var sql = new SqlText();
        string name = MariaDbNames.Quote(key);
        sql.Add($"SELECT min({name}), max({name}) FROM {MariaDbNames.Name(new SchemaTableName(table.Schema, table.Name))}");
        if (work.Query(sql.ToString()) is not [[{ } lowest, { } highest]]
            || !long.TryParse(lowest, CultureInfo.InvariantCulture, out long first) || !long.TryParse(highest, CultureInfo.InvariantCulture, out long last))
            return [new OdbcSplit(null, null, null)];
        Int128 width = (Int128)last - first + 1;
        count = (int)Int128.Min(count, width);

        // The outer ranges are open: rows that come later are in one of them.
        return
        [
            .. Enumerable.Range(0, count).Select(part => new OdbcSplit(
                key, part == 0 ? null : (long)(first + (width * part / count)), part == count - 1 ? null : (long)(first + (width * (part + 1) / count)))),
        ];
    }
}
