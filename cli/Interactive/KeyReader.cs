using System.Text;

namespace QueryEngine.Cli.Interactive;

/// <summary>A key, or text that was pasted as a whole.</summary>
internal readonly record struct KeyInput(ConsoleKeyInfo Key, string? Pasted)
{
    /// <summary>Whether Ctrl and this key were pressed.</summary>
    public bool IsControl(ConsoleKey key) => Pasted is null && Key.Key == key && Key.Modifiers.HasFlag(ConsoleModifiers.Control);
}

/// <summary>Reads keys of a terminal and puts together what bracketed paste marks as one piece of text.</summary>
internal sealed class KeyReader
{
    private const string PasteBegin = "[200~";
    private const string PasteEnd = "[201~";

    private readonly Queue<ConsoleKeyInfo> _waiting = new();

    /// <summary>The next key or pasted text.</summary>
    public KeyInput Read()
    {
        ConsoleKeyInfo key = NextKey();
        if (Begins(key) && TryReadMark(key, PasteBegin))
            return new KeyInput(default, ReadPaste());
        return new KeyInput(key, Pasted: null);
    }

    private static bool Begins(ConsoleKeyInfo key) =>
        key.Key == ConsoleKey.Escape || (key.KeyChar == '[' && key.Modifiers.HasFlag(ConsoleModifiers.Alt));

    private ConsoleKeyInfo NextKey() => _waiting.TryDequeue(out ConsoleKeyInfo key) ? key : Console.ReadKey(intercept: true);

    // The marks arrive as Escape, or Alt and a bracket, and then one key for each character. What turns out to be no mark is kept.
    private bool TryReadMark(ConsoleKeyInfo first, string mark)
    {
        int matched = first.KeyChar == '[' ? 1 : 0;
        var read = new List<ConsoleKeyInfo>();
        while (matched < mark.Length && (_waiting.Count > 0 || Console.KeyAvailable))
        {
            ConsoleKeyInfo key = NextKey();
            read.Add(key);
            if (key.KeyChar != mark[matched])
                break;
            matched++;
        }

        if (matched == mark.Length)
            return true;
        ConsoleKeyInfo[] later = [.. _waiting];
        _waiting.Clear();
        foreach (ConsoleKeyInfo key in read.Concat(later))
            _waiting.Enqueue(key);
        return false;
    }

    private string ReadPaste()
    {
        var pasted = new StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = NextKey();
            if (Begins(key) && TryReadMark(key, PasteEnd))
                return pasted.ToString();
            if (key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n')
                pasted.Append('\n');
            else if (key.KeyChar is '\t' or >= ' ')
                pasted.Append(key.KeyChar);
        }
    }
}
