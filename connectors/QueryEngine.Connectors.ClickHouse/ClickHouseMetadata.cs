using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.ClickHouse.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>The databases, tables and views of a server; a table's kind is its engine.</summary>
internal sealed class ClickHouseMetadata(ClickHouseServer server, ClickHouseDialect dialect) : SqlMetadata(dialect)
{
    private const string InnerTable = ".inner";

    private static readonly string[] _systemSchemas = ["system", "INFORMATION_SCHEMA", "information_schema"];

    /// <summary>Whether a table keeps its rows in parts.</summary>
    public static bool IsMergeTree(RemoteTable table) => table.Kind.EndsWith("MergeTree", StringComparison.Ordinal);

    /// <summary>A condition that finds a table among those of the server.</summary>
    public static string Where(RemoteTable table, string column) => $"database = {ClickHouseNames.Text(table.Schema)} AND {column} = {ClickHouseNames.Text(table.Name)}";

    /// <summary>Rows and bytes of a table's parts; null where it has none.</summary>
    public static async Task<(long Rows, long Bytes)?> ReadSizeAsync(ClickHouseServer server, RemoteTable table, CancellationToken cancellationToken)
    {
        List<object?[]> size = await server.QueryAsync(
            $"SELECT toInt64(sum(rows)), toInt64(sum(bytes_on_disk)), toInt64(count()) FROM system.parts WHERE active AND {Where(table, "table")}", cancellationToken);
        return (long)size[0][2]! == 0 ? null : ((long)size[0][0]!, (long)size[0][1]!);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
    [
        .. (await server.QueryAsync("SELECT name FROM system.databases ORDER BY name", cancellationToken)).Select(row => (string)row[0]!).Where(IsShown),
    ];

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RemoteTable table in await ListAsync(schema is null ? "" : $" AND database = {ClickHouseNames.Text(schema)}", cancellationToken))
            yield return new SchemaTableName(table.Schema, table.Name);
    }

    /// <inheritdoc/>
    public override async ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        string? schemaName = schema.IsExact ? schema.Text : schema.Choose(await ListSchemasAsync(session, cancellationToken));
        if (schemaName is null)
            return null;
        string name = table.IsExact ? $" AND name = {ClickHouseNames.Text(table.Text)}" : $" AND lowerUTF8(name) = lowerUTF8({ClickHouseNames.Text(table.Text)})";
        List<RemoteTable> tables = await ListAsync($" AND database = {ClickHouseNames.Text(schemaName)}{name}", cancellationToken);
        string? chosen = table.Choose(tables.Select(candidate => candidate.Name));
        return chosen is null ? null : new SqlTableHandle(tables.First(candidate => candidate.Name == chosen));
    }

    /// <inheritdoc/>
    public override async ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        ClickHouseInfo info = await server.GetInfoAsync(cancellationToken);
        var name = new SqlText();
        dialect.WriteTable(name, remote);
        string described = remote.IsQuery ? $"({remote.Name}\n)" : name.ToString();
        List<object?[]> rows = await server.QueryAsync($"DESCRIBE TABLE {described}", cancellationToken);
        return new TableSchema(
            remote.DescribedName,
            [
                .. rows.Select(row => new TableColumn(ClickHouseTypes.ToColumn((string)row[0]!, (string)row[1]!, info, server.Options.StringIsBinary))
                {
                    IsNullable = ((string)row[1]!).Contains("Nullable(", StringComparison.Ordinal) || ((string)row[1]!).StartsWith("Nothing", StringComparison.Ordinal),
                    Comment = row.Length > 4 && row[4] is string { Length: > 0 } comment ? comment : null,
                }),
            ]);
    }

    /// <inheritdoc/>
    public override async ValueTask<TableStatistics> GetStatisticsAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)table;
        if (!handle.IsDivisible || handle.Source is not null || !IsMergeTree(handle.Table) || await ReadSizeAsync(server, handle.Table, cancellationToken) is not var (rows, _))
            return TableStatistics.Unknown;
        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        foreach (object?[] row in await server.QueryAsync(
            $"SELECT name, type, toInt64(data_uncompressed_bytes) FROM system.columns WHERE {Where(handle.Table, "table")}", cancellationToken))
        {
            columns[(string)row[0]!] = new ColumnStatistics
            {
                AverageBytes = rows == 0 ? null : (double)(long)row[2]! / rows,
                NullFraction = ((string)row[1]!).Contains("Nullable(", StringComparison.Ordinal) ? null : 0,
            };
        }

        return new TableStatistics { RowCount = rows, Columns = columns };
    }

    private bool IsShown(string schema) => server.Options.IncludesSystemTables || !_systemSchemas.Contains(schema);

    private async Task<List<RemoteTable>> ListAsync(string where, CancellationToken cancellationToken) =>
    [
        .. (await server.QueryAsync($"SELECT database, name, engine FROM system.tables WHERE NOT is_temporary{where} ORDER BY database, name", cancellationToken))
            .Select(row => new RemoteTable((string)row[0]!, (string)row[1]!, (string)row[2]!))
            .Where(table => IsShown(table.Schema) && !table.Name.StartsWith(InnerTable, StringComparison.Ordinal) && !ClickHouseWrites.IsStaging(table.Name)),
    ];
}
