using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>What the server's own planner knows: pg_class and pg_stats, and its estimate of the rows of a pushed query.</summary>
internal static class PostgresStatistics
{
    private const string Query =
        """
        SELECT s.attname::text, s.null_frac::float8, s.n_distinct::float8, s.avg_width::float8,
            (s.histogram_bounds::text::text[])[1], (s.histogram_bounds::text::text[])[array_length(s.histogram_bounds::text::text[], 1)],
            s.most_common_vals::text::text[]
        FROM pg_catalog.pg_stats s WHERE s.schemaname = @schema AND s.tablename = @table AND NOT s.inherited
        """;

    public static async ValueTask<TableStatistics> ReadAsync(
        PostgresDatabase server, SqlTableHandle handle, PostgresDialect dialect, PostgresMetadata metadata, ConnectorSession session, CancellationToken cancellationToken)
    {
        (string, object)[] names = [("schema", handle.Table.Schema), ("table", handle.Table.Name)];
        double? tableRows = (await server.QueryAsync(
            """
            SELECT CASE WHEN c.reltuples < 0 OR c.relkind NOT IN ('r', 'm', 'p') THEN NULL ELSE c.reltuples::float8 END
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @schema AND c.relname = @table
            """,
            row => row.IsDBNull(0) ? (double?)null : row.GetDouble(0),
            cancellationToken,
            names)).FirstOrDefault();
        double? rows = handle.IsWholeTable && tableRows is > 0 ? tableRows : await EstimateAsync(server, handle, dialect, cancellationToken);
        if (!handle.IsOfOneTable || handle.Aggregation is not null || handle.Table.IsQuery)
            return new TableStatistics { RowCount = rows };

        TableSchema schema = await metadata.DescribeAsync(session, handle, cancellationToken);
        Dictionary<string, SqlType> types = schema.Columns.ToDictionary(column => column.Name, column => column.Type);
        var columns = new Dictionary<string, ColumnStatistics>();
        List<(string Name, ColumnStatistics Statistics)> known = await server.QueryAsync(
            Query,
            row =>
            {
                string name = row.GetString(0);
                double distinct = row.GetDouble(2);
                SqlType? type = types.GetValueOrDefault(name);
                List<object> values = [.. Bounds(row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? [] : row.GetFieldValue<string?[]>(6), type)];
                return (name, new ColumnStatistics
                {
                    NullFraction = Math.Clamp(row.GetDouble(1), 0, 1),
                    DistinctCount = distinct > 0 ? distinct : distinct < 0 && tableRows is { } all ? -distinct * all : null,
                    AverageBytes = row.GetDouble(3),
                    Min = values.Count == 0 ? null : values.Aggregate((left, right) => BoxedValue.Compare(left, right) <= 0 ? left : right),
                    Max = values.Count == 0 ? null : values.Aggregate((left, right) => BoxedValue.Compare(left, right) >= 0 ? left : right),
                });
            },
            cancellationToken,
            names);
        foreach ((string name, ColumnStatistics statistics) in known)
            if (types.ContainsKey(name))
                columns[name] = statistics;
        return new TableStatistics { RowCount = rows, Columns = columns };
    }

    // The first line of the plan ends in "rows=123 width=4)".
    private static async Task<double?> EstimateAsync(PostgresDatabase server, SqlTableHandle handle, PostgresDialect dialect, CancellationToken cancellationToken)
    {
        List<string> plan = await server.QueryAsync($"EXPLAIN {new SqlGenerator(dialect).WriteRows(handle)}", row => row.GetString(0), cancellationToken);
        int at = plan[0].IndexOf(" rows=", StringComparison.Ordinal);
        return at >= 0 && double.TryParse(plan[0][(at + 6)..].Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out double rows) ? rows : null;
    }

    private static IEnumerable<object> Bounds(string? first, string? last, IEnumerable<string?> common, SqlType? type)
    {
        // Without a histogram the common values are all of them or not: only a histogram shows the range.
        if (type is null || first is null || last is null)
            yield break;
        foreach (string? text in (IEnumerable<string?>)[first, last, .. common])
            if (text is not null && Parse(text, type) is { } value)
                yield return value;
    }

    private static object? Parse(string text, SqlType type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return type.Kind switch
        {
            TypeKind.SmallInt => short.TryParse(text, NumberStyles.AllowLeadingSign, culture, out short value) ? value : null,
            TypeKind.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int value) ? value : null,
            TypeKind.BigInt => long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long value) ? value : null,
            TypeKind.Double => double.TryParse(text, NumberStyles.Float, culture, out double value) ? value : null,
            TypeKind.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out DateOnly value)
                ? value.DayNumber - 719_162 : null,
            _ => null,
        };
    }
}
