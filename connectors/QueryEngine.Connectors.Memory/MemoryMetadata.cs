using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Describes the tables of a store. A handle is a snapshot: rows added later are not in it.</summary>
internal sealed class MemoryMetadata(MemoryStore store) : IConnectorMetadata
{
    /// <inheritdoc/>
    public PushdownKinds Pushdown => PushdownKinds.Limit;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new(store.ListSchemas(session));

    /// <inheritdoc/>
    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        foreach (SchemaTableName name in store.ListTables(session, schema))
            yield return name;
    }

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken) =>
        new(store.Find(session, schema, table));

    /// <inheritdoc/>
    public ValueTask<TableSchema> DescribeAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        using MemoryTable version = store.Get(session, (MemoryTableHandle)table);
        TableDefinition definition = version.Definition;
        return new(new TableSchema(definition.Name, definition.Columns)
        {
            PrimaryKey = definition.PrimaryKey,
            Constraints = definition.Constraints,
            Comment = definition.Comment,
        });
    }

    /// <inheritdoc/>
    public ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var handle = (MemoryTableHandle)table;
        using MemoryTable version = store.Get(session, handle);
        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        for (int column = 0; column < version.Columns.Count; column++)
            columns[version.Columns[column].Name] = version.Profiles[column].ToStatistics();
        return new(new TableStatistics { RowCount = handle.RowCount, Columns = columns });
    }

    /// <inheritdoc/>
    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation)
    {
        var handle = (MemoryTableHandle)table;
        return operation is PushLimit limit
            ? new PushdownAccepted(handle with { RowCount = Math.Min(handle.RowCount, limit.Count) })
            : new PushdownRefused("the rows are in this process already");
    }
}
