using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Databases, which are the schemas, with their tables and columns, from information_schema of the server.</summary>
internal sealed class MariaDbMetadata(OdbcPool pool, MariaDbOptions options, MariaDbDialect dialect) : SqlMetadata(dialect)
{
    public const string Table = "BASE TABLE";

    private static readonly string[] _system = ["information_schema", "mysql", "performance_schema", "sys"];

    private readonly MariaDbTypes _types = new(options.TinyIsBoolean);

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken)
    {
        List<string?[]> rows = await pool.RunAsync(
            work => work.Query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY 1"), cancellationToken);
        return [.. rows.Select(row => row[0]!).Where(IsVisible)];
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (schema is not null && schema.Any(char.IsSurrogate))
            yield break; // names are utf8mb3, which the server does not compare with more
        string where = schema is null ? "" : $" WHERE TABLE_SCHEMA = {Text(schema)}";
        List<string?[]> rows = await pool.RunAsync(
            work => work.Query($"SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES{where} ORDER BY 1, 2"), cancellationToken);
        foreach (string?[] row in rows)
            if (IsVisible(row[0]!) && (schema is null || row[0] == schema) && !MariaDbWrites.IsStaging(row[1]!))
                yield return new SchemaTableName(row[0]!, row[1]!);
    }

    /// <inheritdoc/>
    public override async ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        return await pool.RunAsync(work => Find(work, schema, table), cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        return await pool.RunAsync(work => remote.IsQuery ? DescribeQuery(work, remote) : Describe(work, remote), cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)table;
        return await pool.RunAsync(work => ReadStatistics(work, handle), cancellationToken);
    }

    /// <summary>The columns of the primary key of a table, in order.</summary>
    public static List<string> ReadPrimaryKey(OdbcWork work, RemoteTable table) =>
    [
        .. work.Query(
            "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE INDEX_NAME = 'PRIMARY' "
            + $"AND TABLE_SCHEMA = {Text(table.Schema)} AND TABLE_NAME = {Text(table.Name)} ORDER BY SEQ_IN_INDEX")
            .Select(row => row[0]!),
    ];

    /// <summary>A text as a literal.</summary>
    public static string Text(string text)
    {
        var sql = new SqlText();
        if (new MariaDbLiterals(isShown: false).Write(sql, text, SqlType.Varchar) is { } reason)
            throw new QueryException(ErrorCode.InvalidName, $"'{text}' cannot be a name: {reason}");
        return sql.ToString();
    }

    private bool IsVisible(string schema) => options.IncludesSystemTables || !_system.Contains(schema, StringComparer.OrdinalIgnoreCase);

    // Whether names differ by case depends on the server: the choice is made here. Lists of names cost the server nothing.
    private static SqlTableHandle? Find(OdbcWork work, RequestedName schema, RequestedName table)
    {
        string? database = schema.Choose(work.Query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA").Select(row => row[0]!));
        if (database is null)
            return null;
        string where = $"TABLE_SCHEMA = {Text(database)}";
        string? name = table.Choose(work.Query($"SELECT TABLE_NAME FROM information_schema.TABLES WHERE {where}").Select(row => row[0]!));
        if (name is null)
            return null;
        List<string?[]> kinds = work.Query($"SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES WHERE {where} AND TABLE_NAME = {Text(name)}");
        return kinds.Find(row => row[1] == name) is [{ } kind, _] ? new SqlTableHandle(new RemoteTable(database, name, kind)) : null;
    }

    // The driver tells types of a query; of text it tells no collation.
    private TableSchema DescribeQuery(OdbcWork work, RemoteTable query)
    {
        var sql = new SqlText().Add("SELECT * FROM ");
        dialect.WriteTable(sql, query);
        IEnumerable<SqlColumn> columns = work.Describe(sql.Add(" LIMIT 0").ToString()).Select(OdbcTypes.ToColumn)
            .Select(column => column.Type.IsText ? column with { Comparison = SqlComparison.Full, Reason = null, Collation = "unknown" } : column);
        return new TableSchema(query.DescribedName, [.. columns.Select(column => new TableColumn(column))]);
    }

    private TableSchema Describe(OdbcWork work, RemoteTable remote)
    {
        string where = $"TABLE_SCHEMA = {Text(remote.Schema)} AND TABLE_NAME = {Text(remote.Name)}";
        List<string?[]> columns = work.Query(
            "SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE, COLUMN_COMMENT, TABLE_NAME "
            + $"FROM information_schema.COLUMNS WHERE {where} ORDER BY ORDINAL_POSITION");
        columns.RemoveAll(column => column[6] != remote.Name); // names there compare without case
        if (columns.Count == 0)
            throw new QueryException(ErrorCode.UndefinedTable, $"table {remote.Schema}.{remote.Name} is no longer there");
        HashSet<string> json = ReadJsonColumns(work, remote, columns);
        List<(string Index, string Column)> keys =
        [
            .. work.Query($"SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS WHERE {where} AND NON_UNIQUE = 0 AND SUB_PART IS NULL ORDER BY INDEX_NAME, SEQ_IN_INDEX")
                .Where(row => row[1] is not null).Select(row => (row[0]!, row[1]!)),
        ];
        ValueList<string> primary = [.. keys.Where(key => key.Index == "PRIMARY").Select(key => key.Column)];
        string? comment = work.Query($"SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE {where} AND TABLE_TYPE = '{Table}'").FirstOrDefault()?[0];
        return new TableSchema(
            new SchemaTableName(remote.Schema, remote.Name),
            [
                .. columns.Select(column => new TableColumn(_types.ToColumn(column[0]!, column[1]!, column[2], column[3], json.Contains(column[0]!)))
                {
                    IsNullable = column[4] == "YES",
                    Comment = column[5] is { Length: > 0 } text ? text : null,
                }),
            ])
        {
            PrimaryKey = primary,
            Comment = comment is { Length: > 0 } ? comment : null,
            // A key of text that knows no case says more than a key of the engine.
            Constraints =
            [
                .. keys.GroupBy(key => key.Index).Select(index => (RowConstraint)new UniqueConstraint(index.Key, [.. index.Select(key => key.Column)]) { IsPrimaryKey = index.Key == "PRIMARY" }),
            ],
        };
    }

    // MariaDB keeps json as text with a check; a view of it has the text.
    private static HashSet<string> ReadJsonColumns(OdbcWork work, RemoteTable remote, List<string?[]> columns)
    {
        if (remote.Kind != Table || !columns.Any(column => column[1] == "longtext"))
            return [];
        List<string?[]> checks = work.Query(
            $"SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {Text(remote.Schema)} AND TABLE_NAME = {Text(remote.Name)}");
        var clauses = new HashSet<string>(checks.Select(check => check[0] ?? ""), StringComparer.Ordinal);
        return [.. columns.Select(column => column[0]!).Where(name => clauses.Contains($"json_valid(`{name.Replace("`", "``", StringComparison.Ordinal)}`)"))];
    }

    private static TableStatistics ReadStatistics(OdbcWork work, SqlTableHandle handle)
    {
        var known = new Dictionary<RemoteTable, double?>();
        if (SqlEstimates.Rows(handle, table => known.TryGetValue(table, out double? counted) ? counted : known[table] = CountRows(work, table)) is not { } rows)
            return TableStatistics.Unknown;

        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        if (!handle.IsOfOneTable || handle.Aggregation is not null)
            return new TableStatistics { RowCount = rows };
        string where = $"TABLE_SCHEMA = {Text(handle.Table.Schema)} AND TABLE_NAME = {Text(handle.Table.Name)}";
        foreach (string?[] row in work.Query($"SELECT COLUMN_NAME, CARDINALITY FROM information_schema.STATISTICS WHERE {where} AND SEQ_IN_INDEX = 1"))
            if (row[0] is { } column && double.TryParse(row[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double distinct))
                columns[column] = new ColumnStatistics { DistinctCount = Math.Min(distinct, rows) };
        return new TableStatistics { RowCount = rows, Columns = columns };
    }

    private static double? CountRows(OdbcWork work, RemoteTable table) =>
        table.Kind == Table
        && work.Query($"SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = {Text(table.Schema)} AND TABLE_NAME = {Text(table.Name)}") is [[{ } counted]]
        && double.TryParse(counted, NumberStyles.Float, CultureInfo.InvariantCulture, out double rows) ? rows : null;
}
