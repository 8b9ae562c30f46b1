using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Moves rows of a staging table into their table, or does the changes that they tell.</summary>
internal static class MariaDbMoves
{
    /// <summary>The remote type of the column that tells a row by the values of several columns, or of one that is no whole number.</summary>
    public const string KeyText = "primary key: ";

    /// <summary>Writes the values of a key as one text.</summary>
    public static string WriteKey(IEnumerable<string> keys, string qualifier = "") =>
        $"CONCAT_WS(',', {string.Join(", ", keys.Select(key => $"HEX(CAST({qualifier}{MariaDbNames.Quote(key)} AS BINARY))"))})";

    /// <summary>Does it.</summary>
    public static void Move(OdbcWork work, MariaDbWriteHandle handle, SchemaTableName target, string staging)
    {
        string name = MariaDbNames.Name(target);
        if (handle.Kind != MariaDbWriteKind.Change)
        {
            Insert(work, handle, name, staging, firstValue: 0, where: "");
            return;
        }

        string same = handle.RowId!.Type.IsText
            ? $"{WriteKey(handle.Keys, "t.")} = s.c1" : $"t.{MariaDbNames.Quote(handle.Keys[0])} = s.c1";
        CheckRows(work, handle, name, staging, same);
        work.Execute($"DELETE t FROM {name} AS t JOIN {staging} AS s ON {same} WHERE s.c0 = 3");
        if (handle.Columns.Count > 0)
        {
            IEnumerable<string> assignments = handle.Columns.Select((column, place) => $"t.{MariaDbNames.Quote(column.Name)} = s.c{place + 2}");
            work.Execute($"UPDATE {name} AS t JOIN {staging} AS s ON {same} SET {string.Join(", ", assignments)} WHERE s.c0 = 2");
        }

        Insert(work, handle, name, staging, firstValue: 2, where: " WHERE s.c0 = 1");
    }

    // The rows stay locked until the end of the transaction.
    private static void CheckRows(OdbcWork work, MariaDbWriteHandle handle, string name, string staging, string same)
    {
        string asked = work.Query($"SELECT count(*) FROM {staging} AS s WHERE s.c0 <> 1")[0][0]!;
        string found = work.Query($"SELECT count(*) FROM {staging} AS s JOIN {name} AS t ON {same} WHERE s.c0 <> 1 FOR UPDATE")[0][0]!;
        if (asked != found)
        {
            throw new QueryException(
                ErrorCode.SerializationFailure, $"some of the rows of {handle.Table} were deleted by somebody else meanwhile", "Run the statement again.");
        }
    }

    private static void Insert(OdbcWork work, MariaDbWriteHandle handle, string name, string staging, int firstValue, string where)
    {
        if (handle.Columns.Count == 0)
        {
            // There is no query without columns to insert from.
            long rows = long.Parse(work.Query($"SELECT count(*) FROM {staging} AS s{where}")[0][0]!, CultureInfo.InvariantCulture);
            for (long row = 0; row < rows; row++)
                work.Execute($"INSERT INTO {name} () VALUES ()");
            return;
        }

        string columns = MariaDbNames.List(handle.Columns.Select(column => column.Name));
        string values = string.Join(", ", handle.Columns.Select((_, place) => $"s.c{place + firstValue}"));
        work.Execute($"INSERT INTO {name} ({columns}) SELECT {values} FROM {staging} AS s{where}");
    }
}
