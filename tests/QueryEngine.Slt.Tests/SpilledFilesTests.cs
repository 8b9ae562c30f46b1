using QueryEngine.Cluster.Statements;
using QueryEngine.Execution.Spilling;
using QueryEngine.Server;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>The specification of queries once more, with all that operators can write on disk.</summary>
public class SpilledFilesTests
{
    private static readonly string _folder = Path.Combine(OwnFilesTests.Folder, "queries");

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(_folder, "*.slt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Gives_the_same_from_disk(string file) => CheckAsync(Path.Combine(_folder, file), new SessionSettings("test"));

    [Fact]
    public async Task Gives_the_answers_of_TPC_H_from_disk()
    {
        if (SharedData.Conformance is { } corpora)
            await CheckAsync(Path.Combine(corpora, "tpch", "tpch-sf0.01.slt"), new SessionSettings("test") { Catalog = "tpch", Schema = "tiny" });
    }

    private static async Task CheckAsync(string file, SessionSettings settings)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"spilled-{Guid.NewGuid():N}");
        var engine = new EngineOptions { Spill = new SpillOptions { Path = folder, Always = true } };
        await using (EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { Engine = engine }, CancellationToken.None))
        {
            List<SltOutcome> outcomes = await SltRunner.RunAsync(SltParser.Read(file), host.Statements, settings);

            Assert.NotEmpty(outcomes);
            Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
            Assert.Equal(0, host.Engine.Spill.Bytes);
            Assert.Equal(0, host.Engine.Memory.Bytes);
        }

        if (!Directory.Exists(folder))
            return; // no statement of the file needs to keep rows
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }
}
