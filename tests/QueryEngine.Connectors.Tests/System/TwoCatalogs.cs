using System.Runtime.CompilerServices;
using QueryEngine.Connectors.System;
using QueryEngine.Connectors.Tpch;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.SystemTables;

/// <summary>An engine of two catalogs, one of TPC-H and one in memory, that tells of itself.</summary>
internal sealed class TwoCatalogs(IConnector memory) : ISystemData
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, IConnector> _catalogs = new() { ["memory"] = memory, ["tpch"] = new TpchConnector() };

    /// <summary>Catalogs that were looked into.</summary>
    public List<string> Asked { get; } = [];

    public ValueTask<IReadOnlyList<CatalogInfo>> GetCatalogsAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new([.. _catalogs.Keys.Select(name => new CatalogInfo(name, name))]);

    public async IAsyncEnumerable<SchemaInfo> GetSchemasAsync(
        ConnectorSession session, SystemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach ((string name, IConnector connector) in Catalogs(filter))
        {
            foreach (string schema in await connector.Metadata.ListSchemasAsync(session, cancellationToken))
                yield return new SchemaInfo(name, schema);
        }
    }

    public async IAsyncEnumerable<TableInfo> GetTablesAsync(
        ConnectorSession session, SystemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach ((string name, IConnector connector) in Catalogs(filter))
        {
            await foreach (SchemaTableName table in connector.Metadata.ListTablesAsync(session, filter.Schema, cancellationToken))
                yield return new TableInfo(name, table.Schema, table.Table);
        }

        if (filter.Catalog is null or "memory")
            yield return new TableInfo("memory", "default", "recent") { ViewText = "SELECT 1" };
    }

    public async IAsyncEnumerable<ColumnInfo> GetColumnsAsync(
        ConnectorSession session, SystemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableInfo table in GetTablesAsync(session, filter, cancellationToken))
        {
            if (table.ViewText is not null || (filter.Table is not null && filter.Table != table.Table))
                continue;

            IConnectorMetadata metadata = _catalogs[table.Catalog].Metadata;
            TableHandle handle = (await metadata.FindTableAsync(
                session, new RequestedName(table.Schema, true), new RequestedName(table.Table, true), cancellationToken))!;
            ValueList<TableColumn> columns = (await metadata.DescribeAsync(session, handle, cancellationToken)).Columns;
            for (int column = 0; column < columns.Count; column++)
                yield return new ColumnInfo(table.Catalog, table.Schema, table.Table, column + 1, columns[column]);
        }
    }

    public IReadOnlyList<NodeInfo> GetNodes() =>
        [new("n1", "http://127.0.0.1:8080", "coordinator", "active") { LastSeen = _noon, Threads = 2 }, new("n2", null, "worker", "lost")];

    public IReadOnlyList<QueryInfo> GetQueries() =>
        [new("q1", "finished", "ann", "SELECT 1", _noon) { Ended = _noon.AddMilliseconds(1500), OutputRows = 1 }, new("q2", "running", "bob", "TABLE t", _noon)];

    public IReadOnlyList<TaskInfo> GetTasks() => [new("q2", 1, "q2.1.0.0", 0, 0, "n1", "running") { Splits = 7 }];

    private IEnumerable<KeyValuePair<string, IConnector>> Catalogs(SystemFilter filter)
    {
        foreach (KeyValuePair<string, IConnector> catalog in _catalogs.Where(entry => filter.Catalog is null || filter.Catalog == entry.Key))
        {
            Asked.Add(catalog.Key);
            yield return catalog;
        }
    }
}
