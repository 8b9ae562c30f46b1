using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Fuzz.Tests.Queries;
using Xunit;

namespace QueryEngine.Fuzz.Tests;

/// <summary>Puts the queries of seeds to every system, one after the other, and keeps what failed, made small.</summary>
internal sealed class FuzzRun(FuzzServers servers, FuzzSettings settings) : IDisposable
{
    private const int MostOdd = 5;
    private const int WritesOfSeed = 15;
    private const int SqlStateEnd = 13;
    private const int MostAttempts = 20;
    private const int SeedsOfLog = 8;

    private readonly List<string> _failures = [];
    private readonly SafeFileHandle? _now = settings.LogPath is null ? null : File.OpenHandle(settings.LogPath + ".now", FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
    private int _done;

    /// <summary>What was counted.</summary>
    public FuzzTally Tally { get; } = new();

    /// <summary>What failed.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Runs until the queries are done or too many have failed.</summary>
    public async Task RunAsync()
    {
        for (int seed = settings.FirstSeed; _done < settings.Queries && _failures.Count < settings.MostFailures; seed++)
        {
            await RunSeedAsync(seed, Math.Min(FuzzSource.Of(seed).Queries, settings.Queries - _done));
            if (seed % SeedsOfLog == 0)
                Log($"-- {_done} queries, next seed {seed + 1}, {_failures.Count} failures, {Tally}");
        }

        Log($"-- {_done} queries from seed {settings.FirstSeed}, {_failures.Count} failures, {Tally}");
    }

    /// <inheritdoc/>
    public void Dispose() => _now?.Dispose();

    private async Task RunSeedAsync(int seed, int queries)
    {
        long started = Stopwatch.GetTimestamp();
        var profile = FuzzProfile.Of(seed);
        var random = new Random(seed);
        IReadOnlyList<FuzzTable> tables = FuzzTables.Make(random, profile.Types);
        var source = FuzzSource.Of(seed);
        foreach (IPeer peer in servers.OthersFor(profile))
            await MakeAsync(peer, tables.SelectMany(table => table.Statements()));
        await MakeAsync(servers.Engine, tables.SelectMany(source.Statements));
        Tally.Add("tables", Stopwatch.GetElapsedTime(started));

        // PostgreSQL answers the next query while the engine answers this one.
        FuzzQuery query = QueryOf(seed, 0, tables, profile);
        Task<Answer> asked = servers.Postgres.RunAsync(query.Tree.ToString());
        for (int number = 0; number < queries && _failures.Count < settings.MostFailures; number++, _done++)
        {
            started = Stopwatch.GetTimestamp();
            Answer theirs = await asked;
            Tally.Add("PostgreSQL", Stopwatch.GetElapsedTime(started));
            FuzzQuery next = QueryOf(seed, number + 1, tables, profile);
            asked = servers.Postgres.RunAsync(next.Tree.ToString());
            await CheckAsync(query, theirs, tables, new FuzzCheck(servers, source, profile, tables.SelectMany(table => table.Statements()), number), $"seed {seed}, query {number + 1} on {source.Schema}");
            query = next;
        }

        await asked;
        if (source.IsMemory && !profile.HasSqlite)
            await WriteAsync(seed, profile, tables);
    }

    private static FuzzQuery QueryOf(int seed, int number, IReadOnlyList<FuzzTable> tables, FuzzProfile profile) =>
        new QueryGenerator(new Random(unchecked((seed * 1_000_003) + number)), tables, profile.Types).Make();

    private async Task CheckAsync(FuzzQuery query, Answer theirs, IReadOnlyList<FuzzTable> tables, FuzzCheck check, string name)
    {
        Note($"{name}: {query.Tree}");
        if (await check.FailureAsync(query, theirs, Tally) is not { } failure)
            return;
        long started = Stopwatch.GetTimestamp();
        SqlTree small = await Shrinker.ShrinkAsync(query.Tree, async tree => Kind(await check.FailureAsync(query.With(tree))) == Kind(failure));
        string smallFailure = await check.FailureAsync(query.With(small)) ?? "no longer, when made small";
        Tally.Add("shrinking", Stopwatch.GetElapsedTime(started));
        Fail($"{name}: {smallFailure}\n{small}\nat first: {failure.Split('\n')[0]}\n{Data(tables, small)}");
    }

    private void Log(string text)
    {
        if (settings.LogPath is null)
            return;
        string[] noted = [.. Tally.Slow, .. Tally.Odd.Take(MostOdd)];
        Tally.Slow.Clear();
        Tally.Odd.Clear();
        File.AppendAllLines(settings.LogPath, [text, .. noted, ""]);
    }

    // The same changes here and in PostgreSQL leave the same rows. A value refused by either leaves the tables apart, and so ends it.
    private async Task WriteAsync(int seed, FuzzProfile profile, IReadOnlyList<FuzzTable> tables)
    {
        for (int number = 0; number < WritesOfSeed; number++)
        {
            (FuzzTable table, SqlTree statement) = new QueryGenerator(new Random(unchecked((seed * 1_000_003) - number - 1)), tables, profile.Types).MakeWrite();
            string sql = statement.ToString();
            Note($"seed {seed}, change {number + 1}: {sql}");
            Answer theirs = await servers.Postgres.RunAsync(sql);
            Answer ours = await servers.Engine.RunAsync(sql);
            if (theirs.Error is { IsOfData: false } refused)
            {
                Tally.Count($"changes refused by PostgreSQL: {refused.SqlState}");
                return;
            }

            string? failure = ours.Error is { IsOfData: false } error ? $"ours failed: {error}" : null;
            if (failure is null && (ours.Error is not null || theirs.Error is not null))
            {
                Tally.Count("changes with a value refused");
                return;
            }

            if (sql.Contains(" RETURNING ", StringComparison.Ordinal))
                failure ??= RowComparison.Difference(ours, theirs, isOrdered: false);
            string rows = $"SELECT * FROM {table.Name}";
            Answer left = await servers.Postgres.RunAsync(rows);
            if (left.Error is { SqlState: AnswerError.OfTime })
                return;
            failure ??= RowComparison.Difference(await servers.Engine.RunAsync(rows), left, isOrdered: false);
            if (failure is null)
            {
                Tally.Count("tables equal after a change");
                continue;
            }

            Fail($"seed {seed}, change {number + 1}: {failure}\n{sql}\n{Data(tables, statement)}");
            return;
        }
    }

    // A smaller query has to fail in the same way: with the same error, or with other rows.
    private static string? Kind(string? failure) => failure?.IndexOf("failed: ", StringComparison.Ordinal) switch
    {
        null => null,
        < 0 => failure.StartsWith("ours not done", StringComparison.Ordinal) ? "slow" : "rows",
        int at => failure[..Math.Min(failure.Length, at + SqlStateEnd)],
    };

    private void Fail(string report)
    {
        _failures.Add(report);
        Log(report);
    }

    // What runs now, in case that it takes the process with it.
    private void Note(string text)
    {
        if (_now is null)
            return;
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\n");
        RandomAccess.Write(_now, bytes, 0);
        RandomAccess.SetLength(_now, bytes.Length);
    }

    // On a busy machine even a small table may take longer than a query is given.
    private static async Task MakeAsync(IPeer peer, IEnumerable<string> statements)
    {
        foreach (string statement in statements)
        {
            Answer answer = await peer.RunAsync(statement);
            for (int attempt = 1; attempt < MostAttempts && answer.Error is { SqlState: AnswerError.OfTime }; attempt++)
                answer = await peer.RunAsync(statement);
            Assert.True(answer.Error is null, $"{peer.Name}: {statement}: {answer}");
        }
    }

    private static string Data(IReadOnlyList<FuzzTable> tables, SqlTree query)
    {
        string sql = query.ToString();
        IEnumerable<string> statements = tables.Where(table => table.Rows.Count <= 25 && sql.Contains($"{table.Name} ", StringComparison.Ordinal))
            .SelectMany(table => table.Statements());
        return string.Join(";\n", statements);
    }
}
