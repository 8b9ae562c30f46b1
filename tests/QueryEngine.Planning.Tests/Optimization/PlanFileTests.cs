using System.Globalization;
using System.Text.RegularExpressions;
using QueryEngine.Optimizer;
using QueryEngine.Plan;
using QueryEngine.Planning.Tests.Analysis;
using Xunit;

namespace QueryEngine.Planning.Tests.Optimization;

/// <summary>
/// The plans of <c>tests/plans/**/*.plan</c>, every plan checked after every pass and rule. <c>QE_UPDATE_GOLDENS=1 dotnet test
/// tests/QueryEngine.Planning.Tests --filter FullyQualifiedName~PlanFileTests</c> writes the files anew, to be read before they are committed.
/// </summary>
public sealed partial class PlanFileTests
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "plans");

    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Folder, "*.plan", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Queries_have_the_plans_of_their_file(string name)
    {
        PlanFile file = PlanFile.Read(Path.Combine(Folder, name));
        await using var engine = await OptimizerEngine.CreateAsync();
        var plans = new Dictionary<PlanBlock, string>();
        var surprises = new List<string>();
        foreach (PlanBlock block in file.Blocks.Where(block => block.IsPlan))
        {
            if (block.Text() is not { } sql)
                continue;
            OptimizedPlan plan = await engine.OptimizeAsync(sql, block.IsDistributed);
            plans[block] = Numbered(PlanText.Draw(plan.Plan).TrimEnd('\n'));
            surprises.AddRange(block.Expected.Where(rule => !plan.Fired.Contains(rule)).Select(rule => $"{rule} did not change: {sql}"));
            surprises.AddRange(block.Refused.Where(plan.Fired.Contains).Select(rule => $"{rule} changed: {sql}"));
        }

        if (Environment.GetEnvironmentVariable("QE_UPDATE_GOLDENS") == "1")
            await File.WriteAllTextAsync(file.Path, file.With(plans));
        Assert.Contains(file.Blocks, block => block.IsPlan);
        Assert.True(surprises.Count == 0, string.Join('\n', surprises));
        foreach ((PlanBlock block, string plan) in plans)
            Assert.Equal($"{block.Head}\n{block.Sql}\n{block.Plan}", $"{block.Head}\n{block.Sql}\n{plan}");
    }

    [Fact]
    public void Every_pass_and_rule_has_a_case_where_it_applies_and_one_where_it_must_not()
    {
        PlanBlock[] blocks = [.. Directory.EnumerateFiles(Folder, "*.plan", SearchOption.AllDirectories).SelectMany(path => PlanFile.Read(path).Blocks)];
        HashSet<string> expected = [.. blocks.SelectMany(block => block.Expected)];
        HashSet<string> refused = [.. blocks.SelectMany(block => block.Refused)];

        Assert.NotEmpty(PlanOptimizer.Names);
        Assert.Empty(expected.Concat(refused).Except(PlanOptimizer.Names));
        Assert.Equal([], PlanOptimizer.Names.Where(name => !expected.Contains(name)));
        Assert.Equal([], PlanOptimizer.Names.Where(name => !refused.Contains(name)));
    }

    // Columns in the order in which they show up, so that one more column made somewhere changes no golden.
    private static string Numbered(string plan)
    {
        var numbers = new Dictionary<string, int>();
        return ColumnNumber().Replace(plan, match =>
        {
            numbers.TryAdd(match.Value, numbers.Count + 1);
            return "#" + numbers[match.Value].ToString(CultureInfo.InvariantCulture);
        });
    }

    [GeneratedRegex("#[0-9]+")]
    private static partial Regex ColumnNumber();
}
