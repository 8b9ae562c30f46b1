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
    public async Task Gives_the_same_from_disk(string file)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"spilled-{Guid.NewGuid():N}");
        var engine = new EngineOptions { Spill = new SpillOptions { Path = folder, Always = true } };
        await using (EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { Engine = engine }, CancellationToken.None))
        {
            List<SltOutcome> outcomes = await SltRunner.RunAsync(SltParser.Read(Path.Combine(_folder, file)), host.Statements);

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
