using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>A catalog of tables in native memory. Everything it can do happens in the process that holds the rows.</summary>
internal sealed class MemoryConnector : IConnector, ISupportsWrites, ISupportsDdl
{
    private readonly MemoryStore _store;
    private readonly MemoryWrites _writes;

    public MemoryConnector(ConnectorContext context)
    {
        _store = new MemoryStore(context.CatalogName);
        _writes = new MemoryWrites(_store, context.Memory.Child($"catalog {context.CatalogName}"));
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
        ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) => new(_writes.Begin(intent));

    /// <inheritdoc/>
    public ValueTask<IRecordSink> OpenSinkAsync(
        ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        new(_writes.OpenSink((MemoryWriteHandle)handle));

    /// <inheritdoc/>
    public ValueTask<long> FinishWriteAsync(
        ConnectorSession session,
        WriteHandle handle,
        IReadOnlyList<ReadOnlyMemory<byte>> fragments,
        CancellationToken cancellationToken) => new(_writes.Finish((MemoryWriteHandle)handle, fragments));

    /// <inheritdoc/>
    public ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken)
    {
        _writes.Abort((MemoryWriteHandle)handle);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken)
    {
        MemoryWrites.CheckProperties(table.Properties);
        ValueList<TableColumn> columns = table.Columns
            .Select(column => column with { IsNullable = column.IsNullable && !table.PrimaryKey.Contains(column.Name) })
            .ToValueList();
        _store.CreateTable(table.Name, new MemoryTable(columns, table.PrimaryKey));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken)
    {
        _store.DropTable(table);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken)
    {
        _store.TruncateTable(table);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken)
    {
        _store.CreateSchema(schema);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DropSchemaAsync(
        ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken)
    {
        _store.DropSchema(schema, cascade);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writes.Dispose();
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
