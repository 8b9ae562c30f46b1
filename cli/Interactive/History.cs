using System.Text.RegularExpressions;

namespace QueryEngine.Cli.Interactive;

/// <summary>
/// Statements that were typed, the newest last, kept in a file that only its owner reads. Statements that hold secrets are not kept.
/// </summary>
internal sealed partial class History
{
    private const int MostEntries = 5000;

    private readonly string? _path;
    private readonly List<string> _entries = [];

    /// <summary>Reads a history file; null for a history that is not kept.</summary>
    public History(string? path)
    {
        _path = path;
        if (path is null || !File.Exists(path))
            return;
        try
        {
            _entries.AddRange(File.ReadLines(path).Select(Unescape).TakeLast(MostEntries));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _path = null;
        }
    }

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>An entry, the oldest first.</summary>
    public string this[int index] => _entries[index];

    /// <summary>Where the history is kept by default.</summary>
    public static string DefaultPath()
    {
        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(state, "qe", "history");
    }

    /// <summary>Keeps a statement, unless it is the same as the last one or holds a secret.</summary>
    public void Add(string text)
    {
        if (string.IsNullOrWhiteSpace(text) || (_entries.Count > 0 && _entries[^1] == text) || HoldsSecret(text))
            return;
        _entries.Add(text);
        if (_path is null)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using FileStream file = new(_path, NewFile());
            using StreamWriter writer = new(file);
            writer.Write(Escape(text) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written to costs the history, not the session.
        }
    }

    /// <summary>The newest entry before <paramref name="before"/> that contains the text; -1 without one.</summary>
    public int FindLast(string text, int before)
    {
        for (int index = Math.Min(before, _entries.Count) - 1; index >= 0; index--)
            if (_entries[index].Contains(text, StringComparison.OrdinalIgnoreCase))
                return index;
        return -1;
    }

    /// <summary>Whether a statement holds a password, a token or a URL with credentials.</summary>
    public static bool HoldsSecret(string text) => Secrets().IsMatch(text);

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Unescape(string line) =>
        EscapeSequence().Replace(line, match => match.Value == "\\n" ? "\n" : "\\");

    [GeneratedRegex(@"\\[\\n]")]
    private static partial Regex EscapeSequence();

    [GeneratedRegex(@"passw(or)?d|\bpwd\b|secret|token|credential|api.?key|access.?key|private.?key|://[^/\s']*:[^/\s']*@", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}
