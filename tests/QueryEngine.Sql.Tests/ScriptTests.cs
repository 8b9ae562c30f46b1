using QueryEngine.Spi;
using QueryEngine.Sql.Tree;
using Xunit;

namespace QueryEngine.Sql.Tests;

/// <summary>Scripts, positions and names.</summary>
public sealed class ScriptTests
{
    [Fact]
    public void A_script_splits_at_semicolons_that_end_statements()
    {
        var parts = SqlParser.SplitStatements("-- first\nSELECT ';' ; /* ; */\n\n  SELECT $$;$$, \";\"\n;; SELECT 3 -- end;");

        Assert.Equal(["SELECT ';'", "SELECT $$;$$, \";\"", "SELECT 3"], parts.Select(part => part.Text));
        Assert.Equal([true, true, false], parts.Select(part => part.IsTerminated));
        Assert.Equal([new SourcePosition(2, 1), new SourcePosition(4, 3), new SourcePosition(5, 4)], parts.Select(part => part.Position));
    }

    [Theory]
    [InlineData("SELECT 'a;")]
    [InlineData("SELECT 1 /* ;")]
    [InlineData("SELECT \"a;")]
    [InlineData("SELECT $$a;")]
    public void A_statement_that_ends_inside_a_text_or_comment_is_not_terminated(string text)
    {
        var part = Assert.Single(SqlParser.SplitStatements(text));

        Assert.False(part.IsTerminated);
    }

    [Fact]
    public void Statements_know_their_text_place_and_parameters()
    {
        var statements = SqlParser.Parse("SELECT ?, ? ;\n  SELECT $3;");

        Assert.Equal(["SELECT ?, ?", "SELECT $3"], statements.Select(statement => statement.Text));
        Assert.Equal([2, 3], statements.Select(statement => statement.ParameterCount));
        Assert.Equal(new SourcePosition(2, 3), statements[1].Statement.Position);
    }

    [Fact]
    public void Nodes_know_their_place()
    {
        var sum = Assert.IsType<BinaryExpression>(SqlParser.ParseExpression("a\n + f(b)"));

        Assert.Equal(new SourcePosition(2, 2), sum.Position);
        Assert.Equal(new SourcePosition(1, 1), sum.Left.Position);
        Assert.Equal(new SourcePosition(2, 4), sum.Right.Position);
    }

    [Fact]
    public void Unquoted_names_match_in_any_case_and_quoted_ones_exactly()
    {
        var plain = new Identifier("Name", IsQuoted: false);
        var quoted = new Identifier("Name", IsQuoted: true);

        Assert.True(plain.Matches("NAME"));
        Assert.False(quoted.Matches("NAME"));
        Assert.True(quoted.Matches("Name"));
        Assert.Equal(("name", "Name"), (plain.Folded, quoted.Folded));
    }

    [Fact]
    public void Nodes_are_equal_only_to_themselves()
    {
        var first = SqlParser.ParseExpression("a + 1");
        var second = SqlParser.ParseExpression("a + 1");

        Assert.NotEqual(first, second);
        Assert.Equal(first, first);
        Assert.Equal(first.ToString(), second.ToString());
    }

    [Fact]
    public void Long_chains_of_AND_are_one_node()
    {
        var chain = Assert.IsType<LogicalExpression>(SqlParser.ParseExpression("a AND b AND c AND d"));

        Assert.Equal(4, chain.Terms.Length);
    }
}
