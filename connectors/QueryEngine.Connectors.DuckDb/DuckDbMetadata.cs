using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>The schemas, tables and views of a file.</summary>
internal sealed class DuckDbMetadata(DuckDbDatabase database) : SqlMetadata(new DuckDbDialect(() => database.File.Catalog))
{
    public const string Table = "table";

    private const string View = "view";

    /// <summary>Whether rows of a table are told apart by rowid: no column of that name is in the way.</summary>
    public static bool HasRowId(DuckDbDatabase database, RemoteTable table) => table.Kind == Table && database.Read(
        $"""
        SELECT 1 FROM duckdb_columns() WHERE database_name = {DuckDbNames.Text(database.File.Catalog)} AND schema_name = {DuckDbNames.Text(table.Schema)}
            AND table_name = {DuckDbNames.Text(table.Name)} AND lower(column_name) = 'rowid'
        """).Count == 0;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) => new(
        [
            .. database.Read($"SELECT schema_name FROM duckdb_schemas() WHERE database_name = {Catalog} AND NOT internal OR (database_name = {Catalog} AND schema_name = 'main') ORDER BY 1")
                .Select(row => (string)row[0]!).Distinct(),
        ]);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RemoteTable table in ListTables())
            if (schema is null || table.Schema == schema)
                yield return new SchemaTableName(table.Schema, table.Name);
        await ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        List<RemoteTable> tables = ListTables();
        string? schemaName = schema.Choose(tables.Select(candidate => candidate.Schema));
        string? name = schemaName is null ? null : table.Choose(tables.Where(candidate => candidate.Schema == schemaName).Select(candidate => candidate.Name));
        return new(name is null ? null : new SqlTableHandle(tables.First(candidate => candidate.Schema == schemaName && candidate.Name == name)));
    }

    /// <inheritdoc/>
    public override ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        var sql = new SqlText().Add("SELECT * FROM ");
        new DuckDbDialect(() => database.File.Catalog).WriteTable(sql, remote);
        using DuckDbConnection connection = database.File.Connect();
        bool isCollated = HasCollations(connection, remote);
        (List<string> primaryKey, List<RowConstraint> constraints, HashSet<string> required) = remote.Kind == Table
            ? ReadConstraints(connection, remote) : ([], [], []);

        using DuckDbStatement statement = connection.Prepare(sql.ToString());
        var columns = new List<TableColumn>();
        for (int column = 0; column < statement.ColumnCount; column++)
        {
            using DuckDbTypeHandle type = statement.TypeOf(column);
            string name = statement.NameOf(column);
            columns.Add(new TableColumn(DuckDbTypes.ToColumn(name, type, isCollated)) { IsNullable = !required.Contains(name) });
        }

        return new(new TableSchema(remote.DescribedName, [.. columns]) { PrimaryKey = [.. primaryKey], Constraints = [.. constraints] });
    }

    /// <inheritdoc/>
    public override ValueTask<TableStatistics> GetStatisticsAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(DuckDbStatistics.Read(database, (SqlTableHandle)table));

    private string Catalog => DuckDbNames.Text(database.File.Catalog);

    private List<RemoteTable> ListTables() =>
    [
        .. database.Read(
            $"""
            SELECT schema_name, table_name, '{Table}' FROM duckdb_tables() WHERE database_name = {Catalog} AND NOT internal
            UNION ALL SELECT schema_name, view_name, '{View}' FROM duckdb_views() WHERE database_name = {Catalog} AND NOT internal ORDER BY ALL
            """).Select(row => new RemoteTable((string)row[0]!, (string)row[1]!, (string)row[2]!)),
    ];

    // DuckDB does not tell the collation of a column, only the statement that made the table; of what is computed, none.
    private bool HasCollations(DuckDbConnection connection, RemoteTable table)
    {
        string one = table.Kind == Table ? $" AND schema_name = {DuckDbNames.Text(table.Schema)} AND table_name = {DuckDbNames.Text(table.Name)}" : "";
        return connection.Read(
            $"SELECT 1 FROM duckdb_tables() WHERE database_name = {Catalog}{one} AND sql ILIKE '%collate%' LIMIT 1").Count > 0
            || (table.IsQuery && table.Name.Contains("collate", StringComparison.OrdinalIgnoreCase))
            || (table.Kind == View && connection.Read($"SELECT 1 FROM duckdb_views() WHERE database_name = {Catalog} AND NOT internal AND sql ILIKE '%collate%' LIMIT 1").Count > 0);
    }

    private (List<string> PrimaryKey, List<RowConstraint> Constraints, HashSet<string> Required) ReadConstraints(DuckDbConnection connection, RemoteTable table)
    {
        var primaryKey = new List<string>();
        var constraints = new List<RowConstraint>();
        var required = new HashSet<string>(StringComparer.Ordinal);
        foreach (object?[] row in connection.Read(
            $"""
            SELECT constraint_type, constraint_column_names, coalesce(constraint_name, constraint_text) FROM duckdb_constraints()
            WHERE database_name = {Catalog} AND schema_name = {DuckDbNames.Text(table.Schema)} AND table_name = {DuckDbNames.Text(table.Name)} ORDER BY constraint_index
            """))
        {
            string[] columns = [.. ((ValueList<object?>)row[1]!).Select(column => (string)column!)];
            switch ((string)row[0]!)
            {
                case "PRIMARY KEY":
                    primaryKey.AddRange(columns);
                    required.UnionWith(columns);
                    constraints.Add(new UniqueConstraint((string)row[2]!, [.. columns]) { IsPrimaryKey = true });
                    break;
                case "UNIQUE":
                    constraints.Add(new UniqueConstraint((string)row[2]!, [.. columns]));
                    break;
                case "NOT NULL":
                    required.UnionWith(columns);
                    break;
            }
        }

        return (primaryKey, constraints, required);
    }
}
