using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Slt.Tests;

/// <summary>The specification and TPC-H on a coordinator and three worker processes: the same answers as embedded.</summary>
public class ClusterTests(ClusterProcesses cluster, ITestOutputHelper output) : IClassFixture<ClusterProcesses>
{
    [Theory]
    [MemberData(nameof(OwnFilesTests.Files), MemberType = typeof(OwnFilesTests))]
    public async Task Specification(string file)
    {
        List<SltOutcome> outcomes = await SltRunner.RunAsync(SltParser.Read(Path.Combine(OwnFilesTests.Folder, file)), cluster.Statements);

        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }

    [Fact]
    public async Task All_answers_of_tpch_at_scale_factor_one_hundredth_are_the_published_ones()
    {
        if (SharedData.Conformance is not { } folder)
        {
            output.WriteLine("the public corpora are not here: nothing was checked");
            return;
        }

        SltFile queries = SltParser.Read(Path.Combine(folder, "tpch/tpch-sf0.01.slt"));
        List<SltOutcome> outcomes = await SltRunner.RunAsync(queries, cluster.Statements, new SessionSettings("test") { Catalog = "tpch", Schema = "tiny" });

        Assert.Equal(22, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }
}
