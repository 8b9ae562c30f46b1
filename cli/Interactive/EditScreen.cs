using System.Globalization;
using System.Text;
using QueryEngine.Cli.Output;

namespace QueryEngine.Cli.Interactive;

/// <summary>
/// Draws the text that is edited as a block of rows below one another, wrapped by its own count of cells, so that wide characters and
/// the terminal's width never put the cursor in the wrong place. Each change draws the block anew.
/// </summary>
internal sealed class EditScreen(TextWriter terminal, Func<(int Width, int Height)> size)
{
    private int _cursorRow;

    /// <summary>Begins a new block where the cursor is.</summary>
    public void Begin() => _cursorRow = 0;

    /// <summary>Draws the block. <paramref name="below"/> is shown under it.</summary>
    public void Draw(string prompt, string continuation, string text, int cursor, string? below = null)
    {
        (int width, int height) = size();
        (List<string> rows, int cursorRow, int cursorColumn) = Layout(prompt, continuation, text, cursor, Math.Max(width - 1, 10));
        if (below is not null)
            rows.Add(below);

        // A block higher than the screen shows the part around the cursor.
        int shown = Math.Min(rows.Count, Math.Max(height - 1, 1));
        int top = Math.Clamp(cursorRow - shown + 1, 0, rows.Count - shown);
        var drawing = new StringBuilder("\e[?25l");
        Up(drawing, _cursorRow);
        drawing.Append("\r\e[J").AppendJoin("\r\n", rows.GetRange(top, shown));
        Up(drawing, top + shown - 1 - cursorRow);
        drawing.Append('\r');
        if (cursorColumn > 0)
            drawing.Append(CultureInfo.InvariantCulture, $"\e[{cursorColumn}C");
        drawing.Append("\e[?25h");
        terminal.Write(drawing.ToString());
        _cursorRow = cursorRow - top;
    }

    /// <summary>Clears the screen.</summary>
    public void Clear()
    {
        terminal.Write("\e[2J\e[H");
        _cursorRow = 0;
    }

    /// <summary>Goes to a new line; the cursor has to be in the block's last row.</summary>
    public void End()
    {
        terminal.Write("\r\n");
        _cursorRow = 0;
    }

    private static void Up(StringBuilder drawing, int rows)
    {
        if (rows > 0)
            drawing.Append(CultureInfo.InvariantCulture, $"\e[{rows}A");
    }

    private static (List<string> Rows, int CursorRow, int CursorColumn) Layout(
        string prompt, string continuation, string text, int cursor, int width)
    {
        var rows = new List<string>();
        var row = new StringBuilder(prompt);
        int column = DisplayText.Width(prompt);
        (int cursorRow, int cursorColumn) = (0, column);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (at == cursor)
                (cursorRow, cursorColumn) = (rows.Count, column);
            at += rune.Utf16SequenceLength;
            if (rune.Value == '\n')
            {
                rows.Add(row.ToString());
                row.Clear().Append(continuation);
                column = DisplayText.Width(continuation);
                continue;
            }

            string shown = rune.Value == '\t' ? "    " : DisplayText.Printable(rune.ToString());
            int cells = DisplayText.Width(shown);
            if (column + cells > width)
            {
                rows.Add(row.ToString());
                row.Clear();
                column = 0;
            }

            row.Append(shown);
            column += cells;
        }

        if (at == cursor)
            (cursorRow, cursorColumn) = (rows.Count, column);
        rows.Add(row.ToString());
        return (rows, cursorRow, cursorColumn);
    }
}
