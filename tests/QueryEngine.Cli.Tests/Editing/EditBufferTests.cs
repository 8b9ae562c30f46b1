using QueryEngine.Cli.Interactive;
using Xunit;

namespace QueryEngine.Cli.Tests.Editing;

public sealed class EditBufferTests
{
    [Fact]
    public void Removes_what_a_reader_takes_for_one_character()
    {
        var buffer = new EditBuffer();
        buffer.Insert("ae\u0301👩‍👩‍👧");

        buffer.Backspace();
        Assert.Equal("ae\u0301", buffer.Text);
        buffer.Backspace();
        Assert.Equal("a", buffer.Text);
    }

    [Fact]
    public void Keeps_the_column_when_it_changes_lines()
    {
        var buffer = new EditBuffer();
        buffer.Set("select\nfrom t\nx");
        buffer.MoveUp();
        Assert.Equal(8, buffer.Cursor);
        buffer.MoveToLineEnd();
        buffer.MoveUp();
        Assert.Equal(6, buffer.Cursor);
        buffer.MoveDown();
        Assert.Equal(13, buffer.Cursor);
        Assert.False(buffer.IsOnFirstLine);
        Assert.False(buffer.IsOnLastLine);
    }

    [Fact]
    public void Puts_back_what_was_killed()
    {
        var buffer = new EditBuffer();
        buffer.Set("select one  ");
        buffer.KillWord();
        Assert.Equal("select ", buffer.Text);
        buffer.MoveToLineStart();
        buffer.Yank();
        Assert.Equal("one  select ", buffer.Text);
        buffer.KillToLineEnd();
        Assert.Equal("one  ", buffer.Text);
        buffer.KillToLineStart();
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void Moves_by_words()
    {
        var buffer = new EditBuffer();
        buffer.Set("one, two");
        buffer.MoveWordLeft();
        Assert.Equal(5, buffer.Cursor);
        buffer.MoveWordLeft();
        Assert.Equal(0, buffer.Cursor);
        buffer.MoveWordRight();
        Assert.Equal(3, buffer.Cursor);
    }
}
