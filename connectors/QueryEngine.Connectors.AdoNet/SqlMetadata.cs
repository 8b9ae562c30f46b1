using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Metadata of a relational source: the connector lists, finds and describes; pushdown and remote text come from the dialect.</summary>
public abstract class SqlMetadata(SqlDialect dialect) : IConnectorMetadata
{
    private readonly SqlPushdown _pushdown = new(dialect);

    /// <inheritdoc/>
    public PushdownKinds Pushdown => _pushdown.AcceptedKinds;

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation) =>
        _pushdown.TryPush((SqlTableHandle)table, operation);

    /// <inheritdoc/>
    public string DescribeScan(TableHandle table, IReadOnlyList<ColumnHandle> columns) =>
        new SqlGenerator(dialect, isShown: true).WriteScan((SqlTableHandle)table, columns, SqlTablePart.Whole).ToString();
}
