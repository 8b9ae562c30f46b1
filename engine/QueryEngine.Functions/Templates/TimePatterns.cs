using System.Collections.Frozen;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

/// <summary>Other ways to write the templates of times: MySQL's (<c>%Y-%m-%d</c>), C's and Joda's (<c>yyyy-MM-dd</c>), as templates of PostgreSQL.</summary>
internal static class TimePatterns
{
    private static readonly FrozenDictionary<char, string> _mySql = new Dictionary<char, string>
    {
        ['a'] = "Dy",
        ['b'] = "Mon",
        ['c'] = "FMMM",
        ['d'] = "DD",
        ['e'] = "FMDD",
        ['f'] = "US",
        ['H'] = "HH24",
        ['h'] = "HH12",
        ['I'] = "HH12",
        ['i'] = "MI",
        ['j'] = "DDD",
        ['k'] = "FMHH24",
        ['l'] = "FMHH12",
        ['M'] = "FMMonth",
        ['m'] = "MM",
        ['p'] = "AM",
        ['r'] = "HH12:MI:SS AM",
        ['S'] = "SS",
        ['s'] = "SS",
        ['T'] = "HH24:MI:SS",
        ['v'] = "IW",
        ['W'] = "FMDay",
        ['x'] = "IYYY",
        ['Y'] = "YYYY",
        ['y'] = "YY",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, string> _c = new Dictionary<char, string>
    {
        ['a'] = "Dy",
        ['A'] = "FMDay",
        ['b'] = "Mon",
        ['h'] = "Mon",
        ['B'] = "FMMonth",
        ['d'] = "DD",
        ['e'] = "FMDD",
        ['f'] = "US",
        ['g'] = "MS",
        ['H'] = "HH24",
        ['I'] = "HH12",
        ['j'] = "DDD",
        ['m'] = "MM",
        ['M'] = "MI",
        ['p'] = "AM",
        ['S'] = "SS",
        ['u'] = "ID",
        ['V'] = "IW",
        ['G'] = "IYYY",
        ['Y'] = "YYYY",
        ['y'] = "YY",
        ['z'] = "OF",
        ['Z'] = "TZ",
        ['T'] = "HH24:MI:SS",
        ['X'] = "HH24:MI:SS",
        ['F'] = "YYYY-MM-DD",
        ['x'] = "YYYY-MM-DD",
        ['c'] = "YYYY-MM-DD HH24:MI:SS",
        ['D'] = "MM/DD/YY",
        ['R'] = "HH24:MI",
    }.ToFrozenDictionary();

    /// <summary>The template of a pattern of MySQL's date_format.</summary>
    public static TimeTemplate MySql(string pattern) => Percents(pattern, _mySql);

    /// <summary>The template of a pattern of C's strftime; a minus after the percent drops leading zeros.</summary>
    public static TimeTemplate C(string pattern) => Percents(pattern, _c);

    /// <summary>The template of a pattern of Joda-Time.</summary>
    public static TimeTemplate Joda(string pattern)
    {
        var elements = new List<TimeTemplate.Element>();
        for (int at = 0; at < pattern.Length;)
        {
            char letter = pattern[at];
            if (letter == '\'')
            {
                int end = pattern.IndexOf('\'', at + 1);
                string quoted = end < 0 ? throw Unknown(pattern, "an open quote") : end == at + 1 ? "'" : pattern[(at + 1)..end];
                elements.AddRange(quoted.Select(TimeTemplate.Literal));
                at = end + 1;
                continue;
            }

            int count = 1;
            while (at + count < pattern.Length && pattern[at + count] == letter)
                count++;
            if (char.IsAsciiLetter(letter))
                elements.AddRange(TimeTemplate.Parse(JodaField(pattern, letter, count)).Elements);
            else
                elements.AddRange(Enumerable.Repeat(TimeTemplate.Literal(letter), count));
            at += count;
        }

        return TimeTemplate.Of(elements);
    }

    private static string JodaField(string pattern, char letter, int count) => letter switch
    {
        'G' => "AD",
        'C' => "FMCC",
        'Y' or 'y' => count == 2 ? "YY" : "YYYY",
        'x' => count == 2 ? "IY" : "IYYY",
        'w' => count == 1 ? "FMIW" : "IW",
        'e' => "ID",
        'E' => count >= 4 ? "FMDay" : "Dy",
        'D' => count == 1 ? "FMDDD" : "DDD",
        'M' => count switch { 1 => "FMMM", 2 => "MM", 3 => "Mon", _ => "FMMonth" },
        'd' => count == 1 ? "FMDD" : "DD",
        'a' => "AM",
        'h' => count == 1 ? "FMHH12" : "HH12",
        'H' => count == 1 ? "FMHH24" : "HH24",
        'm' => count == 1 ? "FMMI" : "MI",
        's' => count == 1 ? "FMSS" : "SS",
        'S' => "FF" + Math.Min(count, 6),
        'z' => "TZ",
        'Z' => count == 1 ? "TZHTZM" : count == 2 ? "TZH:TZM" : "TZ",
        _ => throw Unknown(pattern, letter.ToString()),
    };

    private static TimeTemplate Percents(string pattern, FrozenDictionary<char, string> fields)
    {
        var elements = new List<TimeTemplate.Element>();
        for (int at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] != '%' || at + 1 == pattern.Length)
            {
                elements.Add(TimeTemplate.Literal(pattern[at]));
                continue;
            }

            bool isShort = pattern[at + 1] == '-' && at + 2 < pattern.Length;
            char code = pattern[at += isShort ? 2 : 1];
            if (code == '%')
                elements.Add(TimeTemplate.Literal('%'));
            else if (fields.TryGetValue(code, out string? field))
                elements.AddRange(TimeTemplate.Parse((isShort ? "FM" : string.Empty) + field).Elements);
            else
                throw Unknown(pattern, "%" + code);
        }

        return TimeTemplate.Of(elements);
    }

    private static QueryException Unknown(string pattern, string field) =>
        QueryException.NotSupported($"{field} in the pattern '{pattern}' of a date or time");
}
