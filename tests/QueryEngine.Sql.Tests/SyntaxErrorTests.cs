using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Sql.Tests;

/// <summary>Errors say what is wrong, where, and what would mend it.</summary>
public sealed class SyntaxErrorTests
{
    [Theory]
    [InlineData("SELEC 1", 1, 1, "syntax error at or near 'SELEC': expected a statement")]
    [InlineData("SELECT 1 +", 1, 11, "syntax error at end of input: expected an expression")]
    [InlineData("SELECT a b c FROM t", 1, 12, "syntax error at or near 'c': expected ';' or the end of the statement")]
    [InlineData("SELECT (1 + 2", 1, 14, "syntax error at end of input: expected ')'")]
    [InlineData("SELECT a\nFROM t\nWHERE AND b", 3, 7, "syntax error at or near 'AND': expected an expression")]
    [InlineData("SELECT * FROM WHERE a", 1, 15, "syntax error at or near 'WHERE': expected a name of a table")]
    [InlineData("SELECT * FROM a JOIN b", 1, 23, "syntax error at end of input: expected ON or USING")]
    [InlineData("SELECT 1 FROM t GROUP a", 1, 23, "syntax error at or near 'a': expected BY")]
    [InlineData("SELECT CASE WHEN a THEN 1", 1, 26, "syntax error at end of input: expected END")]
    [InlineData("SELECT CAST(a INT)", 1, 15, "syntax error at or near 'INT': expected AS")]
    [InlineData("SELECT 12ab", 1, 8, "syntax error at or near '12ab': letters follow a number")]
    [InlineData("SELECT 'abc", 1, 8, "unterminated string")]
    [InlineData("SELECT 1 /* abc", 1, 10, "unterminated comment")]
    [InlineData("SELECT \"abc", 1, 8, "unterminated quoted identifier")]
    [InlineData("SELECT \"\"", 1, 8, "a quoted identifier must not be empty")]
    [InlineData("SELECT X'AG'", 1, 8, "a binary literal is made of hexadecimal digits")]
    [InlineData("SELECT E'\\u12'", 1, 8, "invalid Unicode escape")]
    [InlineData("SELECT 1; SELEC 2", 1, 11, "syntax error at or near 'SELEC': expected a statement")]
    [InlineData("SELECT $0", 1, 8, "there is no parameter $0")]
    [InlineData("SELECT a FROM t LIMIT 1, 2", 1, 24, "syntax error at or near ',': LIMIT takes one number")]
    [InlineData("INSERT t VALUES (1)", 1, 8, "syntax error at or near 't': expected INTO")]
    [InlineData("CREATE THING a", 1, 8, "syntax error at or near 'THING': expected TABLE, VIEW, SCHEMA, CATALOG or INDEX")]
    [InlineData("CREATE CATALOG pg", 1, 18, "syntax error at end of input: expected USING and a connector, or FROM and a URL")]
    [InlineData("SELECT a IS 5", 1, 13, "syntax error at or near '5': expected NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM")]
    [InlineData("SELECT a FROM t ORDER BY a NULLS", 1, 28, "syntax error at or near 'NULLS': expected ';' or the end of the statement")]
    [InlineData("SELECT sum(a) OVER (ROWS 1)", 1, 27, "syntax error at or near ')': expected PRECEDING or FOLLOWING")]
    public void Is_reported_at_its_place(string text, int line, int column, string message)
    {
        var error = Assert.Throws<QueryException>(() => SqlParser.Parse(text));

        Assert.Equal(message, error.Message);
        Assert.Equal(new SourcePosition(line, column), error.Position);
    }

    [Theory]
    [InlineData("SELECT a FROM order", "ORDER is a reserved word: write \"order\" in double quotes to use it as a name.")]
    [InlineData("CREATE TABLE t (a INT, order INT)", "ORDER is a reserved word: write \"order\" in double quotes to use it as a name.")]
    [InlineData("SELECT `a`", "Names that need quotes stand in double quotes.")]
    [InlineData("SELECT a FROM t LIMIT 1, 2", "Write LIMIT count OFFSET start.")]
    public void Has_a_hint(string text, string hint)
    {
        var error = Assert.Throws<QueryException>(() => SqlParser.Parse(text));

        Assert.Equal(hint, error.Hint);
    }

    [Theory]
    [InlineData("SELECT a FROM t FOR UPDATE", "locking rows is not supported")]
    public void Known_but_missing_syntax_says_so(string text, string message)
    {
        var error = Assert.Throws<QueryException>(() => SqlParser.Parse(text));

        Assert.Equal(ErrorCode.NotSupported, error.Code);
        Assert.Equal(message, error.Message);
        Assert.NotNull(error.Position);
    }

    [Fact]
    public void ParseStatement_takes_exactly_one()
    {
        Assert.Throws<QueryException>(() => SqlParser.ParseStatement("  -- nothing\n"));
        Assert.Throws<QueryException>(() => SqlParser.ParseStatement("SELECT 1; SELECT 2"));
        Assert.NotNull(SqlParser.ParseStatement("SELECT 1;"));
        Assert.Throws<QueryException>(() => SqlParser.ParseExpression("1 + 2 AS a"));
    }
}
