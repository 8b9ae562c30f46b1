using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Slt.Tests;

/// <summary>The 22 queries of TPC-H on generated rows, against published answers.</summary>
public class TpchTests(EmbeddedEngine engine, ITestOutputHelper output) : IClassFixture<EmbeddedEngine>
{
    [Fact]
    public async Task All_answers_at_scale_factor_one_hundredth_are_the_published_ones() => await RunAsync("tpch-sf0.01.slt", "tiny");

    [Fact]
    public async Task All_answers_at_scale_factor_one_are_the_published_ones() => await RunAsync("tpch-sf1.slt", "sf1");

    private async Task RunAsync(string file, string schema)
    {
        if (SharedData.Conformance is not { } folder)
        {
            output.WriteLine("the public corpora are not here: nothing was checked");
            return;
        }

        SltFile queries = SltParser.Read(Path.Combine(folder, "tpch", file));
        var settings = new SessionSettings("test") { Catalog = "tpch", Schema = schema };
        List<SltOutcome> outcomes = await SltRunner.RunAsync(queries, engine.Host.Statements, settings);

        foreach (SltOutcome failed in outcomes.Where(outcome => !outcome.Passed))
            output.WriteLine(failed.ToString());
        Assert.Equal(22, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }
}
