using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>
/// Reads intervals as PostgreSQL: <c>1 year 2 mons 3 days 04:05:06</c>, <c>1-2</c>, <c>3 04:05:06</c>, <c>04:05</c>, <c>P1Y2M3DT4H5M6S</c>, with signs
/// and <c>ago</c>. Fractions of a month go to days, of a day to microseconds.
/// </summary>
public static class IntervalText
{
    /// <summary>Reads an interval literal whose fields were written behind it; a bare number counts the last field's units.</summary>
    /// <exception cref="QueryException">INVALID_DATETIME_FORMAT or DATETIME_FIELD_OVERFLOW.</exception>
    public static Interval Parse(string text, string? firstUnit, string? lastUnit)
    {
        string? unit = lastUnit ?? firstUnit;
        if (Read(text.Trim().ToLowerInvariant(), unit ?? "second", isMinuteToSecond: (firstUnit, lastUnit) == ("minute", "second")) is not { } parts)
            throw new QueryException(ErrorCode.InvalidDateTime, $"'{text}' is not an interval", "Write INTERVAL '1' DAY or INTERVAL '1 day 2 hours'.");
        return Cut(parts.ToInterval(), unit);
    }

    internal static bool TryParse(ReadOnlySpan<byte> utf8, out Interval interval, out bool isTooLarge)
    {
        interval = default;
        isTooLarge = false;
        try
        {
            if (Read(Encoding.UTF8.GetString(utf8).Trim().ToLowerInvariant(), "second", isMinuteToSecond: false) is not { } parts)
                return false;
            interval = parts.ToInterval();
            return true;
        }
        catch (QueryException)
        {
            isTooLarge = true;
            return false;
        }
    }

    // What is smaller than the last field is dropped: INTERVAL '1.5' HOUR is one hour.
    private static Interval Cut(Interval value, string? unit) => unit switch
    {
        "year" => new Interval(value.Months / 12 * 12, 0, 0),
        "quarter" or "month" => new Interval(value.Months, 0, 0),
        "week" or "day" => new Interval(value.Months, value.Days, 0),
        "hour" => new Interval(value.Months, value.Days, value.Micros / IntervalParts.MicrosPerHour * IntervalParts.MicrosPerHour),
        "minute" => new Interval(value.Months, value.Days, value.Micros / IntervalParts.MicrosPerMinute * IntervalParts.MicrosPerMinute),
        _ => value,
    };

    private static IntervalParts? Read(string text, string bareUnit, bool isMinuteToSecond)
    {
        var parts = new IntervalParts();
        if (text.Length == 0)
            return null;
        bool isRead = text[0] == 'p' || text.StartsWith("-p", StringComparison.Ordinal) ? TryReadIso(text, parts) : TryReadWords(text, bareUnit, isMinuteToSecond, parts);
        return isRead ? parts : null;
    }

    // From right to left, so that a unit is known before its number.
    private static bool TryReadWords(string text, string bareUnit, bool isMinuteToSecond, IntervalParts parts)
    {
        List<string> words = Split(text);
        bool isAgo = words is [.., "ago"];
        if (isAgo)
            words.RemoveAt(words.Count - 1);
        string unit = bareUnit;
        bool isUnitWritten = false;
        for (int at = words.Count - 1; at >= 0; at--)
        {
            string word = words[at];
            if (word == "@")
                continue;
            if (word.Contains(':', StringComparison.Ordinal))
            {
                if (!parts.TryTake("clock") || !TryReadClock(word, isMinuteToSecond, parts))
                    return false;
                unit = "day";
            }
            else if (char.IsLetter(word[0]))
            {
                if (isUnitWritten)
                    return false;
                unit = word;
                isUnitWritten = true;
                continue;
            }
            else if (word.IndexOf('-', 1) > 0)
            {
                if (!TryReadYearsMonths(word, parts))
                    return false;
            }
            else
            {
                if (!TryReadNumber(word, out long whole, out double fraction) || !parts.TryAdd(whole, fraction, unit))
                    return false;
                unit = unit is "hour" ? "day" : unit;
            }

            isUnitWritten = false;
        }

        if (isAgo)
            parts.Negate();
        return !isUnitWritten && parts.HasAny;
    }

    // "1day 2hours", "+1", "- 3": blanks between a number and its unit or sign may be missing or there.
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            char next = text[at];
            if (char.IsWhiteSpace(next) || next == ',')
            {
                at++;
                continue;
            }

            int start = at;
            if (char.IsLetter(next))
            {
                while (at < text.Length && char.IsLetter(text[at]))
                    at++;
                words.Add(text[start..at]);
                continue;
            }

            if (next is '+' or '-')
            {
                at++;
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                    at++;
            }

            int number = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is ':' or '.' || (text[at] == '-' && at > number)
                || (text[at] == 'e' && at > number && at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || text[at + 1] is '-' or '+'))))
                at++;
            if (at == number && at < text.Length)
                at++;
            words.Add((next is '+' or '-' ? next.ToString() : string.Empty) + text[number..at]);
        }

        return words;
    }

    private static bool TryReadYearsMonths(string word, IntervalParts parts)
    {
        int dash = word.IndexOf('-', 1);
        if (!long.TryParse(word[..dash], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long years)
            || !long.TryParse(word[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long months) || months > 11)
            return false;
        return parts.TryAdd(years, 0, "year") && parts.TryAdd(word[0] == '-' ? -months : months, 0, "month");
    }

    private static bool TryReadClock(string word, bool isMinuteToSecond, IntervalParts parts)
    {
        bool isNegative = word[0] == '-';
        string[] fields = word.TrimStart('+', '-').TrimEnd(':').Split(':');
        if (fields.Length is < 2 or > 3 || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            || !TryReadNumber(fields[1], out long second, out double secondFraction))
            return false;
        long third = 0;
        double fraction = secondFraction;
        if (fields.Length == 3 && (secondFraction != 0 || !TryReadNumber(fields[2], out third, out fraction)))
            return false;

        // 10:20.5 is minutes and seconds, and so is 10:20 of MINUTE TO SECOND.
        if (fields.Length == 2 && (isMinuteToSecond || fields[1].Contains('.', StringComparison.Ordinal)))
            (first, second, third) = (0, first, second);
        if (second > 59 || third > 59)
            throw IntervalParts.OutOfRange();
        Int128 micros = (((((Int128)first * 60) + second) * 60) + third) * 1_000_000 + (long)Math.Round(fraction * 1_000_000);
        return parts.TryAddMicros(isNegative ? -micros : micros);
    }

    private static bool TryReadIso(string text, IntervalParts parts)
    {
        bool isNegative = text[0] == '-';
        bool isTime = false;
        int at = isNegative ? 2 : 1;
        int fields = 0;
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
            string number = text[start..at];
            if (at == text.Length || text[at] == 't')
            {
                // P0001-02-03T04:05:06
                if (isTime ? !TryReadClock(number, false, parts) : !TryReadIsoDate(number, parts))
                    return false;
                fields++;
                continue;
            }

            if (!TryReadNumber(number, out long whole, out double fraction))
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
            if (!parts.TryAdd(whole, fraction, unit))
                return false;
            fields++;
        }

        if (isNegative)
            parts.Negate();
        return fields > 0;
    }

    private static bool TryReadIsoDate(string text, IntervalParts parts)
    {
        string[] fields = text.Split('-');
        string[] units = ["year", "month", "day"];
        for (int at = 0; at < fields.Length; at++)
            if (at >= units.Length || !long.TryParse(fields[at], NumberStyles.None, CultureInfo.InvariantCulture, out long whole) || !parts.TryAdd(whole, 0, units[at]))
                return false;
        return true;
    }

    private static bool TryReadNumber(string text, out long whole, out double fraction)
    {
        (whole, fraction) = (0, 0);
        if (text.Contains('e', StringComparison.Ordinal))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || Math.Abs(number) > 9e18)
                return false;
            whole = (long)Math.Truncate(number);
            fraction = number - whole;
            return true;
        }

        int point = text.IndexOf('.', StringComparison.Ordinal);
        string digits = point < 0 ? text : text[..point];
        bool isNegative = digits.StartsWith('-');
        if (point >= 0 && text.Length > point + 1
            && !double.TryParse("0" + text[point..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out fraction))
            return false;
        if (isNegative)
            fraction = -fraction;
        if (digits.TrimStart('+', '-').Length == 0)
            return point >= 0 && text.Length > point + 1;
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole))
            return true;
        return digits.TrimStart('+', '-').All(char.IsAsciiDigit) ? throw IntervalParts.OutOfRange() : false;
    }
}
