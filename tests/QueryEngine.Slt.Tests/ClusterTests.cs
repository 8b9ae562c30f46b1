using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>The tests that share one cluster; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterProcesses>
{
    public const string Name = "cluster";
}

/// <summary>The specification on a coordinator and three worker processes: the same answers as embedded.</summary>
[Collection(ClusterCollection.Name)]
public class ClusterTests(ClusterProcesses cluster)
{
    [Theory]
    [MemberData(nameof(OwnFilesTests.Files), MemberType = typeof(OwnFilesTests))]
    public async Task Specification(string file)
    {
        List<SltOutcome> outcomes = await SltRunner.RunAsync(SltParser.Read(Path.Combine(OwnFilesTests.Folder, file)), cluster.Statements);

        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }
}
