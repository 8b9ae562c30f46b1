using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.System;

/// <summary>Finds system tables; names of catalogs, schemas and tables in conditions reach those who make the rows.</summary>
internal sealed class SystemMetadata : IConnectorMetadata
{
    private readonly Dictionary<SchemaTableName, SystemTable> _tables;
    private readonly Dictionary<string, SystemTable> _information;

    public SystemMetadata(ISystemData data)
    {
        var metadata = new MetadataTables(data);
        _tables = metadata.Metadata
            .Concat(RuntimeTables.Create(data))
            .Concat(data.MoreTables)
            .ToDictionary(table => table.Name);
        _information = metadata.Information.ToDictionary(table => table.Name.Table, StringComparer.Ordinal);
        InformationTables = [.. metadata.Information.Select(table => table.Name.Table)];
    }

    /// <inheritdoc/>
    public PushdownKinds Pushdown => PushdownKinds.Filter;

    /// <summary>Names of the tables of <c>information_schema</c>.</summary>
    public IReadOnlyList<string> InformationTables { get; }

    /// <summary>The table of a handle.</summary>
    public SystemTable Get(SystemTableHandle handle) =>
        handle.Catalog is null ? _tables[handle.Name] : _information[handle.Table];

    /// <summary>A table of the <c>information_schema</c> of a catalog, or null.</summary>
    public TableHandle? FindInformationTable(string catalog, RequestedName table) =>
        table.Choose(_information.Keys) is { } name
            ? new SystemTableHandle(MetadataTables.InformationSchema, name, catalog, TupleDomain.All)
            : null;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new([.. _tables.Keys.Select(name => name.Schema).Distinct().Order(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        foreach (SchemaTableName name in _tables.Keys)
        {
            if (schema is null || schema == name.Schema)
                yield return name;
        }
    }

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        if (schema.Choose(_tables.Keys.Select(name => name.Schema)) is not { } schemaName)
            return new((TableHandle?)null);

        string? tableName = table.Choose(_tables.Keys.Where(name => name.Schema == schemaName).Select(name => name.Table));
        return new(tableName is null ? null : new SystemTableHandle(schemaName, tableName, null, TupleDomain.All));
    }

    /// <inheritdoc/>
    public ValueTask<TableSchema> DescribeAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var handle = (SystemTableHandle)table;
        return new(new TableSchema(handle.Name, Get(handle).Columns));
    }

    /// <inheritdoc/>
    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation)
    {
        if (operation is not PushFilter filter)
            return new PushdownRefused($"the engine's own rows take no {operation.Kind}");

        var handle = (SystemTableHandle)table;
        TupleDomain domain = handle.Domain.Intersect(OnlyTexts(filter.Domain));
        return domain == handle.Domain
            ? new PushdownRefused("only columns that are equal to a text narrow what the engine looks up")
            : new PushdownAccepted(handle with { Domain = domain }, Guarantee.Superset)
            {
                Reason = "names decide what is looked up; the rows are checked afterwards",
            };
    }

    /// <summary>The part of a domain that says of columns that they are equal to one text.</summary>
    private static TupleDomain OnlyTexts(TupleDomain domain) => domain with
    {
        Columns = domain.Columns.Where(column => column.Domain.Values is [string]).ToValueList(),
    };
}
