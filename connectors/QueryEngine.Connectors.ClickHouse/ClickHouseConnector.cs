using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.ClickHouse.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>A catalog over one ClickHouse server; its databases are the schemas.</summary>
internal sealed class ClickHouseConnector : IConnector, ISupportsRemoteQueries, ISupportsWrites, ISupportsDdl
{
    private readonly ClickHouseServer _server;
    private readonly ClickHouseWrites _writes;

    public ClickHouseConnector(ClickHouseOptions options)
    {
        _server = new ClickHouseServer(options);
        _writes = new ClickHouseWrites(_server);
        var dialect = new ClickHouseDialect(() => _server.InfoIfKnown);
        Metadata = new ClickHouseMetadata(_server, dialect);
        Splits = new ClickHouseSplitManager(_server);
        RecordSets = new ClickHouseRecordSetProvider(_server, dialect);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; }

    /// <inheritdoc/>
    public ISplitManager Splits { get; }

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; }

    /// <inheritdoc/>
    public bool TakesSinksOfDrivers => true;

    /// <inheritdoc/>
    public ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken) =>
        new(new SqlTableHandle(RemoteTable.OfQuery(query)));

    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) =>
        await _server.ExecuteAsync(statement, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) =>
        await _writes.BeginAsync(intent, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IRecordSink> OpenSinkAsync(ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        await ClickHouseSink.OpenAsync(_server, (ClickHouseWriteHandle)handle, writer, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken) =>
        await _writes.FinishAsync((ClickHouseWriteHandle)handle, fragments, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken) =>
        await _writes.DropStagedAsync((ClickHouseWriteHandle)handle);

    /// <inheritdoc/>
    public async ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken)
    {
        ClickHouseInfo info = await _server.GetInfoAsync(cancellationToken);
        await _server.ExecuteAsync($"CREATE TABLE {ClickHouseNames.Table(table.Name)} {ClickHouseDdl.FormOf(table, info)}", cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        await _server.ExecuteAsync($"DROP TABLE {ClickHouseNames.Table(table)}", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        await _server.ExecuteAsync($"TRUNCATE TABLE {ClickHouseNames.Table(table)}", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken) =>
        await _server.ExecuteAsync($"CREATE DATABASE {ClickHouseNames.Instance.Quote(schema)}", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken)
    {
        if (!cascade)
        {
            await foreach (SchemaTableName table in Metadata.ListTablesAsync(session, schema, cancellationToken))
                throw new QueryException(ErrorCode.DependentObjects, $"schema {schema} has tables, {table.Table} among them", "DROP SCHEMA ... CASCADE drops them too.");
        }

        await _server.ExecuteAsync($"DROP DATABASE {ClickHouseNames.Instance.Quote(schema)}", cancellationToken);
    }

    /// <inheritdoc/>
    public bool CanChange(TableChange change) => change switch
    {
        AddColumnChange { Fill: null, Column: { IsNullable: true, Default: null, Generated: null } } => true,
        RenameColumnChange => _server.InfoIfKnown is { RenamesColumns: true },
        DropColumnChange { IsCascade: false } or RenameTableChange or SetCommentChange { Column: not null } => true,
        _ => false,
    };

    /// <inheritdoc/>
    public async ValueTask AlterTableAsync(ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count > 1)
            throw QueryException.NotSupported("several changes of a table at once in ClickHouse, which does each for itself,");
        ClickHouseInfo info = await _server.GetInfoAsync(cancellationToken);
        foreach (TableChange change in changes)
            await _server.ExecuteAsync(ClickHouseDdl.Alter(table, change, info), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return default;
    }
}
