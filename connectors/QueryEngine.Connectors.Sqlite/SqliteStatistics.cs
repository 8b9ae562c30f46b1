using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>Row counts from ANALYZE's table where it was run, else from the range of the rowid; of queries over them an estimate.</summary>
internal static class SqliteStatistics
{
    public static TableStatistics Read(SqliteDatabase database, SqlTableHandle handle)
    {
        // One count a table: a query may read it in several places.
        var known = new Dictionary<RemoteTable, double?>();
        return new TableStatistics
        {
            RowCount = SqlEstimates.Rows(handle, table => known.TryGetValue(table, out double? rows) ? rows : known[table] = CountRows(database, table)),
        };
    }

    private static double? CountRows(SqliteDatabase database, RemoteTable table) =>
        table.Kind != SqliteMetadata.Table ? null : ReadAnalyzed(database, table.Name) ?? ReadRowIdRange(database, table);

    // The first number of sqlite_stat1.stat is the number of rows.
    private static double? ReadAnalyzed(SqliteDatabase database, string table)
    {
        using (SqliteStatement exists = database.Prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'"))
            if (!exists.Step())
                return null;

        using SqliteStatement statement = database.Prepare("SELECT stat FROM main.sqlite_stat1 WHERE tbl = ? AND stat IS NOT NULL LIMIT 1");
        statement.Bind(1, table);
        return statement.Step() && statement.GetText(0) is { } stat
            && double.TryParse(stat.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out double rows) ? rows : null;
    }

    private static double? ReadRowIdRange(SqliteDatabase database, RemoteTable table)
    {
        if (SqliteMetadata.FindRowId(database, table) is not { } rowId)
            return null;
        string name = StandardIdentifiers.Instance.Quote(table.Name);
        using SqliteStatement statement = database.Prepare(
            $"SELECT (SELECT max({rowId}) FROM main.{name}), (SELECT min({rowId}) FROM main.{name})");
        statement.Step();
        return statement.IsNull(0) ? 0 : (double)statement.GetInt64(0) - statement.GetInt64(1) + 1;
    }
}
