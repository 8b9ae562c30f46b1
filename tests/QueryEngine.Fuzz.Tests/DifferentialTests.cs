using System.Diagnostics;
using System.Globalization;
using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Fuzz.Tests.Queries;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Fuzz.Tests;

/// <summary>
/// Random queries over random tables in memory, in PostgreSQL and in Parquet files: the engine has to answer as PostgreSQL does, and as itself in
/// other settings does. A failure names the seed, which replays it: <c>QE_FUZZ_SEED=17 QE_FUZZ_QUERIES=1 dotnet test</c>. More than a run of the tests makes: <c>./fuzz.sh 1000000</c>.
/// </summary>
[Collection(nameof(FuzzServers))]
public class DifferentialTests(FuzzServers servers, ITestOutputHelper output)
{
    private const int QueriesOfTables = 40;
    private const int MostFailures = 10;
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Random_queries_answer_as_elsewhere()
    {
        int first = Setting("QE_FUZZ_SEED", 1);
        int queries = Setting("QE_FUZZ_QUERIES", 500);
        var watch = Stopwatch.StartNew();
        var failures = new List<string>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int done = 0;
        for (int seed = first; done < queries && failures.Count < MostFailures; seed++)
            done += await RunSeedAsync(seed, Math.Min(QueriesOfTables, queries - done), failures, counts);

        output.WriteLine($"{done} queries from seed {first} in {watch.Elapsed.TotalSeconds:F0} s");
        foreach ((string what, int count) in counts.OrderByDescending(count => count.Value))
            output.WriteLine($"{count,8} {what}");
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.True(counts.GetValueOrDefault("answers equal PostgreSQL's") > done / 2, "fewer than half of the queries were compared");
    }

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;

    private async Task<int> RunSeedAsync(int seed, int queries, List<string> failures, Dictionary<string, int> counts)
    {
        var random = new Random(seed);
        IReadOnlyList<FuzzTable> tables = FuzzTables.Make(random, FuzzTypes.OfColumns);
        var source = FuzzSource.Of(seed);
        foreach (IPeer peer in servers.Others)
            await MakeAsync(peer, tables.SelectMany(table => table.Statements()));
        await MakeAsync(servers.Engine, tables.SelectMany(source.Statements));

        for (int number = 0; number < queries; number++)
        {
            FuzzQuery query = new QueryGenerator(random, tables, FuzzTypes.OfColumns).Make();
            if (await FailureAsync(query, source, counts) is not { } failure)
                continue;
            SqlTree small = await Shrinker.ShrinkAsync(query.Tree, async tree => await FailureAsync(query with { Tree = tree }, source, null) is not null);
            failure = await FailureAsync(query with { Tree = small }, source, null) ?? failure;
            failures.Add($"seed {seed}, query {number + 1} on {source.Schema}: {failure}\n{small}\n{Data(tables, small)}");
            if (failures.Count == MostFailures)
                break;
        }

        return queries;
    }

    private static async Task MakeAsync(IPeer peer, IEnumerable<string> statements)
    {
        foreach (string statement in statements)
        {
            Answer answer = await peer.RunAsync(statement);
            Assert.True(answer.Error is null, $"{peer.Name}: {statement}: {answer}");
        }
    }

    // What is wrong with the engine's answer, or null. A statement that PostgreSQL does not take, or for which another system sides with the engine, says nothing.
    private async Task<string?> FailureAsync(FuzzQuery query, FuzzSource source, Dictionary<string, int>? counts)
    {
        string sql = query.Tree.ToString();
        Answer theirs = await servers.Others[0].RunAsync(sql);
        var watch = Stopwatch.StartNew();
        Answer ours = await servers.Engine.RunAsync(source.Located(sql));
        if (watch.Elapsed > _slow)
        {
            Count(counts, $"slower than {_slow.TotalSeconds:F0} s");
            output.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: {sql}");
        }

        // Such a query is named in the output; how long it takes decides no test.
        if (ours.Error is { SqlState: "57014" })
            return null;
        if (theirs.Error is { IsOfData: false } invalid)
        {
            Count(counts, $"refused by PostgreSQL: {invalid.SqlState}");
            return ours.Error is { SqlState: "XX000" } error ? $"ours failed: {error}" : null;
        }

        if (RowComparison.Difference(ours, theirs, query.IsOrdered) is { } difference)
        {
            Answer third = await servers.Others[1].RunAsync(sql);
            bool agrees = ours.Error is null && third.Error is null && RowComparison.Difference(ours, third, query.IsOrdered) is null;
            Count(counts, agrees ? "unlike PostgreSQL, like DuckDB" : "unlike PostgreSQL");
            return $"{difference}\nours: {ours}\nPostgreSQL: {theirs}\nDuckDB: {third}";
        }

        Count(counts, (ours.Error, theirs.Error) switch
        {
            (null, null) => "answers equal PostgreSQL's",
            (null, _) => "a value refused by PostgreSQL only",
            (_, null) => $"a value refused by the engine only: {ours.Error.SqlState}",
            _ => "a value refused by both",
        });
        EnginePeer variant = servers.Variants[sql.Length % servers.Variants.Count];
        Answer other = await variant.RunAsync(source.Located(sql));
        if (other.Error is { IsOfData: false, SqlState: not "57014" } failed)
            return $"{variant.Name} failed: {failed}";
        if (ours.Error is null && other.Error is null && RowComparison.Difference(other, ours, query.IsOrdered) is { } changed)
            return $"{variant.Name} differs: {changed}";
        return null;
    }

    private static void Count(Dictionary<string, int>? counts, string what)
    {
        if (counts is not null)
            counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    private static string Data(IReadOnlyList<FuzzTable> tables, SqlTree query)
    {
        string sql = query.ToString();
        IEnumerable<string> statements = tables.Where(table => table.Rows.Count <= 25 && sql.Contains($"{table.Name} ", StringComparison.Ordinal))
            .SelectMany(table => table.Statements());
        return string.Join(";\n", statements);
    }
}
