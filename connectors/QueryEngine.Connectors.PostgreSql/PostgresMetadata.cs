using System.Runtime.CompilerServices;
using Npgsql;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Schemas, tables and columns from the system catalogs of the server.</summary>
internal sealed class PostgresMetadata(PostgresDatabase server, PostgresDialect dialect) : SqlMetadata(dialect)
{
    private const string VisibleSchemas =
        "(NOT (n.nspname LIKE 'pg\\_%' OR n.nspname = 'information_schema') OR (@system AND n.nspname IN ('pg_catalog', 'information_schema')))";

    private const string TableKinds = "c.relkind IN ('r', 'v', 'm', 'f', 'p')";

    // A domain is its base type, with the base's modifier where the column has none; an array is its elements' base type.
    private const string ColumnsQuery =
        """
        SELECT a.attname::text, a.attnotnull, format_type(a.atttypid, a.atttypmod), b.typmod, t.typname::text, tn.nspname = 'pg_catalog',
            e.typname::text, en.nspname = 'pg_catalog', col_description(a.attrelid, a.attnum),
            l.collname::text, to_jsonb(l)->>'collprovider', coalesce(to_jsonb(l)->>'collcollate', to_jsonb(l)->>'colliculocale'),
            coalesce((to_jsonb(l)->>'collisdeterministic')::boolean, true),
            coalesce(array_position(i.indkey::int2[], a.attnum), -1), obj_description(a.attrelid, 'pg_class')
        FROM pg_catalog.pg_attribute a
        JOIN LATERAL (
            WITH RECURSIVE base(oid, typmod, depth) AS (
                SELECT a.atttypid, a.atttypmod, 0
                UNION ALL SELECT d.typbasetype, d.typtypmod, depth + 1 FROM base JOIN pg_catalog.pg_type d ON d.oid = base.oid WHERE d.typtype = 'd')
            SELECT oid, typmod FROM base ORDER BY depth DESC LIMIT 1) b ON true
        JOIN pg_catalog.pg_type t ON t.oid = b.oid
        JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
        LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1
        LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
        WHERE a.attrelid = (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                            WHERE n.nspname = @schema AND c.relname = @table)
            AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
        """;

    private const string KeysQuery =
        """
        SELECT c.relname::text, i.indisprimary, array(
            SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.place <= i.indnkeyatts ORDER BY k.place)
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT coalesce((to_jsonb(i)->>'indnullsnotdistinct')::boolean, false)
            AND i.indrelid = (SELECT t.oid FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                              WHERE n.nspname = @schema AND t.relname = @table)
        ORDER BY NOT i.indisprimary, 1
        """;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        await server.QueryAsync(
            $"SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE {VisibleSchemas} ORDER BY 1",
            row => row.GetString(0),
            cancellationToken,
            ("system", server.Options.IncludeSystemTables));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<SchemaTableName> tables = await server.QueryAsync(
            $"""
            SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE {TableKinds} AND {VisibleSchemas} AND (@all OR n.nspname = @schema) ORDER BY 1, 2
            """,
            row => new SchemaTableName(row.GetString(0), row.GetString(1)),
            cancellationToken,
            ("system", server.Options.IncludeSystemTables),
            ("all", schema is null),
            ("schema", schema ?? ""));
        foreach (SchemaTableName table in tables)
            yield return table;
    }

    /// <inheritdoc/>
    public override async ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        // System tables are found by name even where they are not listed.
        List<RemoteTable> candidates = await server.QueryAsync(
            $"""
            SELECT n.nspname::text, c.relname::text, c.relkind::text
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE {TableKinds} AND (n.nspname = @schema OR lower(n.nspname) = lower(@schema)) AND (c.relname = @table OR lower(c.relname) = lower(@table))
            """,
            row => new RemoteTable(row.GetString(0), row.GetString(1), row.GetString(2)),
            cancellationToken,
            ("schema", schema.Text),
            ("table", table.Text));
        string? chosenSchema = schema.Choose(candidates.Select(candidate => candidate.Schema));
        string? chosen = table.Choose(candidates.Where(candidate => candidate.Schema == chosenSchema).Select(candidate => candidate.Name));
        return chosen is null ? null : new SqlTableHandle(candidates.First(candidate => candidate.Schema == chosenSchema && candidate.Name == chosen));
    }

    /// <inheritdoc/>
    public override async ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        if (remote.IsQuery)
            return await DescribeQueryAsync(remote, cancellationToken);
        var types = new PostgresTypes(server.Options, await server.DescribeAsync(cancellationToken));
        var keys = new SortedDictionary<int, string>();
        string? comment = null;
        List<TableColumn> columns = await server.QueryAsync(
            ColumnsQuery,
            row =>
            {
                if (row.GetInt32(13) is >= 0 and var place)
                    keys[place] = row.GetString(0);
                comment = Text(row, 14);
                return new TableColumn(types.ToColumn(ReadColumn(row))) { IsNullable = !row.GetBoolean(1), Comment = Text(row, 8) };
            },
            cancellationToken,
            ("schema", remote.Schema),
            ("table", remote.Name));
        List<RowConstraint> constraints = await server.QueryAsync(
            KeysQuery,
            row => (RowConstraint)new UniqueConstraint(row.GetString(0), [.. row.GetFieldValue<string[]>(2)]) { IsPrimaryKey = row.GetBoolean(1) },
            cancellationToken,
            ("schema", remote.Schema),
            ("table", remote.Name));
        return new TableSchema(new SchemaTableName(remote.Schema, remote.Name), [.. columns])
        {
            PrimaryKey = [.. keys.Values],
            Constraints = [.. constraints],
            Comment = comment,
        };
    }

    /// <inheritdoc/>
    public override ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        PostgresStatistics.ReadAsync(server, (SqlTableHandle)table, dialect, this, session, cancellationToken);

    // A view of the query, which only this transaction sees, has all that is known of columns.
    private async ValueTask<TableSchema> DescribeQueryAsync(RemoteTable query, CancellationToken cancellationToken)
    {
        var types = new PostgresTypes(server.Options, await server.DescribeAsync(cancellationToken));
        List<TableColumn> columns = await server.QueryInViewAsync(
            query.Name,
            ColumnsQuery.Replace("n.nspname = @schema AND c.relname = @table", "n.oid = pg_my_temp_schema() AND c.relname = @table", StringComparison.Ordinal),
            row => new TableColumn(types.ToColumn(ReadColumn(row))),
            cancellationToken);
        return new TableSchema(query.DescribedName, [.. columns]);
    }

    private static RemoteColumn ReadColumn(NpgsqlDataReader row)
    {
        RemoteCollation? collation = Text(row, 9) switch
        {
            null or "default" => null, // the database's
            string name => new RemoteCollation(name, Text(row, 10) ?? "c", Text(row, 11), row.GetBoolean(12)),
        };
        return new RemoteColumn(
            row.GetString(0), row.GetString(4), row.GetBoolean(5), row.GetString(2), row.GetInt32(3), Text(row, 6), !row.IsDBNull(7) && row.GetBoolean(7), collation);
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
