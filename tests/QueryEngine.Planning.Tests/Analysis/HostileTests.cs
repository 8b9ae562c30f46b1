using System.Globalization;
using System.Text;
using QueryEngine.Analysis;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Planning.Tests.Analysis;

/// <summary>Long and deep statements are analyzed, or refused; they never end the process.</summary>
public sealed class HostileTests
{
    [Fact]
    public async Task Chains_of_a_hundred_thousand_terms_are_analyzed()
    {
        await using var engine = new TestEngine();
        string or = Repeat(100_000, " OR ", term => $"n_nationkey = {term}");
        string @in = Repeat(100_000, ", ", term => $"'{term}'");

        string plan = await engine.PlanAsync($"SELECT 1 FROM nation WHERE ({or}) AND n_name IN ({@in})");

        Assert.Contains("n_nationkey#1 = 99999", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("||")]
    public async Task A_chain_of_operators_that_would_be_too_deep_is_refused(string symbol)
    {
        await using var engine = new TestEngine();

        QueryException error = await engine.ErrorAsync("SELECT " + Repeat(100_000, symbol, _ => "n_name") + " FROM nation");

        Assert.Equal(ErrorCode.StatementTooComplex, error.Code);
    }

    [Fact]
    public async Task Subqueries_nested_as_deep_as_the_parser_lets_them_are_analyzed_or_refused()
    {
        await using var engine = new TestEngine();
        var sql = new StringBuilder("SELECT 1");
        for (int level = 0; level < 150; level++)
            sql.Insert(0, "SELECT * FROM (").Append(CultureInfo.InvariantCulture, $") t{level}");

        try
        {
            Assert.IsType<AnalyzedQuery>(await engine.AnalyzeAsync(sql.ToString()));
        }
        catch (QueryException error)
        {
            Assert.Equal(ErrorCode.StatementTooComplex, error.Code);
        }
    }

    [Fact]
    public async Task Common_tables_that_double_with_every_step_are_refused()
    {
        await using var engine = new TestEngine();
        string tables = Repeat(40, ", ", step => step == 0 ? "a0 AS (SELECT 1 x)" : $"a{step} AS (SELECT l.x FROM a{step - 1} l, a{step - 1} r)");

        QueryException error = await engine.ErrorAsync($"WITH {tables} SELECT * FROM a39");

        Assert.Equal(ErrorCode.StatementTooComplex, error.Code);
    }

    [Fact]
    public async Task A_cube_of_too_many_keys_is_refused()
    {
        await using var engine = new TestEngine();

        QueryException error = await engine.ErrorAsync($"SELECT 1 FROM nation GROUP BY CUBE ({Repeat(20, ", ", key => $"n_nationkey + {key}")})");

        Assert.Equal(ErrorCode.StatementTooComplex, error.Code);
    }

    private static string Repeat(int count, string separator, Func<int, string> item) =>
        string.Join(separator, Enumerable.Range(0, count).Select(item));
}
