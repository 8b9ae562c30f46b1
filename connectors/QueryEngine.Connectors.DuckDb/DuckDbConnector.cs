using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Reading;
using QueryEngine.Connectors.DuckDb.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>A catalog over one DuckDB file.</summary>
internal sealed class DuckDbConnector : IConnector, ISupportsRemoteQueries, ISupportsRowChanges, ISupportsDdl, ISupportsAccessControl
{
    private readonly DuckDbOptions _options;
    private readonly DuckDbDatabase _database;
    private readonly DuckDbWrites _writes;

    public DuckDbConnector(DuckDbOptions options)
    {
        _options = options;
        _database = new DuckDbDatabase(options);
        _writes = new DuckDbWrites(_database);
        Metadata = new DuckDbMetadata(_database);
        Splits = new DuckDbSplitManager(_database);
        RecordSets = new DuckDbRecordSetProvider(_database);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; }

    /// <inheritdoc/>
    public ISplitManager Splits { get; }

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; }

    /// <inheritdoc/>
    public TableFeatures Features => TableFeatures.Keys;

    /// <summary>The file and its connections, for tests.</summary>
    internal DuckDbDatabase Database => _database;

    /// <inheritdoc/>
    public ValueTask CheckAccessAsync(ConnectorSession session, AccessRequest request, CancellationToken cancellationToken)
    {
        SqlAccess.Check(_options.IsReadOnly, _options.Path, request.Kind);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask EndQueryAsync(string queryId)
    {
        _database.FileIfOpen?.Snapshots.EndQuery(queryId);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken) =>
        new(new SqlTableHandle(RemoteTable.OfQuery(query)));

    /// <inheritdoc/>
    public ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) => RunAsync([statement], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) =>
        new(_writes.Begin(intent, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IRecordSink> OpenSinkAsync(ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        new(_writes.OpenSink((DuckDbWriteHandle)handle, writer));

    /// <inheritdoc/>
    public ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken) =>
        new(_writes.Finish((DuckDbWriteHandle)handle, fragments, cancellationToken));

    /// <inheritdoc/>
    public ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken)
    {
        _writes.Abort((DuckDbWriteHandle)handle);
        return default;
    }

    /// <inheritdoc/>
    public ColumnHandle RowIdOf(TableHandle table)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        return DuckDbMetadata.HasRowId(_database, remote)
            ? new SqlColumn("rowid", SqlType.BigInt, "rowid")
            : throw QueryException.NotSupported($"changing rows of {remote.Name}, which is a view or has a column named rowid,");
    }

    /// <inheritdoc/>
    public ValueTask<long?> TryDeleteAsync(ConnectorSession session, TableHandle rows, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        return handle.Table.Kind != DuckDbMetadata.Table || new SqlGenerator(new DuckDbDialect(() => _database.File.Catalog)).WriteDelete(handle) is not { } sql
            ? new((long?)null)
            : new(_writes.Run([sql.ToString()], cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<long?> TryUpdateAsync(
        ConnectorSession session, TableHandle rows, ValueList<ColumnAssignment> assignments, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        return handle.Table.Kind != DuckDbMetadata.Table
            || new SqlGenerator(new DuckDbDialect(() => _database.File.Catalog)).WriteUpdate(handle, assignments) is not { } sql
            ? new((long?)null)
            : new(_writes.Run([sql.ToString()], cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken) =>
        RunAsync([DuckDbDdl.CreateTable(_database.File.Catalog, table)], cancellationToken);

    /// <inheritdoc/>
    public ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        RunAsync([$"DROP TABLE {DuckDbDdl.Name(_database.File.Catalog, table)}"], cancellationToken);

    /// <inheritdoc/>
    public ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        RunAsync([$"DELETE FROM {DuckDbDdl.Name(_database.File.Catalog, table)}"], cancellationToken);

    /// <inheritdoc/>
    public ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken) =>
        RunAsync([$"CREATE SCHEMA {DuckDbNames.Quote(_database.File.Catalog)}.{DuckDbNames.Quote(schema)}"], cancellationToken);

    /// <inheritdoc/>
    public ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken) =>
        RunAsync([$"DROP SCHEMA {DuckDbNames.Quote(_database.File.Catalog)}.{DuckDbNames.Quote(schema)}{(cascade ? " CASCADE" : "")}"], cancellationToken);

    /// <inheritdoc/>
    public bool CanChange(TableChange change) => change switch
    {
        AddColumnChange { Fill: null, Column: { IsNullable: true, Default: null, Generated: null } } => true,
        DropColumnChange { IsCascade: false } or RenameColumnChange or SetNullableChange or SetCommentChange or RenameTableChange => true,
        _ => false,
    };

    /// <inheritdoc/>
    public ValueTask AlterTableAsync(ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        if (changes.OfType<RenameTableChange>().FirstOrDefault(rename => rename.NewName.Schema != table.Schema) is { } move)
            throw QueryException.NotSupported($"moving a table of DuckDB to schema {move.NewName.Schema}");
        return RunAsync([.. changes.Select(change => DuckDbDdl.Alter(_database.File.Catalog, table, change))], cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return default;
    }

    private ValueTask RunAsync(string[] statements, CancellationToken cancellationToken)
    {
        _writes.Run(statements, cancellationToken);
        return default;
    }
}
