using QueryEngine.Cli.Running;
using Xunit;

namespace QueryEngine.Cli.Tests.Shell;

public sealed class ScriptReaderTests
{
    [Fact]
    public void Ends_a_statement_at_a_semicolon_outside_of_texts_and_comments()
    {
        var reader = new ScriptReader(origin: null);

        Assert.Empty(reader.Add("SELECT ';' -- not here ;"));
        Assert.Empty(reader.Add(", \";\" /* nor ; here"));
        Assert.True(reader.HasPending);
        ScriptStatement statement = Assert.Single(reader.Add("*/ FROM t;"));

        Assert.Equal("SELECT ';' -- not here ;\n, \";\" /* nor ; here\n*/ FROM t", statement.Text);
        Assert.False(reader.HasPending);
    }

    [Fact]
    public void Keeps_the_lines_and_columns_of_later_statements()
    {
        var reader = new ScriptReader("file.sql");
        reader.Add("SELECT 1;");

        Assert.Equal("SELECT 2", Assert.Single(reader.Add("SELECT 2; SELECT")).Text);
        ScriptStatement last = Assert.Single(reader.Add("3;"));

        Assert.Equal("SELECT\n3", last.Text);
        Assert.Equal(2, last.FirstLine + last.Position.Line - 1);
        Assert.Equal(11, last.Position.Column);
    }

    [Fact]
    public void Takes_commands_only_where_no_statement_has_begun()
    {
        var reader = new ScriptReader(origin: null);

        Assert.True(Assert.Single(reader.Add(" \\dt")).IsCommand);
        Assert.Empty(reader.Add("SELECT 1"));
        Assert.Empty(reader.Add("\\dt"));
    }

    [Fact]
    public void Gives_the_last_statement_without_a_semicolon_at_the_end()
    {
        var reader = new ScriptReader(origin: null);
        reader.Add("SELECT 1");

        Assert.Equal("SELECT 1", Assert.Single(reader.Finish()).Text);
    }
}
