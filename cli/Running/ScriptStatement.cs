using QueryEngine.Spi;

namespace QueryEngine.Cli.Running;

/// <summary>A statement, or a command of the shell that starts with a backslash, and where it stands.</summary>
/// <param name="Text">The statement without its semicolon.</param>
/// <param name="Source">The text that it stands in.</param>
/// <param name="Position">Where it begins in <paramref name="Source"/>.</param>
/// <param name="FirstLine">The line of <paramref name="Origin"/> that <paramref name="Source"/> begins at, from 1.</param>
/// <param name="Origin">The file; null for what was typed or given as an option.</param>
internal sealed record ScriptStatement(string Text, string Source, SourcePosition Position, int FirstLine, string? Origin)
{
    /// <summary>Whether this is a command such as <c>\dt</c>.</summary>
    public bool IsCommand => Text.StartsWith('\\');

    /// <summary>A statement of its own.</summary>
    public static ScriptStatement Of(string text) => new(text, text, new SourcePosition(1, 1), 1, Origin: null);
}
