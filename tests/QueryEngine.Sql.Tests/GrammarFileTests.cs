using System.Text.RegularExpressions;
using QueryEngine.Sql.Parsing;
using Xunit;

namespace QueryEngine.Sql.Tests;

/// <summary>The written grammar keeps up with the parser.</summary>
public sealed class GrammarFileTests
{
    [Fact]
    public void Every_keyword_of_the_parser_stands_in_the_grammar_file()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "QueryEngine.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("the repository was not found");
        string grammar = File.ReadAllText(Path.Combine(folder.FullName, "grammar", "sql.ebnf"));
        var words = Regex.Matches(grammar, "[A-Z_]{2,}").Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        var missing = Enum.GetValues<Keyword>().Where(keyword => keyword != Keyword.None)
            .Select(Keywords.Text).Where(keyword => !words.Contains(keyword)).Distinct();

        Assert.True(words.Count > 300, "the grammar file was not read");
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_keyword_is_found_in_any_case_and_only_whole()
    {
        foreach (var keyword in Enum.GetValues<Keyword>().Where(keyword => keyword != Keyword.None))
        {
            string text = Keywords.Text(keyword);

            Assert.Equal(keyword, Keywords.Find(text));
            Assert.Equal(keyword, Keywords.Find(text.ToLowerInvariant()));
            Assert.Equal(Keyword.None, Keywords.Find(text + "_X"));
        }
    }
}
