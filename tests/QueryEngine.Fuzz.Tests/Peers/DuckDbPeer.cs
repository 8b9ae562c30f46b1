using QueryEngine.Benchmarks.DuckDb;

namespace QueryEngine.Fuzz.Tests.Peers;

/// <summary>
/// A DuckDB database in this process, set to PostgreSQL's division and order of nulls. It gives up after a moment and has little memory, without which
/// one query that multiplies tables takes what the machine has.
/// </summary>
internal sealed class DuckDbPeer : IPeer
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);

    private readonly DuckDbDatabase _database;

    private DuckDbPeer(DuckDbDatabase database) => _database = database;

    public string Name => "DuckDB";

    public static async Task<DuckDbPeer> OpenAsync()
    {
        await DuckDbLibrary.LoadAsync(CancellationToken.None);
        var database = new DuckDbDatabase();
        database.Run("SET integer_division = true");
        database.Run("SET default_null_order = 'nulls_last_on_asc_first_on_desc'");
        database.Run("SET threads = 1");
        database.Run("SET memory_limit = '512MB'");
        database.Run("SET temp_directory = ''");
        return new DuckDbPeer(database);
    }

    public Task<Answer> RunAsync(string sql)
    {
        using var timeout = new Timer(_ => _database.Interrupt(), null, _longest, Timeout.InfiniteTimeSpan);
        try
        {
            return Task.FromResult(Answer.Of(_database.Query(sql)));
        }
        catch (DuckDbException error)
        {
            if (error.Message.Contains("INTERRUPT", StringComparison.Ordinal) || error.Message.Contains("Out of Memory", StringComparison.Ordinal))
                return Task.FromResult(Answer.Failed(AnswerError.OfTime, error.Message));
            bool isOfData = error.Message.Contains("Out of Range", StringComparison.Ordinal) || error.Message.Contains("Conversion Error", StringComparison.Ordinal);
            return Task.FromResult(Answer.Failed(isOfData ? "22000" : "42000", error.Message));
        }
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }
}
