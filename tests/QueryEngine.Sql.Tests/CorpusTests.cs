using QueryEngine.Spi;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Sql.Tests;

/// <summary>The parser against all statements of the public test suites.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Public_suites_are_accepted()
    {
        if (SharedData.Conformance is not { } folder)
        {
            output.WriteLine("The public test suites are not here.");
            return;
        }

        var accepted = new SortedDictionary<string, (int Accepted, int All)>(StringComparer.Ordinal);
        var rejected = new List<string>();
        foreach (var statement in Corpus.Read(folder))
        {
            string group = $"{statement.Suite} {statement.Tier}";
            var count = accepted.GetValueOrDefault(group);
            try
            {
                Assert.NotEmpty(SqlParser.Parse(statement.Text));
                accepted[group] = (count.Accepted + 1, count.All + 1);
            }
            catch (QueryException error)
            {
                accepted[group] = (count.Accepted, count.All + 1);
                rejected.Add($"{group} {Path.GetFileName(statement.File)}: {error.Message} at {error.Position}\n    {statement.Text}");
            }
        }

        foreach (var (group, (ok, all)) in accepted)
            output.WriteLine($"{group}: {ok} of {all}");
        rejected.ForEach(output.WriteLine);
        Assert.True(accepted.Values.Sum(count => count.All) > 30_000, "the suites are not whole");
        AssertRate(accepted["slt A"], 1.0);
        AssertRate(accepted["slt B"], 0.995);
        AssertRate(accepted["slt P"], 0.975);
        AssertRate(accepted["slt T"], 0.9);
        AssertRate(accepted["sqlite setup"], 1.0);
        AssertRate(accepted["tpch script"], 1.0);
        AssertRate(accepted["tpcds script"], 1.0);
        AssertRate(accepted["clickbench script"], 1.0);
        AssertRate(accepted["clients script"], 1.0);
    }

    private static void AssertRate((int Accepted, int All) count, double rate) =>
        Assert.True(count.Accepted >= rate * count.All, $"{count.Accepted} of {count.All} accepted");
}
