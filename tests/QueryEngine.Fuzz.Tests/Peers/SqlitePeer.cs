using System.Runtime.InteropServices;
using QueryEngine.Connectors.Sqlite;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Fuzz.Tests.Peers;

/// <summary>A SQLite database in memory, set to tell letters' case apart in LIKE.</summary>
internal sealed partial class SqlitePeer : IPeer
{
    private readonly SqliteDatabase _database;

    private SqlitePeer(SqliteDatabase database) => _database = database;

    public string Name => "SQLite";

    public static SqlitePeer Open()
    {
        SqliteDatabase database = SqliteDatabase.Open(new SqliteOptions(":memory:", 0, IsReadOnly: false), forWriting: true);
        database.Execute("PRAGMA case_sensitive_like = ON");
        return new SqlitePeer(database);
    }

    public Task<Answer> RunAsync(string sql)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        using CancellationTokenRegistration interrupt = _database.InterruptOn(timeout.Token);
        try
        {
            using SqliteStatement statement = _database.Prepare(sql);
            var rows = new List<string?[]>();
            while (statement.Step())
                rows.Add([.. Enumerable.Range(0, ColumnCount(statement.Pointer)).Select(statement.GetText)]);
            return Task.FromResult(Answer.Of(rows));
        }
        catch (QueryException error)
        {
            bool isOfData = error.Message.Contains("integer overflow", StringComparison.Ordinal);
            return Task.FromResult(Answer.Failed(isOfData ? "22003" : "42000", error.Message));
        }
        catch (OperationCanceledException)
        {
            return Task.FromResult(Answer.Failed(AnswerError.OfTime, "interrupted"));
        }
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    [LibraryImport("libsqlite3.so.0", EntryPoint = "sqlite3_column_count")]
    private static partial int ColumnCount(nint statement);
}
