using System.Globalization;
using System.Text;

namespace QueryEngine.Cli.Interactive;

/// <summary>Text of one or more lines with a cursor; it moves by what a reader takes for one character.</summary>
internal sealed class EditBuffer
{
    private readonly StringBuilder _text = new();
    private string _killed = string.Empty;

    /// <summary>The text.</summary>
    public string Text => _text.ToString();

    /// <summary>Where the cursor is, in UTF-16 units.</summary>
    public int Cursor { get; private set; }

    /// <summary>Whether there is no text.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Whether the cursor is on the first line.</summary>
    public bool IsOnFirstLine => LineStart() == 0;

    /// <summary>Whether the cursor is on the last line.</summary>
    public bool IsOnLastLine => LineEnd() == _text.Length;

    /// <summary>Replaces everything; the cursor goes to the end.</summary>
    public void Set(string text)
    {
        _text.Clear().Append(text);
        Cursor = text.Length;
    }

    /// <summary>Puts text in front of the cursor.</summary>
    public void Insert(string text)
    {
        _text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Replaces the text between a place and the cursor.</summary>
    public void Replace(int start, string text)
    {
        _text.Remove(start, Cursor - start);
        Cursor = start;
        Insert(text);
    }

    public void Backspace() => Remove(Previous(), Cursor);

    public void Delete() => Remove(Cursor, Next());

    public void MoveLeft() => Cursor = Previous();

    public void MoveRight() => Cursor = Next();

    public void MoveWordLeft() => Cursor = WordStart();

    public void MoveWordRight()
    {
        while (Cursor < _text.Length && !char.IsLetterOrDigit(_text[Cursor]))
            Cursor++;
        while (Cursor < _text.Length && char.IsLetterOrDigit(_text[Cursor]))
            Cursor++;
    }

    public void MoveToLineStart() => Cursor = LineStart();

    public void MoveToLineEnd() => Cursor = LineEnd();

    public void MoveToEnd() => Cursor = _text.Length;

    /// <summary>Goes a line up, to the same column where there is one.</summary>
    public void MoveUp()
    {
        int start = LineStart();
        int column = Cursor - start;
        int above = LineStart(start - 1);
        Cursor = Aligned(Math.Min(above + column, start - 1));
    }

    /// <summary>Goes a line down, to the same column where there is one.</summary>
    public void MoveDown()
    {
        int column = Cursor - LineStart();
        int below = LineEnd() + 1;
        Cursor = Aligned(Math.Min(below + column, LineEnd(below)));
    }

    public void KillToLineEnd()
    {
        // At the end of a line the line end itself goes.
        int end = LineEnd();
        Kill(Cursor, end == Cursor ? Math.Min(end + 1, _text.Length) : end);
    }

    public void KillToLineStart() => Kill(LineStart(), Cursor);

    public void KillWord()
    {
        int start = Cursor;
        while (start > 0 && char.IsWhiteSpace(_text[start - 1]))
            start--;
        while (start > 0 && !char.IsWhiteSpace(_text[start - 1]))
            start--;
        Kill(start, Cursor);
    }

    /// <summary>Puts back what was killed last.</summary>
    public void Yank() => Insert(_killed);

    private int WordStart()
    {
        int start = Cursor;
        while (start > 0 && !char.IsLetterOrDigit(_text[start - 1]))
            start--;
        while (start > 0 && char.IsLetterOrDigit(_text[start - 1]))
            start--;
        return start;
    }

    private int LineStart() => LineStart(Cursor);

    private int LineStart(int at)
    {
        while (at > 0 && _text[at - 1] != '\n')
            at--;
        return at;
    }

    private int LineEnd() => LineEnd(Cursor);

    private int LineEnd(int at)
    {
        while (at < _text.Length && _text[at] != '\n')
            at++;
        return at;
    }

    private int Next() => Cursor == _text.Length ? Cursor : Cursor + StringInfo.GetNextTextElementLength(Text, Cursor);

    private int Previous()
    {
        // Text elements can only be found forwards; they never span lines.
        int at = LineStart();
        if (at == Cursor)
            return Math.Max(Cursor - 1, 0);
        string text = Text;
        while (true)
        {
            int next = at + StringInfo.GetNextTextElementLength(text, at);
            if (next >= Cursor)
                return at;
            at = next;
        }
    }

    private int Aligned(int at) => at > 0 && at < _text.Length && char.IsLowSurrogate(_text[at]) ? at - 1 : at;

    private void Kill(int start, int end)
    {
        if (start == end)
            return;
        _killed = _text.ToString(start, end - start);
        Remove(start, end);
    }

    private void Remove(int start, int end)
    {
        _text.Remove(start, end - start);
        Cursor = start;
    }
}
