using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Generic;

/// <summary>
/// Tables and columns as the driver tells them. A schema of the source is a schema; of a source that has catalogs but no schemas, a catalog is; of
/// one that has neither, there is one schema, <c>main</c>.
/// </summary>
internal sealed class OdbcMetadata(OdbcPool pool, OdbcDialect dialect) : SqlMetadata(dialect)
{
    private const string OnlySchema = "main";

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Select(table => table.Schema).Distinct().Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RemoteTable table in await ListAsync(cancellationToken))
            if (schema is null || table.Schema == schema)
                yield return new SchemaTableName(table.Schema, table.Name);
    }

    /// <inheritdoc/>
    public override async ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        List<RemoteTable> tables = await ListAsync(cancellationToken);
        string? chosenSchema = schema.Choose(tables.Select(candidate => candidate.Schema));
        string? chosen = table.Choose(tables.Where(candidate => candidate.Schema == chosenSchema).Select(candidate => candidate.Name));
        return chosen is null ? null : new SqlTableHandle(tables.First(candidate => candidate.Schema == chosenSchema && candidate.Name == chosen));
    }

    /// <inheritdoc/>
    public override async ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        var sql = new SqlText().Add("SELECT * FROM ");
        dialect.WriteTable(sql, remote);
        sql.Add(" WHERE 1 = 0");
        List<OdbcColumnDescription> columns = await pool.RunAsync(work => work.Describe(sql.ToString()), cancellationToken);
        return new TableSchema(
            remote.DescribedName,
            [.. columns.Select(column => new TableColumn(OdbcTypes.ToColumn(column)) { IsNullable = column.IsNullable })]);
    }

    /// <inheritdoc/>
    public override ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken) => new(TableStatistics.Unknown);

    private Task<List<RemoteTable>> ListAsync(CancellationToken cancellationToken) => pool.RunAsync(
        work =>
        {
            using OdbcStatement statement = work.Connection.CreateStatement();
            statement.ListTables(null, null, null);
            var tables = new List<RemoteTable>();
            foreach (string?[] row in work.Read(statement))
            {
                (string? catalog, string? schema, string name, string kind) = (row[0], row[1], row[2] ?? "", row[3] ?? "");
                if (name.Length == 0 || kind.StartsWith("SYSTEM", StringComparison.OrdinalIgnoreCase) || kind.Contains("INDEX", StringComparison.OrdinalIgnoreCase))
                    continue;
                string? level = !string.IsNullOrEmpty(schema) ? schema : !string.IsNullOrEmpty(catalog) ? catalog : null;
                tables.Add(new RemoteTable(level ?? OnlySchema, name, level is null ? OdbcDialect.WithoutSchema : kind));
            }

            return tables;
        },
        cancellationToken);
}
