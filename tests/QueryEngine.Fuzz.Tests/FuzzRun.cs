using System.Diagnostics;
using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Fuzz.Tests.Queries;
using Xunit;

namespace QueryEngine.Fuzz.Tests;

/// <summary>Puts the queries of seeds to every system, one after the other, and keeps what failed, made small.</summary>
internal sealed class FuzzRun(FuzzServers servers, FuzzSettings settings)
{
    private const int MostOdd = 5;

    private readonly List<string> _failures = [];
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
            await RunSeedAsync(seed, Math.Min(FuzzSettings.QueriesOfSeed, settings.Queries - _done));
            if (seed % 20 == 0)
                Log($"-- {_done} queries, next seed {seed + 1}, {_failures.Count} failures, {Tally}");
        }

        Log($"-- {_done} queries from seed {settings.FirstSeed}, {_failures.Count} failures, {Tally}");
    }

    private async Task RunSeedAsync(int seed, int queries)
    {
        long started = Stopwatch.GetTimestamp();
        var profile = FuzzProfile.Of(seed);
        var random = new Random(seed);
        IReadOnlyList<FuzzTable> tables = FuzzTables.Make(random, profile.Types);
        var source = FuzzSource.Of(seed);
        foreach (IPeer peer in servers.Others.Where(peer => peer != servers.Sqlite || profile.HasSqlite))
            await MakeAsync(peer, tables.SelectMany(table => table.Statements()));
        await MakeAsync(servers.Engine, tables.SelectMany(source.Statements));
        Tally.Add("tables", Stopwatch.GetElapsedTime(started));

        for (int number = 0; number < queries && _failures.Count < settings.MostFailures; number++, _done++)
        {
            var generator = new QueryGenerator(new Random(unchecked((seed * 1_000_003) + number)), tables, profile.Types);
            FuzzQuery query = generator.Make();
            Note($"seed {seed}, query {number + 1} on {source.Schema}: {query.Tree}");
            var check = new FuzzCheck(servers, source, profile, number);
            if (await check.FailureAsync(query, Tally) is not { } failure)
                continue;
            started = Stopwatch.GetTimestamp();
            SqlTree small = await Shrinker.ShrinkAsync(query.Tree, async tree => await check.FailureAsync(query.With(tree), null) is not null);
            string smallFailure = await check.FailureAsync(query.With(small), null) ?? "no longer, when made small";
            Tally.Add("shrinking", Stopwatch.GetElapsedTime(started));
            string report = $"seed {seed}, query {number + 1} on {source.Schema}: {smallFailure}\n{small}\nat first: {failure.Split('\n')[0]}\n{Data(tables, small)}";
            _failures.Add(report);
            Log(report);
        }
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

    // What runs now, in case that it takes the process with it.
    private void Note(string text)
    {
        if (settings.LogPath is not null)
            File.WriteAllText(settings.LogPath + ".now", text);
    }

    private static async Task MakeAsync(IPeer peer, IEnumerable<string> statements)
    {
        foreach (string statement in statements)
        {
            Answer answer = await peer.RunAsync(statement);
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
