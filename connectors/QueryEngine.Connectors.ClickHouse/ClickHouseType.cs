using System.Globalization;
using System.Text;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>The name of a type, taken apart: <c>Array(Nullable(Decimal(9, 2)))</c>.</summary>
internal sealed record ClickHouseType(string Name, string Text, IReadOnlyList<string> Arguments)
{
    /// <summary>How the name of a type begins whose values are sent as numbers of them.</summary>
    public const string LowCardinality = "LowCardinality(";

    /// <summary>The name of a type whose values are sent as they are.</summary>
    public static string WithoutLowCardinality(string text)
    {
        for (int start = text.IndexOf(LowCardinality, StringComparison.Ordinal); start >= 0; start = text.IndexOf(LowCardinality, StringComparison.Ordinal))
        {
            int end = start + LowCardinality.Length;
            for (int depth = 1; end < text.Length && depth > 0; end++)
                depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
            text = text[..start] + text[(start + LowCardinality.Length)..(end - 1)] + text[end..];
        }

        return text;
    }

    /// <summary>Takes a name apart; what has no bearing on values (LowCardinality, SimpleAggregateFunction) is left away.</summary>
    public static ClickHouseType Parse(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')'))
            return new ClickHouseType(text, text, []);
        string name = text[..open];
        List<string> arguments = Split(text[(open + 1)..^1]);
        return (name, arguments.Count) switch
        {
            ("LowCardinality", 1) => Parse(arguments[0]),
            ("SimpleAggregateFunction", > 1) => Parse(arguments[^1]),
            _ => new ClickHouseType(name, text, arguments),
        };
    }

    /// <summary>Whether NULL is one of the values.</summary>
    public bool IsNullable => Name == "Nullable";

    /// <summary>The type within Nullable, or the type itself.</summary>
    public ClickHouseType WithoutNull => IsNullable ? Parse(Arguments[0]) : this;

    /// <summary>A number among the arguments.</summary>
    public int Number(int argument) => int.Parse(Arguments[argument], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>The members of a Tuple, with names where they have some.</summary>
    public IEnumerable<(string? Name, ClickHouseType Type)> Members()
    {
        foreach (string argument in Arguments)
        {
            int end = argument.StartsWith('`') ? EndOfQuoted(argument, 0) : argument.TakeWhile(letter => char.IsLetterOrDigit(letter) || letter == '_').Count();
            bool isNamed = end > 0 && end < argument.Length && argument[end] == ' ';
            string? name = !isNamed ? null : argument[0] == '`' ? Unquote(argument[..end]) : argument[..end];
            yield return (name, Parse(isNamed ? argument[(end + 1)..] : argument));
        }
    }

    /// <summary>The texts of an Enum by their numbers.</summary>
    public IEnumerable<(string Text, int Number)> Values()
    {
        foreach (string argument in Arguments)
        {
            int end = EndOfQuoted(argument, 0);
            int equals = argument.IndexOf('=', end);
            yield return (Unquote(argument[..end]), int.Parse(argument[(equals + 1)..].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\'' or '`':
                    at = EndOfQuoted(text, at) - 1;
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case ',' when depth == 0:
                    parts.Add(text[start..at].Trim());
                    start = at + 1;
                    break;
            }
        }

        parts.Add(text[start..].Trim());
        return parts;
    }

    private static int EndOfQuoted(string text, int start)
    {
        int at = start + 1;
        while (at < text.Length && text[at] != text[start])
            at += text[at] == '\\' ? 2 : 1;
        return Math.Min(at + 1, text.Length);
    }

    private static string Unquote(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int at = 1; at < text.Length - 1; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length - 1)
            {
                at++;
                plain.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', 'b' => '\b', 'f' => '\f', char other => other });
            }
            else
            {
                plain.Append(text[at]);
            }
        }

        return plain.ToString();
    }
}
