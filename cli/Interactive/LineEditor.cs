using System.Runtime.InteropServices;

namespace QueryEngine.Cli.Interactive;

/// <summary>How reading a statement ended.</summary>
internal enum EditOutcome
{
    /// <summary>A complete statement.</summary>
    Accepted,

    /// <summary>Ctrl-C: the text is dropped.</summary>
    Interrupted,

    /// <summary>Ctrl-D on an empty line.</summary>
    EndOfInput,
}

/// <summary>
/// Edits a statement of any number of lines on a terminal: as Emacs and readline do, with history, search (Ctrl-R), completion (Tab) and
/// bracketed paste. Enter ends the statement where it is complete, and the line where it is not.
/// </summary>
internal sealed class LineEditor(History history, Func<string, bool> isComplete, Func<string, int, Completion> complete)
{
    private const string Prompt = "qe> ";
    private const string Continuation = "  -> ";

    private readonly KeyReader _keys = new();
    private readonly EditScreen _screen = new(Console.Out, static () => (Console.WindowWidth, Console.WindowHeight));
    private readonly Lock _lock = new();
    private EditBuffer _buffer = new();
    private int _historyIndex;
    private string _draft = string.Empty;

    /// <summary>Reads a statement.</summary>
    public (EditOutcome Outcome, string Text) Read()
    {
        Console.TreatControlCAsInput = true;
        Console.Out.Write("\e[?2004h");
        using PosixSignalRegistration? resized = OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw());
        try
        {
            _buffer = new EditBuffer();
            (_historyIndex, _draft) = (history.Count, string.Empty);
            _screen.Begin();
            Redraw();
            EditOutcome? outcome = null;
            while (outcome is null)
            {
                KeyInput input = _keys.Read();
                lock (_lock)
                    outcome = Apply(input);
            }

            return Finish(outcome.Value);
        }
        finally
        {
            Console.Out.Write("\e[?2004l");
            Console.TreatControlCAsInput = false;
        }
    }

    private (EditOutcome Outcome, string Text) Finish(EditOutcome outcome)
    {
        lock (_lock)
        {
            _buffer.MoveToEnd();
            Draw();
            if (outcome == EditOutcome.Interrupted)
                Console.Out.Write("^C");
            _screen.End();
            string text = _buffer.Text;
            if (outcome == EditOutcome.Accepted)
                history.Add(text.TrimEnd());
            return (outcome, text);
        }
    }

    private void Redraw()
    {
        lock (_lock)
            Draw();
    }

    private void Draw(string? below = null) => _screen.Draw(Prompt, Continuation, _buffer.Text, _buffer.Cursor, below);

    private EditOutcome? Apply(KeyInput input)
    {
        if (input.Pasted is { } pasted)
        {
            _buffer.Insert(pasted);
            Draw();
            return null;
        }

        if (input.IsControl(ConsoleKey.C))
            return EditOutcome.Interrupted;
        if (input.IsControl(ConsoleKey.D) && _buffer.IsEmpty)
            return EditOutcome.EndOfInput;
        if (input.Key.Key == ConsoleKey.Enter)
        {
            if (isComplete(_buffer.Text))
                return EditOutcome.Accepted;
            _buffer.Insert("\n");
        }
        else if (input.Key.Key == ConsoleKey.Tab)
        {
            Complete();
            return null;
        }
        else if (input.IsControl(ConsoleKey.R))
        {
            Search();
        }
        else
        {
            Edit(input.Key);
        }

        Draw();
        return null;
    }

    private void Edit(ConsoleKeyInfo key)
    {
        bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        bool alt = key.Modifiers.HasFlag(ConsoleModifiers.Alt);
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when control || alt:
            case ConsoleKey.B when alt:
                _buffer.MoveWordLeft();
                break;
            case ConsoleKey.RightArrow when control || alt:
            case ConsoleKey.F when alt:
                _buffer.MoveWordRight();
                break;
            case ConsoleKey.LeftArrow:
            case ConsoleKey.B when control:
                _buffer.MoveLeft();
                break;
            case ConsoleKey.RightArrow:
            case ConsoleKey.F when control:
                _buffer.MoveRight();
                break;
            case ConsoleKey.UpArrow:
            case ConsoleKey.P when control:
                Up();
                break;
            case ConsoleKey.DownArrow:
            case ConsoleKey.N when control:
                Down();
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                _buffer.MoveToLineStart();
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                _buffer.MoveToLineEnd();
                break;
            case ConsoleKey.Backspace when alt || control:
            case ConsoleKey.W when control:
                _buffer.KillWord();
                break;
            case ConsoleKey.Backspace:
            case ConsoleKey.H when control:
                _buffer.Backspace();
                break;
            case ConsoleKey.Delete:
            case ConsoleKey.D when control:
                _buffer.Delete();
                break;
            case ConsoleKey.K when control:
                _buffer.KillToLineEnd();
                break;
            case ConsoleKey.U when control:
                _buffer.KillToLineStart();
                break;
            case ConsoleKey.Y when control:
                _buffer.Yank();
                break;
            case ConsoleKey.L when control:
                _screen.Clear();
                break;
            default:
                if (key.KeyChar >= ' ' && key.KeyChar != '\u007F' && !alt)
                    InsertTyped(key.KeyChar);
                break;
        }
    }

    // Characters beyond the first plane arrive as two keys.
    private void InsertTyped(char character)
    {
        string typed = character.ToString();
        if (char.IsHighSurrogate(character))
            typed += _keys.Read().Key.KeyChar;
        _buffer.Insert(typed);
    }

    private void Up()
    {
        if (!_buffer.IsOnFirstLine)
        {
            _buffer.MoveUp();
            return;
        }

        if (_historyIndex == 0)
            return;
        if (_historyIndex == history.Count)
            _draft = _buffer.Text;
        _buffer.Set(history[--_historyIndex]);
    }

    private void Down()
    {
        if (!_buffer.IsOnLastLine)
            _buffer.MoveDown();
        else if (_historyIndex < history.Count)
            _buffer.Set(++_historyIndex == history.Count ? _draft : history[_historyIndex]);
    }

    private void Complete()
    {
        Completion completion = complete(_buffer.Text, _buffer.Cursor);
        string typed = _buffer.Text[completion.Start.._buffer.Cursor];
        string common = completion.CommonPrefix();
        if (completion.Candidates.Count == 1)
            _buffer.Replace(completion.Start, completion.Candidates[0] + (completion.Candidates[0].EndsWith('.') ? string.Empty : " "));
        else if (common.Length > typed.Length)
            _buffer.Replace(completion.Start, common);
        Draw(completion.Candidates.Count > 1 ? completion.Listing(Console.WindowWidth) : null);
    }

    private void Search()
    {
        string wanted = string.Empty;
        int found = history.Count;
        while (true)
        {
            string shown = found < history.Count ? history[found] : string.Empty;
            _screen.Draw($"(search '{wanted}') ", Continuation, shown, shown.Length);
            KeyInput input = _keys.Read();
            char typed = input.Key.KeyChar;
            if (input.IsControl(ConsoleKey.R))
            {
                int earlier = history.FindLast(wanted, found);
                found = earlier >= 0 ? earlier : found;
            }
            else if (input.Pasted is null && input.Key.Key == ConsoleKey.Backspace && wanted.Length > 0)
            {
                wanted = wanted[..^1];
                found = Find(wanted);
            }
            else if (input.Pasted is null && typed >= ' ' && typed != '\u007F' && input.Key.Modifiers is 0 or ConsoleModifiers.Shift)
            {
                wanted += typed;
                found = Find(wanted);
            }
            else
            {
                if (found < history.Count && !input.IsControl(ConsoleKey.C) && !input.IsControl(ConsoleKey.G))
                {
                    _historyIndex = found;
                    _buffer.Set(history[found]);
                }

                return;
            }
        }

        int Find(string text) => history.FindLast(text, history.Count) is >= 0 and var index ? index : history.Count;
    }
}
