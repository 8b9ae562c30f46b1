using System.Diagnostics;
using QueryEngine.Plan;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Planning.Tests.Optimization;

/// <summary>Chains and lists of a hundred thousand terms go through every pass: a pass that is quadratic, or deep, in the terms would not end here.</summary>
public sealed class HostilePlanTests(ITestOutputHelper output)
{
    private const int Terms = 100_000;

    [Theory]
    [InlineData("equalities of one column", " OR ", "o_orderkey = {0}")]
    [InlineData("equalities of two columns", " OR ", "(o_orderkey = {0} AND o_custkey = {0})")]
    [InlineData("inequalities", " AND ", "o_orderkey <> {0}")]
    [InlineData("lower bounds", " AND ", "o_orderkey > {0}")]
    [InlineData("patterns", " AND ", "o_comment NOT LIKE 'x{0}%'")]
    [InlineData("comparisons of two columns", " OR ", "o_orderkey + {0} = o_custkey")]
    public async Task A_chain_of_many_terms_is_planned(string what, string @operator, string term)
    {
        await using var engine = await OptimizerEngine.CreateAsync();
        string condition = string.Join(@operator, Enumerable.Range(0, Terms).Select(number => string.Format(null, term, number)));

        await PlanAsync(engine, what, $"SELECT count(*) FROM orders JOIN customer ON o_custkey = c_custkey WHERE {condition}");
    }

    [Theory]
    [InlineData("o_orderkey IN ({0})", "{0}")]
    [InlineData("o_orderkey NOT IN ({0})", "{0}")]
    [InlineData("o_comment IN ({0})", "'{0}'")]
    [InlineData("o_orderkey IN (VALUES {0})", "({0})")]
    [InlineData("o_totalprice IN ({0})", "{0}.5")]
    public async Task A_list_of_many_values_is_planned(string condition, string item)
    {
        await using var engine = await OptimizerEngine.CreateAsync();
        string list = string.Join(", ", Enumerable.Range(0, Terms).Select(number => string.Format(null, item, number)));

        await PlanAsync(engine, condition, $"SELECT count(*) FROM orders WHERE {string.Format(null, condition, list)}");
    }

    [Theory]
    [InlineData("EXISTS (SELECT 1 FROM nation WHERE n_nationkey > o_orderkey + {0} LIMIT 1 OFFSET 1)", " AND ")]
    [InlineData("(SELECT max(n_nationkey + o_custkey) FROM nation WHERE n_nationkey > {0}) = 7", " OR ")]
    [InlineData("o_custkey IN (SELECT n_nationkey + o_orderkey FROM nation ORDER BY n_name LIMIT {0})", " OR ")]
    public async Task A_plan_grows_by_as_much_with_each_correlated_subquery(string condition, string joint)
    {
        await using var engine = await OptimizerEngine.CreateAsync();
        async Task<int> NodesAsync(int subqueries)
        {
            string conditions = string.Join(joint, Enumerable.Range(0, subqueries).Select(number => string.Format(null, condition, number)));
            return (await engine.OptimizeAsync($"SELECT o_orderkey FROM orders WHERE {conditions}")).MostNodes;
        }

        int two = await NodesAsync(2), four = await NodesAsync(4), six = await NodesAsync(6);

        Assert.InRange(six - four, 1, four - two + 4);
    }

    [Fact]
    public async Task Planning_ends_when_it_is_cancelled()
    {
        await using var engine = await OptimizerEngine.CreateAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => engine.OptimizeAsync("SELECT count(*) FROM orders", cancellation: cancelled.Token));
    }

    private async Task PlanAsync(OptimizerEngine engine, string what, string sql)
    {
        OptimizedPlan plan = await engine.OptimizeAsync(sql);
        long start = Stopwatch.GetTimestamp();
        string drawn = PlanText.Draw(plan.Plan);
        output.WriteLine($"{what}: {string.Join(", ", plan.Times.Append(("drawing", Stopwatch.GetElapsedTime(start))).Where(time => time.Item2.TotalMilliseconds > 10).Select(time => $"{time.Item1} {time.Item2.TotalMilliseconds:F0} ms"))}");

        Assert.Contains("TableScan[tpch.tiny.orders", drawn, StringComparison.Ordinal);
    }
}
