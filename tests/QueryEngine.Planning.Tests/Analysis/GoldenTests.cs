using System.Text;
using Xunit;

namespace QueryEngine.Planning.Tests.Analysis;

/// <summary>
/// Plans of statements as analysis leaves them, one file a family: <c>== statement</c>, then its plan. With QE_UPDATE_GOLDENS=1 the files are written
/// anew, to be read before they are committed.
/// </summary>
public sealed class GoldenTests
{
    private const string Mark = "== ";

    [Theory]
    [InlineData("joins")]
    [InlineData("grouping")]
    [InlineData("subqueries")]
    [InlineData("windows")]
    [InlineData("queries")]
    [InlineData("expressions")]
    public async Task Statements_have_the_plans_of_their_golden_file(string family)
    {
        string path = Path.Combine(Repository.Root, "tests", "QueryEngine.Planning.Tests", "Analysis", "Goldens", family + ".plan");
        string expected = await File.ReadAllTextAsync(path);
        await using var engine = new TestEngine();
        var actual = new StringBuilder();
        foreach (string line in expected.Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal)))
        {
            string plan = await engine.PlanAsync(line[Mark.Length..]);
            actual.Append(line).Append('\n').Append(plan).Append('\n');
        }

        if (Environment.GetEnvironmentVariable("QE_UPDATE_GOLDENS") == "1")
            await File.WriteAllTextAsync(path, actual.ToString());
        Assert.NotEqual(0, actual.Length);
        Assert.Equal(expected, actual.ToString());
    }
}
