using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>The tables and views of a file, all in schema <c>main</c>.</summary>
internal sealed class SqliteMetadata(SqliteOptions options) : SqlMetadata(SqliteDialect.Instance)
{
    public const string Schema = "main";
    public const string Table = "table";

    private const string TablesQuery =
        "SELECT name, type FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

    /// <summary>A name by which the rowid of a table can be had; null for tables without one.</summary>
    public static string? FindRowId(SqliteDatabase database, RemoteTable table)
    {
        string name = StandardIdentifiers.Instance.Quote(table.Name);
        var columns = new HashSet<string>(ReadColumns(database, table.Name).Select(column => column.Name), StringComparer.OrdinalIgnoreCase);
        foreach (string candidate in (string[])["rowid", "_rowid_", "oid"])
        {
            if (columns.Contains(candidate))
                continue;
            try
            {
                // A quoted name that is no column would be a string: the bare word is tried.
                using SqliteStatement trial = database.Prepare($"SELECT {candidate} FROM main.{name} LIMIT 0");
                return candidate;
            }
            catch (QueryException)
            {
                return null;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) => new([Schema]);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (schema is not null and not Schema)
            yield break;
        foreach (RemoteTable table in ListTables())
            yield return new SchemaTableName(Schema, table.Name);
        await ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        if (!schema.Matches(Schema))
            return new((TableHandle?)null);
        List<RemoteTable> tables = ListTables();
        string? name = table.Choose(tables.Select(candidate => candidate.Name));
        return new(name is null ? null : new SqlTableHandle(tables.First(candidate => candidate.Name == name)));
    }

    /// <inheritdoc/>
    public override ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        using SqliteDatabase database = SqliteDatabase.Open(options);
        if (remote.IsQuery)
            return new(DescribeQuery(database, remote));
        var columns = new List<TableColumn>();
        var keys = new SortedDictionary<long, string>();
        foreach (DeclaredColumn column in ReadColumns(database, remote.Name))
        {
            string? collation = ReadCollation(database, remote, column.Name);
            columns.Add(new TableColumn(SqliteTypes.ToColumn(column.Name, column.Type, collation))
            {
                IsNullable = !column.IsNotNull,
                IsHidden = column.IsHidden,
            });
            if (column.KeyPlace > 0)
                keys[column.KeyPlace] = column.Name;
        }

        if (columns.Count == 0)
            throw new QueryException(ErrorCode.UndefinedTable, $"table {remote.Name} is no longer in {options.Path}");
        return new(new TableSchema(new SchemaTableName(Schema, remote.Name), [.. columns])
        {
            PrimaryKey = [.. keys.Values],
            Constraints = [.. ReadKeys(database, remote, [.. keys.Values])],
        });
    }

    /// <inheritdoc/>
    public override ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)table;
        using SqliteDatabase database = SqliteDatabase.Open(options);
        return new(SqliteStatistics.Read(database, handle));
    }

    /// <summary>The columns as declared.</summary>
    public static List<DeclaredColumn> ReadColumns(SqliteDatabase database, string table)
    {
        using SqliteStatement statement = database.Prepare(
            "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid");
        statement.Bind(1, table);
        var columns = new List<DeclaredColumn>();
        while (statement.Step())
            columns.Add(new DeclaredColumn(
                statement.GetText(0)!, statement.GetText(1) ?? "", statement.GetInt64(2) != 0, statement.GetInt64(3), statement.GetInt64(4) == 1));
        return columns;
    }

    private static IEnumerable<RowConstraint> ReadKeys(SqliteDatabase database, RemoteTable table, ValueList<string> primaryKey)
    {
        if (primaryKey.Count > 0)
            yield return new UniqueConstraint("primary key", primaryKey) { IsPrimaryKey = true };
        using SqliteStatement statement = database.Prepare(
            """
            SELECT l.name, i.name FROM pragma_index_list(?, 'main') AS l, pragma_index_info(l.name, 'main') AS i
            WHERE l."unique" = 1 AND l.partial = 0 AND l.origin <> 'pk' ORDER BY l.seq, i.seqno
            """);
        statement.Bind(1, table.Name);
        var columns = new List<(string Index, string? Column)>();
        while (statement.Step())
            columns.Add((statement.GetText(0)!, statement.GetText(1)));

        // An index over an expression has a column without a name.
        foreach (IGrouping<string, (string Index, string? Column)> index in columns.GroupBy(column => column.Index))
        {
            if (index.All(column => column.Column is not null))
                yield return new UniqueConstraint(index.Key, [.. index.Select(column => column.Column!)]);
        }
    }

    // A column of a table has the declared type of it; what a query computes has none, and is text.
    private static TableSchema DescribeQuery(SqliteDatabase database, RemoteTable query)
    {
        var sql = new SqlText().Add("SELECT * FROM ");
        SqliteDialect.Instance.WriteTable(sql, query);
        using SqliteStatement statement = database.Prepare(sql.ToString());
        var columns = new List<TableColumn>();
        for (int column = 0; column < Sqlite3.ColumnCount(statement.Pointer); column++)
        {
            string name = Marshal.PtrToStringUTF8(Sqlite3.ColumnName(statement.Pointer, column)) ?? "";
            string declared = Marshal.PtrToStringUTF8(Sqlite3.ColumnDeclaredType(statement.Pointer, column)) ?? "";
            columns.Add(new TableColumn(SqliteTypes.ToColumn(name, declared, "unknown")));
        }

        return new TableSchema(query.DescribedName, [.. columns]);
    }

    private List<RemoteTable> ListTables()
    {
        using SqliteDatabase database = SqliteDatabase.Open(options);
        using SqliteStatement statement = database.Prepare(TablesQuery);
        var tables = new List<RemoteTable>();
        while (statement.Step())
            tables.Add(new RemoteTable(Schema, statement.GetText(0)!, statement.GetText(1)!));
        return tables;
    }

    // A column of a view compares as the column below it does, which SQLite does not tell: it counts as not binary.
    private static string? ReadCollation(SqliteDatabase database, RemoteTable table, string column)
    {
        if (table.Kind != Table || Sqlite3.ColumnMetadata(database, Schema, table.Name, column, out _, out nint collation, 0, 0, 0) != Sqlite3.Ok)
            return "unknown";
        string? name = Marshal.PtrToStringUTF8(collation);
        return name is null or "BINARY" ? null : name;
    }
}

/// <summary>A column as SQLite's schema has it; <see cref="KeyPlace"/> counts from 1, 0 for none.</summary>
internal sealed record DeclaredColumn(string Name, string Type, bool IsNotNull, long KeyPlace, bool IsHidden);
