using System.Text;

namespace QueryEngine.Functions.Strings;

/// <summary>
/// PostgreSQL's regular expressions in the words of .NET: classes by name inside brackets, the escapes \m \M \y \Y, and a dollar that means the end
/// of the text and not the place before a last line break.
/// </summary>
internal static class RegexText
{
    private static readonly Dictionary<string, string> _classes = new()
    {
        ["alpha"] = @"\p{L}",
        ["digit"] = @"\d",
        ["alnum"] = @"\p{L}\d",
        ["upper"] = @"\p{Lu}",
        ["lower"] = @"\p{Ll}",
        ["space"] = @"\s",
        ["blank"] = @" \t",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["cntrl"] = @"\x00-\x1f\x7f",
        ["xdigit"] = "0-9A-Fa-f",
        ["word"] = @"\w",
        ["graph"] = @"\x21-\x7e\p{L}",
        ["print"] = @"\x20-\x7e\p{L}",
    };

    /// <summary>The expression for .NET.</summary>
    public static string Translate(string pattern, bool isMultiline)
    {
        if (pattern.StartsWith("***=", StringComparison.Ordinal))
            return System.Text.RegularExpressions.Regex.Escape(pattern[4..]);
        if (pattern.StartsWith("***:", StringComparison.Ordinal))
            pattern = pattern[4..];
        if (pattern.AsSpan().IndexOfAny('\\', '[', '$') < 0)
            return pattern;

        var text = new StringBuilder(pattern.Length + 8);
        int at = 0, depth = 0, constraint = 0;
        while (at < pattern.Length)
        {
            if (pattern[at] == '(')
            {
                depth++;
                if (constraint == 0 && IsLookaround(pattern.AsSpan(at)))
                    constraint = depth;
            }
            else if (pattern[at] == ')')
            {
                constraint = constraint == depth ? 0 : constraint;
                depth--;
            }

            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                if (constraint > 0 && pattern[at + 1] is >= '1' and <= '9')
                    throw new Spi.QueryException(Spi.ErrorCode.InvalidRegularExpression, $"\\{pattern[at + 1]} stands in what looks ahead or behind, which has no groups");
                text.Append(Escape(pattern[at + 1]));
                at += 2;
            }
            else if (pattern[at] == '[')
            {
                at = Bracket(pattern, at, text);
            }
            else
            {
                text.Append(pattern[at] == '$' && !isMultiline ? @"\z" : pattern[at].ToString());
                at++;
            }
        }

        return text.ToString();
    }

    private static bool IsLookaround(ReadOnlySpan<char> group) =>
        group.StartsWith("(?=") || group.StartsWith("(?!") || group.StartsWith("(?<=") || group.StartsWith("(?<!");

    private static string Escape(char escaped) => escaped switch
    {
        'y' => @"\b",
        'Y' => @"\B",
        'm' or '<' => @"(?:\b(?=\w))",
        'M' or '>' => @"(?:\b(?<=\w))",
        'Z' => @"\z",
        _ => "\\" + escaped,
    };

    // [[:alpha:]_] and [[:<:]]; what stands first may be a closing bracket.
    private static int Bracket(string pattern, int open, StringBuilder text)
    {
        if (pattern.AsSpan(open).StartsWith("[[:<:]]", StringComparison.Ordinal) || pattern.AsSpan(open).StartsWith("[[:>:]]", StringComparison.Ordinal))
        {
            text.Append(Escape(pattern[open + 3]));
            return open + 7;
        }

        text.Append('[');
        int at = open + 1;
        if (at < pattern.Length && pattern[at] == '^')
            text.Append(pattern[at++]);
        bool isFirst = true;
        for (; at < pattern.Length && (pattern[at] != ']' || isFirst); isFirst = false)
        {
            int end = pattern.AsSpan(at).StartsWith("[:", StringComparison.Ordinal) ? pattern.IndexOf(":]", at + 2, StringComparison.Ordinal) : -1;
            if (end > 0 && _classes.TryGetValue(pattern[(at + 2)..end], out string? named))
            {
                text.Append(named);
                at = end + 2;
            }
            else if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                text.Append(pattern, at, 2);
                at += 2;
            }
            else
            {
                text.Append(pattern[at] is '[' or ']' ? "\\" + pattern[at] : pattern[at].ToString());
                at++;
            }
        }

        text.Append(at < pattern.Length ? "]" : string.Empty);
        return at + 1;
    }
}
