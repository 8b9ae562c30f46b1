using System.Globalization;
using System.Text;

namespace QueryEngine.Functions.Casts;

/// <summary>
/// Reads intervals: <c>1 year 2 mons 3 days 04:05:06</c>, <c>1-2</c>, <c>3 04:05:06</c>, <c>04:05</c>, <c>P1Y2M3DT4H5M6S</c>, with signs and <c>ago</c>.
/// </summary>
internal static class IntervalText
{
    private const long MicrosPerSecond = 1_000_000;
    private const long MicrosPerDay = 86_400 * MicrosPerSecond;

    /// <summary>Reads a text into months and microseconds; false when it is no interval or too large.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out int months, out long micros)
    {
        (months, micros) = (0, 0);
        string text = Encoding.UTF8.GetString(utf8).Trim().ToLowerInvariant();
        if (text.Length == 0)
            return false;

        decimal totalMonths = 0, totalMicros = 0;
        bool isRead = text[0] == 'p' || text.StartsWith("-p", StringComparison.Ordinal)
            ? TryReadIso(text, ref totalMonths, ref totalMicros)
            : TryReadWords(text, ref totalMonths, ref totalMicros);
        if (!isRead || Math.Abs(totalMonths) > int.MaxValue || Math.Abs(totalMicros) > long.MaxValue)
            return false;
        (months, micros) = ((int)totalMonths, (long)Math.Round(totalMicros, MidpointRounding.AwayFromZero));
        return true;
    }

    /// <summary>Adds an amount of a unit; false when there is no such unit.</summary>
    public static bool TryAdd(decimal amount, string unit, ref decimal months, ref decimal micros)
    {
        switch (unit)
        {
            case "millennium" or "millennia" or "millenniums": months += amount * 12_000; break;
            case "century" or "centuries" or "c": months += amount * 1200; break;
            case "decade" or "decades": months += amount * 120; break;
            case "year" or "years" or "y" or "yr" or "yrs": months += amount * 12; break;
            case "quarter" or "quarters": months += amount * 3; break;
            case "month" or "months" or "mon" or "mons": months += amount; break;
            case "week" or "weeks" or "w": micros += amount * 7 * MicrosPerDay; break;
            case "day" or "days" or "d": micros += amount * MicrosPerDay; break;
            case "hour" or "hours" or "h" or "hr" or "hrs": micros += amount * 3600 * MicrosPerSecond; break;
            case "minute" or "minutes" or "m" or "min" or "mins": micros += amount * 60 * MicrosPerSecond; break;
            case "second" or "seconds" or "s" or "sec" or "secs": micros += amount * MicrosPerSecond; break;
            case "millisecond" or "milliseconds" or "ms" or "msec" or "msecs": micros += amount * 1000; break;
            case "microsecond" or "microseconds" or "us" or "usec" or "usecs": micros += amount; break;
            default: return false;
        }

        return true;
    }

    private static bool TryReadWords(string text, ref decimal months, ref decimal micros)
    {
        bool isAgo = text.EndsWith(" ago", StringComparison.Ordinal);
        if (isAgo)
            text = text[..^4];
        List<string> words = Split(text);
        for (int at = 0; at < words.Count; at++)
        {
            string word = words[at];
            if (word == "@")
                continue;
            if (word.Contains(':', StringComparison.Ordinal))
            {
                if (!TryReadClock(word, ref micros))
                    return false;
            }
            else if (word.IndexOf('-', 1) > 0)
            {
                int dash = word.IndexOf('-', 1);
                if (!int.TryParse(word[..dash], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int years)
                    || !int.TryParse(word[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int rest))
                    return false;
                months += (years * 12) + (word[0] == '-' ? -rest : rest);
            }
            else
            {
                if (!TryReadNumber(word, out decimal amount))
                    return false;

                // A number alone before a clock counts days ("3 04:05:06"), a number alone counts seconds.
                string unit = at + 1 < words.Count && char.IsLetter(words[at + 1][0]) ? words[++at]
                    : at + 1 < words.Count && words[at + 1].Contains(':', StringComparison.Ordinal) ? "day" : "second";
                if (!TryAdd(amount, unit, ref months, ref micros))
                    return false;
            }
        }

        if (isAgo)
            (months, micros) = (-months, -micros);
        return words.Count > 0;
    }

    // "1day 2hours": blanks between a number and its unit may be missing.
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        foreach (string word in text.Split((char[])[' ', '\t', ',', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            int letter = 0;
            while (letter < word.Length && !char.IsLetter(word[letter]))
                letter++;
            if (letter > 0)
                words.Add(word[..letter]);
            if (letter < word.Length)
                words.Add(word[letter..]);
        }

        return words;
    }

    private static bool TryReadClock(string word, ref decimal micros)
    {
        bool isNegative = word[0] == '-';
        string[] parts = word.TrimStart('+', '-').Split(':');
        if (parts.Length is < 2 or > 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minutes))
            return false;
        decimal seconds = 0;
        if (parts.Length == 3 && !TryReadNumber(parts[2], out seconds))
            return false;
        decimal total = ((hours * 3600m) + (minutes * 60m) + seconds) * MicrosPerSecond;
        micros += isNegative ? -total : total;
        return true;
    }

    private static bool TryReadIso(string text, ref decimal months, ref decimal micros)
    {
        bool isNegative = text[0] == '-';
        bool isTime = false;
        int at = isNegative ? 2 : 1;
        int units = 0;
        while (at < text.Length)
        {
            if (text[at] == 't')
            {
                isTime = true;
                at++;
                continue;
            }

            int start = at;
            while (at < text.Length && !char.IsLetter(text[at]))
                at++;
            if (at == text.Length || !TryReadNumber(text[start..at], out decimal amount))
                return false;
            string unit = (text[at++], isTime) switch
            {
                ('y', false) => "year",
                ('m', false) => "month",
                ('w', false) => "week",
                ('d', false) => "day",
                ('h', true) => "hour",
                ('m', true) => "minute",
                ('s', true) => "second",
                _ => string.Empty,
            };
            if (!TryAdd(isNegative ? -amount : amount, unit, ref months, ref micros))
                return false;
            units++;
        }

        return units > 0;
    }

    private static bool TryReadNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
        && Math.Abs(number) < 1_000_000_000_000m;
}
