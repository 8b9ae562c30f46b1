using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>DuckDB's own count of rows, its planner's estimate of the rows of a pushed query, and the statistics that it keeps of columns.</summary>
internal static partial class DuckDbStatistics
{
    /// <summary>The rows of a table, deleted ones perhaps among them; null for what is no table.</summary>
    public static long? CountRows(DuckDbDatabase database, RemoteTable table) => (long?)database.Read(
        $"""
        SELECT estimated_size FROM duckdb_tables() WHERE database_name = {DuckDbNames.Text(database.File.Catalog)}
            AND schema_name = {DuckDbNames.Text(table.Schema)} AND table_name = {DuckDbNames.Text(table.Name)}
        """).FirstOrDefault()?[0];

    /// <summary>What is known of the rows of a handle.</summary>
    public static TableStatistics Read(DuckDbDatabase database, SqlTableHandle handle)
    {
        if (handle.Table.Kind != DuckDbMetadata.Table)
            return new TableStatistics { RowCount = handle.IsWholeTable ? null : Estimate(database, handle) };
        if (!handle.IsWholeTable)
            return new TableStatistics { RowCount = Estimate(database, handle) };
        return new TableStatistics { RowCount = CountRows(database, handle.Table), Columns = ReadColumns(database, handle.Table) };
    }

    // The plan is JSON; the first operator that has an estimate counts.
    private static double? Estimate(DuckDbDatabase database, SqlTableHandle handle)
    {
        string sql = new SqlGenerator(new DuckDbDialect(() => database.File.Catalog)).WriteRows(handle).ToString();
        try
        {
            string plan = (string)database.Read($"EXPLAIN (FORMAT json) {sql}")[0][1]!;
            using JsonDocument document = JsonDocument.Parse(plan);
            return document.RootElement.EnumerateArray().Select(FirstEstimate).FirstOrDefault(estimate => estimate is not null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double? FirstEstimate(JsonElement node)
    {
        if (node.TryGetProperty("extra_info", out JsonElement info) && info.ValueKind == JsonValueKind.Object
            && info.TryGetProperty("Estimated Cardinality", out JsonElement estimate)
            && double.TryParse(estimate.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out double rows))
            return rows;
        return node.TryGetProperty("children", out JsonElement children)
            ? children.EnumerateArray().Select(FirstEstimate).FirstOrDefault(found => found is not null) : null;
    }

    // [Min: 1, Max: 5][Has Null: false, Has No Null: true][Approx Unique: 5]
    private static Dictionary<string, ColumnStatistics> ReadColumns(DuckDbDatabase database, RemoteTable table)
    {
        var columns = new Dictionary<string, ColumnStatistics>();
        using DuckDbConnection connection = database.File.Connect();
        string name = DuckDbNames.Table(database.File.Catalog, table.Schema, table.Name);
        using DuckDbStatement statement = connection.Prepare($"SELECT * FROM {name}");
        var known = new List<(string Name, SqlType? Type)>();
        for (int column = 0; column < statement.ColumnCount; column++)
        {
            using DuckDbTypeHandle type = statement.TypeOf(column);
            known.Add((statement.NameOf(column), DuckDbTypes.ToType(type)));
        }

        string statistics = string.Join(", ", known.Select(column => $"stats({DuckDbNames.Quote(column.Name)})"));
        if (connection.Read($"SELECT {statistics} FROM {name} LIMIT 1").FirstOrDefault() is not { } texts)
            return columns;
        for (int column = 0; column < known.Count; column++)
            if (texts[column] is string text)
                columns[known[column].Name] = Parse(text, known[column].Type);
        return columns;
    }

    private static ColumnStatistics Parse(string text, SqlType? type)
    {
        Match unique = Unique().Match(text);
        Match range = Range().Match(text);
        object? min = range.Success ? Value(range.Groups[1].Value, type) : null;
        object? max = range.Success ? Value(range.Groups[2].Value, type) : null;
        bool isRange = min is not null && max is not null && BoxedValue.Compare(min, max) <= 0;
        return new ColumnStatistics
        {
            DistinctCount = unique.Success ? double.Parse(unique.Groups[1].Value, CultureInfo.InvariantCulture) : null,
            NullFraction = text.Contains("Has Null: false", StringComparison.Ordinal) ? 0 : null,
            Min = isRange ? min : null,
            Max = isRange ? max : null,
        };
    }

    private static object? Value(string text, SqlType? type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return type?.Kind switch
        {
            TypeKind.SmallInt => short.TryParse(text, NumberStyles.AllowLeadingSign, culture, out short value) ? value : null,
            TypeKind.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int value) ? value : null,
            TypeKind.BigInt => long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long value) ? value : null,
            TypeKind.Double => double.TryParse(text, NumberStyles.Float, culture, out double value) ? value : null,
            TypeKind.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out DateOnly value) ? value.DayNumber - SqlDates.UnixEpochDay : null,
            _ => null,
        };
    }

    [GeneratedRegex(@"\[Min: ([^,\]]+), Max: ([^,\]]+)\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\[Approx Unique: (\d+)\]")]
    private static partial Regex Unique();
}
