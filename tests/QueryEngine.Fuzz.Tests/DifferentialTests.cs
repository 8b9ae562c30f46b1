using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Fuzz.Tests;

/// <summary>
/// Random queries over random tables in memory, in PostgreSQL and in Parquet files: the engine has to answer as PostgreSQL does, and as itself in
/// other settings does. A failure names the seed, which replays it: <c>./fuzz.sh 250 SEED</c>. More than a run of the tests makes: <c>./fuzz.sh 1000000</c>.
/// </summary>
[Collection(nameof(FuzzServers))]
public class DifferentialTests(FuzzServers servers, ITestOutputHelper output)
{
    private const int Queries = 20_000;
    private const double MostRefused = 0.1;

    // What queries must reach, each at least once in so many.
    private const int QueriesOfFeature = 400;

    [Fact]
    public async Task Random_queries_answer_as_elsewhere()
    {
        var settings = FuzzSettings.FromEnvironment(Queries);
        using var run = new FuzzRun(servers, settings);

        await run.RunAsync();

        output.WriteLine(run.Tally.ToString());
        Assert.True(run.Failures.Count == 0, string.Join("\n\n", run.Failures));
        int compared = run.Tally[FuzzCheck.Compared];
        Assert.True(compared >= settings.Queries * (1 - MostRefused), $"{settings.Queries - compared} of {settings.Queries} queries say nothing: refused, or too large");
        string[] missed = [.. FuzzFeatures.All.Where(feature => run.Tally.Reached(feature) * QueriesOfFeature < compared)];
        Assert.True(settings.Queries < Queries || missed.Length == 0, $"too few queries with: {string.Join(", ", missed)}");
    }
}
