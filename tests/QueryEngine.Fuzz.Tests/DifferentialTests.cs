using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Fuzz.Tests;

/// <summary>
/// Random queries over random tables in memory, in PostgreSQL and in Parquet files: the engine has to answer as PostgreSQL does, and as itself in
/// other settings does. A failure names the seed, which replays it: <c>./fuzz.sh 100 SEED</c>. More than a run of the tests makes: <c>./fuzz.sh 1000000</c>.
/// </summary>
[Collection(nameof(FuzzServers))]
public class DifferentialTests(FuzzServers servers, ITestOutputHelper output)
{
    private const int Queries = 500;

    [Fact]
    public async Task Random_queries_answer_as_elsewhere()
    {
        var settings = FuzzSettings.FromEnvironment(Queries);
        var run = new FuzzRun(servers, settings);

        await run.RunAsync();

        output.WriteLine(run.Tally.ToString());
        Assert.True(run.Failures.Count == 0, string.Join("\n\n", run.Failures));
        Assert.True(run.Tally["answers equal PostgreSQL's"] > settings.Queries / 2, "fewer than half of the queries were compared");
    }
}
