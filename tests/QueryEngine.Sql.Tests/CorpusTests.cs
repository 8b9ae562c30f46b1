using QueryEngine.Spi;
using QueryEngine.Sql.Tree;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Sql.Tests;

/// <summary>The parser against all statements of the public test suites.</summary>
[Collection("one after another")]
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
        AssertRate(accepted["slt P"], 0.985);
        AssertRate(accepted["slt T"], 0.9);
        AssertRate(accepted["sqlite setup"], 1.0);
        AssertRate(accepted["tpch script"], 1.0);
        AssertRate(accepted["tpcds script"], 1.0);
        AssertRate(accepted["clickbench script"], 1.0);
        AssertRate(accepted["clients script"], 1.0);
    }

    [Fact]
    public void Formatted_statements_parse_to_the_same_tree()
    {
        if (SharedData.Conformance is not { } folder)
        {
            output.WriteLine("The public test suites are not here.");
            return;
        }

        int checkedStatements = 0;
        var broken = new List<string>();
        foreach (var statement in Corpus.Read(folder))
        {
            if (statement.Suite == "sqlite" && ++checkedStatements % 7 != 0)
                continue;
            foreach (var parsed in TryParse(statement.Text))
            {
                checkedStatements++;
                if (Difference(parsed.Statement) is { } difference)
                    broken.Add($"{Path.GetFileName(statement.File)}: {parsed.Text}\n{difference}");
            }
        }

        broken.Take(20).ToList().ForEach(output.WriteLine);
        Assert.True(checkedStatements > 20_000, "the suites are not whole");
        Assert.Empty(broken);
    }

    private static IReadOnlyList<ParsedStatement> TryParse(string text)
    {
        try
        {
            return SqlParser.Parse(text);
        }
        catch (QueryException)
        {
            return [];
        }
    }

    private static string? Difference(Statement statement)
    {
        string text = SqlFormatter.Format(statement);
        try
        {
            string before = TreeDump.Of(statement);
            string after = TreeDump.Of(SqlParser.ParseStatement(text));
            return before == after ? null : $"  {text}\n  {before}\n  {after}";
        }
        catch (QueryException error)
        {
            return $"  {text}\n  {error.Message} at {error.Position}";
        }
    }

    private static void AssertRate((int Accepted, int All) count, double rate) =>
        Assert.True(count.Accepted >= rate * count.All, $"{count.Accepted} of {count.All} accepted");
}
