using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>The SQL specification: every file under <c>tests/sql</c>.</summary>
public class OwnFilesTests(EmbeddedEngine engine) : IClassFixture<EmbeddedEngine>
{
    public static string Folder => Path.Combine(SharedData.Repository, "tests/sql");

    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Folder, "*.slt", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Embedded(string file)
    {
        List<SltOutcome> outcomes = await SltRunner.RunAsync(SltParser.Read(Path.Combine(Folder, file)), engine.Host.Statements);

        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }
}
