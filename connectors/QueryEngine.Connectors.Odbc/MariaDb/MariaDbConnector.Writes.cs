using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <content>Writes and definitions.</content>
internal sealed partial class MariaDbConnector : ISupportsRowChanges, ISupportsDdl
{
    /// <inheritdoc/>
    public TableFeatures Features => TableFeatures.Keys;

    /// <inheritdoc/>
    public async ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken)
    {
        ValueList<string> keys = intent is ChangeRowsIntent change ? await ReadKeysAsync(((SqlTableHandle)change.Read).Table, cancellationToken) : [];
        return _writes.Begin(intent, keys);
    }

    /// <inheritdoc/>
    public async ValueTask<IRecordSink> OpenSinkAsync(
        ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        await _writes.OpenSinkAsync((MariaDbWriteHandle)handle, writer, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken) =>
        await _writes.FinishAsync((MariaDbWriteHandle)handle, fragments, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken) =>
        await _writes.AbortAsync((MariaDbWriteHandle)handle);

    /// <inheritdoc/>
    public ColumnHandle RowIdOf(TableHandle table)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        const string Reason = "the key of a row is not compared";
        Native.OdbcConnection connection = _pool.Rent();
        try
        {
            var work = new OdbcWork(connection, CancellationToken.None);
            List<string> keys = remote.Kind == MariaDbMetadata.Table ? MariaDbMetadata.ReadPrimaryKey(work, remote) : [];
            if (keys.Count == 0)
                throw QueryException.NotSupported($"changing rows of {remote.Name}, which is a view or has no primary key,");
            return keys.Count == 1 && IsSignedInteger(work, remote, keys[0])
                ? new SqlColumn(keys[0], SqlType.BigInt, "bigint")
                : new SqlColumn("$row_id", SqlType.Varchar, MariaDbMoves.KeyText + MariaDbMoves.WriteKey(keys), SqlComparison.None, Reason);
        }
        finally
        {
            _pool.Return(connection);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long?> TryDeleteAsync(ConnectorSession session, TableHandle rows, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        if (handle.Table.Kind != MariaDbMetadata.Table || new SqlGenerator(_dialect).WriteDelete(handle) is not { } sql)
            return null;
        return await _writes.RunAsync([sql.ToString()], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken)
    {
        MariaDbWrites.CheckProperties(table.Properties);
        await _writes.RunAsync([MariaDbDdl.CreateTable(table, table.Name, _isMySql)], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"DROP TABLE {MariaDbNames.Name(table)}"], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"TRUNCATE TABLE {MariaDbNames.Name(table)}"], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"CREATE DATABASE {MariaDbNames.Quote(schema)} CHARACTER SET utf8mb4"], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken)
    {
        if (!cascade)
        {
            await foreach (SchemaTableName table in Metadata.ListTablesAsync(session, schema, cancellationToken))
                throw new QueryException(ErrorCode.DependentObjects, $"schema {schema} has tables, {table.Table} among them", "DROP SCHEMA ... CASCADE drops them too.");
        }

        await _writes.RunAsync([$"DROP DATABASE {MariaDbNames.Quote(schema)}"], cancellationToken);
    }

    /// <inheritdoc/>
    public bool CanChange(TableChange change) => change switch
    {
        AddColumnChange { Fill: null, Column: { Default: null, Generated: null } } => true,
        DropColumnChange { IsCascade: false } or RenameColumnChange or RenameTableChange or SetCommentChange { Column: null } => true,
        _ => false,
    };

    /// <inheritdoc/>
    public async ValueTask AlterTableAsync(
        ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count > 1)
            throw QueryException.NotSupported("several changes of a table at once in MariaDB, which does each for itself,");
        await _writes.RunAsync([.. changes.Select(change => MariaDbDdl.Alter(table, change, _isMySql))], cancellationToken);
    }

    private static bool IsSignedInteger(OdbcWork work, RemoteTable table, string column) => work.Query(
        "SELECT 1 FROM information_schema.COLUMNS WHERE DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND COLUMN_TYPE NOT LIKE '%unsigned%' "
        + $"AND TABLE_SCHEMA = {MariaDbMetadata.Text(table.Schema)} AND TABLE_NAME = {MariaDbMetadata.Text(table.Name)} AND COLUMN_NAME = {MariaDbMetadata.Text(column)}").Count > 0;

    private async Task<ValueList<string>> ReadKeysAsync(RemoteTable table, CancellationToken cancellationToken) =>
        [.. await _pool.RunAsync(work => MariaDbMetadata.ReadPrimaryKey(work, table), cancellationToken)];
}
