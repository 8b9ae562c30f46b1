using System.Runtime.InteropServices;

namespace QueryEngine.Benchmarks.DuckDb;

/// <summary>A DuckDB database in memory with one connection.</summary>
internal sealed class DuckDbDatabase : IDisposable
{
    private nint _database;
    private nint _connection;

    /// <summary>Opens an empty database. <see cref="DuckDbLibrary.LoadAsync"/> comes first.</summary>
    public DuckDbDatabase()
    {
        if (DuckDbNative.Open(null, out _database) != 0 || DuckDbNative.Connect(_database, out _connection) != 0)
            throw new DuckDbException("DuckDB did not open a database in memory");
        Run("SET enable_progress_bar = false");
    }

    /// <summary>The library's version.</summary>
    public static string Version => Marshal.PtrToStringUTF8(DuckDbNative.Version()) ?? "unknown";

    /// <summary>A text as a SQL literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Runs a statement to its end, keeps its result until then, and counts the rows.</summary>
    /// <exception cref="DuckDbException">It failed.</exception>
    public long Run(string sql)
    {
        int state = DuckDbNative.Query(_connection, sql, out DuckDbNative.Result result);
        try
        {
            if (state != 0)
                throw new DuckDbException($"DuckDB: {Marshal.PtrToStringUTF8(DuckDbNative.ResultError(ref result))}");
            long rows = 0;
            for (nint chunk = DuckDbNative.FetchChunk(result); chunk != 0; chunk = DuckDbNative.FetchChunk(result))
            {
                rows += (long)DuckDbNative.ChunkSize(chunk);
                DuckDbNative.DestroyChunk(ref chunk);
            }

            return rows;
        }
        finally
        {
            DuckDbNative.DestroyResult(ref result);
        }
    }

    /// <summary>Runs a query and gives its rows, each value as text.</summary>
    /// <exception cref="DuckDbException">It failed.</exception>
    public List<string?[]> Query(string sql)
    {
        int state = DuckDbNative.Query(_connection, sql, out DuckDbNative.Result result);
        try
        {
            if (state != 0)
                throw new DuckDbException($"DuckDB: {Marshal.PtrToStringUTF8(DuckDbNative.ResultError(ref result))}");
            var rows = new List<string?[]>();
            ulong columns = DuckDbNative.ColumnCount(ref result);
            ulong count = DuckDbNative.RowCount(ref result);
            for (ulong row = 0; row < count; row++)
            {
                var values = new string?[columns];
                for (ulong column = 0; column < columns; column++)
                {
                    nint text = DuckDbNative.ValueText(ref result, column, row);
                    values[column] = Marshal.PtrToStringUTF8(text);
                    DuckDbNative.Free(text);
                }

                rows.Add(values);
            }

            return rows;
        }
        finally
        {
            DuckDbNative.DestroyResult(ref result);
        }
    }

    /// <summary>Ends what runs, from another thread: it fails with an error.</summary>
    public void Interrupt() => DuckDbNative.Interrupt(_connection);

    /// <inheritdoc/>
    public void Dispose()
    {
        DuckDbNative.Disconnect(ref _connection);
        DuckDbNative.Close(ref _database);
    }
}
