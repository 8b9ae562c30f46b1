using System.Globalization;
using System.Text;
using QueryEngine.Cli.Output;
using QueryEngine.Cli.Running;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Errors;

/// <summary>Shows errors: what happened, its SQLSTATE, the line with a caret below the place, and a hint.</summary>
internal static class ErrorPrinter
{
    private const int WidestExcerpt = 100;

    /// <summary>An error of a statement as text.</summary>
    public static string Describe(QueryException error, ScriptStatement? statement)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"error {error.Code.SqlState} ({error.Code.Name}): {Safe(error.Message)}\n");
        if (statement is not null && error.Position is { } position)
            AppendExcerpt(text, statement, position);
        if (error.Hint is { Length: > 0 } hint)
            text.Append(CultureInfo.InvariantCulture, $"hint: {Safe(hint)}\n");
        return text.ToString();
    }

    private static void AppendExcerpt(StringBuilder text, ScriptStatement statement, SourcePosition position)
    {
        // Positions count from the start of the statement; the excerpt shows the line of the script that it stands in.
        int line = statement.Position.Line + position.Line - 1;
        int column = position.Line == 1 ? statement.Position.Column + position.Column - 1 : position.Column;
        string[] lines = statement.Source.Split('\n');
        if (line < 1 || line > lines.Length)
            return;

        string source = lines[line - 1].TrimEnd('\r').Replace('\t', ' ');
        int at = Math.Clamp(column - 1, 0, source.Length);
        int from = Math.Max(0, Math.Min(at - (WidestExcerpt / 2), source.Length - WidestExcerpt));
        int to = Math.Min(source.Length, from + WidestExcerpt);
        if (from > 0 && char.IsLowSurrogate(source[from]))
            from--;

        string label = statement.Origin is { } file
            ? string.Create(CultureInfo.InvariantCulture, $"{file}:{statement.FirstLine + line - 1}: ")
            : string.Create(CultureInfo.InvariantCulture, $"line {line}: ");
        string cut = from > 0 ? "..." : string.Empty;
        string before = DisplayText.Printable(source[from..at]);
        text.Append(label).Append(cut).Append(before).Append(DisplayText.Printable(source[at..to])).Append(to < source.Length ? "...\n" : "\n");
        text.Append(' ', DisplayText.Width(label) + cut.Length + DisplayText.Width(before)).Append("^\n");
    }

    private static string Safe(string message) => string.Join('\n', message.Split('\n').Select(DisplayText.Printable));
}
