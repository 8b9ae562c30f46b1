using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>A catalog of tables in native memory. Everything it can do happens in the process that holds the rows.</summary>
internal sealed class MemoryConnector : IConnector, ISupportsRowChanges, ISupportsDdl, ISupportsTransactions
{
    private readonly MemoryStore _store;
    private readonly MemoryWrites _writes;
    private readonly MemoryDefinitions _definitions;

    public MemoryConnector(ConnectorContext context)
    {
        _store = new MemoryStore(context.CatalogName);
        MemoryContext memory = context.Memory.Child($"catalog {context.CatalogName}");
        _writes = new MemoryWrites(_store, memory);
        _definitions = new MemoryDefinitions(_store, memory);
        Metadata = new MemoryMetadata(_store);
        Splits = new MemorySplitManager(context.NodeId);
        RecordSets = new MemoryRecordSetProvider(_store);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; }

    /// <inheritdoc/>
    public ISplitManager Splits { get; }

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; }

    /// <inheritdoc/>
    public bool IsNodeLocal => true;

    /// <inheritdoc/>
    public ValueTask<WriteHandle> BeginWriteAsync(
        ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) => new(_writes.Begin(session, intent));

    /// <inheritdoc/>
    public ValueTask<IRecordSink> OpenSinkAsync(
        ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        new(_writes.OpenSink((MemoryWriteHandle)handle));

    /// <inheritdoc/>
    public ValueTask<long> FinishWriteAsync(
        ConnectorSession session,
        WriteHandle handle,
        IReadOnlyList<ReadOnlyMemory<byte>> fragments,
        CancellationToken cancellationToken) => new(_writes.Finish(session, (MemoryWriteHandle)handle, fragments));

    /// <inheritdoc/>
    public ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken)
    {
        _writes.Abort((MemoryWriteHandle)handle);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ColumnHandle RowIdOf(TableHandle table) => MemoryTableHandle.RowNumber;

    /// <inheritdoc/>
    public ValueTask EndQueryAsync(string queryId) => DoAsync(() => _store.EndQuery(queryId));

    /// <inheritdoc/>
    public TableFeatures Features => TableFeatures.Defaults | TableFeatures.Checks | TableFeatures.Keys | TableFeatures.ForeignKeys
        | TableFeatures.Generated | TableFeatures.Comments | TableFeatures.Rewrites;

    /// <inheritdoc/>
    public bool CanChange(TableChange change) => change is not SetColumnTypeChange;

    /// <inheritdoc/>
    public ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.Create(session, table));

    /// <inheritdoc/>
    public ValueTask AlterTableAsync(
        ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.Alter(session, table, changes));

    /// <inheritdoc/>
    public ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.Drop(session, table, cascade: false));

    /// <inheritdoc/>
    public ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, bool cascade, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.Drop(session, table, cascade));

    /// <inheritdoc/>
    public ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.Truncate(session, table));

    /// <inheritdoc/>
    public ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.CreateSchema(session, schema));

    /// <inheritdoc/>
    public ValueTask RenameSchemaAsync(ConnectorSession session, string schema, string newName, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.RenameSchema(session, schema, newName));

    /// <inheritdoc/>
    public ValueTask DropSchemaAsync(
        ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken) =>
        DoAsync(() => _definitions.DropSchema(session, schema, cascade));

    /// <inheritdoc/>
    public ValueTask BeginTransactionAsync(string transactionId, CancellationToken cancellationToken) => DoAsync(() => _store.Begin(transactionId));

    /// <inheritdoc/>
    public ValueTask CommitTransactionAsync(string transactionId, CancellationToken cancellationToken) => DoAsync(() => _store.Commit(transactionId));

    /// <inheritdoc/>
    public ValueTask RollbackTransactionAsync(string transactionId, CancellationToken cancellationToken) => DoAsync(() => _store.Rollback(transactionId));

    /// <inheritdoc/>
    public ValueTask SetSavepointAsync(string transactionId, string name, CancellationToken cancellationToken) =>
        DoAsync(() => _store.InTransaction(transactionId, transaction => transaction.SetSavepoint(name)));

    /// <inheritdoc/>
    public ValueTask RollbackToSavepointAsync(string transactionId, string name, CancellationToken cancellationToken) =>
        DoAsync(() => _store.InTransaction(transactionId, transaction => transaction.RollbackTo(name)));

    /// <inheritdoc/>
    public ValueTask ReleaseSavepointAsync(string transactionId, string name, CancellationToken cancellationToken) =>
        DoAsync(() => _store.InTransaction(transactionId, transaction => transaction.Release(name)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writes.Dispose();
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ValueTask DoAsync(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }
}
