using Xunit.Abstractions;
using Xunit;

namespace QueryEngine.Planning.Tests.Analysis;

public sealed class TpchTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Every_query_of_the_benchmark_is_analyzed(int number)
    {
        string path = Path.Combine(Repository.Shared, "conformance", "tpch", "queries", $"q{number:D2}.sql");
        if (!File.Exists(path))
        {
            output.WriteLine($"{path} is not there: nothing was tested");
            return;
        }

        await using var engine = new TestEngine();

        string plan = await engine.PlanAsync(await File.ReadAllTextAsync(path));

        Assert.Contains("TableScan[tpch.tiny.", plan, StringComparison.Ordinal);
    }

    public static TheoryData<int> Numbers() => [.. Enumerable.Range(1, 22)];
}
