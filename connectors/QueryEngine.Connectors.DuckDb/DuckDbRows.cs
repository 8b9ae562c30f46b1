using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Connectors.DuckDb.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Small results.</summary>
internal static class DuckDbRows
{
    private static readonly DuckDbOptions _options = new("");

    /// <summary>The rows of a query as boxed values.</summary>
    public static List<object?[]> Read(this DuckDbConnection connection, string sql, CancellationToken cancellationToken = default)
    {
        var rows = new List<object?[]>();
        using var reader = new DuckDbReader(connection, sql, columns: null, "", _options, MemoryContext.Unlimited, cancellationToken);
        while (reader.ReadBatch() is { } batch)
        {
            using (batch)
            {
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
            }
        }

        return rows;
    }
}
