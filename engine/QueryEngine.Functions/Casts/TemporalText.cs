using System.Text;
using NodaTime;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>A date and time as it was written; what was not written is missing.</summary>
internal struct TemporalParts
{
    /// <summary>Days since 1970-01-01.</summary>
    public long? Days;

    /// <summary>Nanoseconds since midnight; 24:00 is a whole day.</summary>
    public long? Nanos;

    /// <summary>The offset from UTC, in seconds.</summary>
    public int? OffsetSeconds;

    /// <summary>The zone, where a name was written.</summary>
    public DateTimeZone? Zone;

    /// <summary>The abbreviation that the zone was written as.</summary>
    public string? Abbreviation;

    /// <summary>1 of infinity, -1 of -infinity, 0 of everything else.</summary>
    public int Infinity;

    /// <summary>Whether it has the form of a date or time, but with fields out of range: 2020-02-30.</summary>
    public bool IsOutOfRange;
}

/// <summary>
/// Reads dates, times and timestamps: ISO 8601 (<c>2020-01-31</c>, <c>2020-01-31T10:00:00.5Z</c>, <c>2020-01-31 10:00 Europe/Berlin</c>) straight from the
/// bytes, PostgreSQL's other forms through <see cref="DateTimeReader"/>.
/// </summary>
internal static class TemporalText
{
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>Reads a text; false when it is none. The session gives today and now.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out TemporalParts parts)
    {
        if (TryParseIso(text.Trim(" \t\r\n"u8), out parts))
            return true;
        if (parts.IsOutOfRange || text.Length > 128)
            return false;
        return DateTimeReader.TryRead(Encoding.UTF8.GetString(text), session, out parts);
    }

    private static bool TryParseIso(ReadOnlySpan<byte> text, out TemporalParts parts)
    {
        parts = default;
        if (text.IsEmpty)
            return false;
        int at = 0;
        bool isTimeOnly = text.Length > 2 && (text[1] == ':' || text[2] == ':');
        if (!isTimeOnly)
        {
            if (!TryReadDate(text, ref at, ref parts))
                return false;
            if (at == text.Length)
                return true;
            if (text[at] is (byte)'T' or (byte)'t' or (byte)' ')
                at++;
            while (at < text.Length && text[at] == ' ')
                at++;
        }

        if (at < text.Length && IsDigit(text[at]))
        {
            if (!TryReadTime(text, ref at, ref parts))
                return false;
        }
        else if (isTimeOnly)
        {
            return false;
        }

        ReadOnlySpan<byte> zone = text[at..].Trim((byte)' ');
        return zone.IsEmpty || TryReadZone(zone, ref parts);
    }

    /// <summary>Reads an offset (<c>Z</c>, <c>+02</c>, <c>+0230</c>, <c>+02:30</c>) or the name of a zone.</summary>
    public static bool TryReadZone(ReadOnlySpan<byte> text, ref TemporalParts parts)
    {
        if (text[0] is (byte)'+' or (byte)'-')
        {
            int at = 1;
            int digits = text[1..].IndexOf((byte)':') is var colon && colon < 0 ? text.Length - 1 : colon;
            if (!TryReadNumber(text, ref at, 1, digits is 1 or 3 or 5 ? 1 : 2, out int hours))
                return false;
            int minutes = 0, seconds = 0;
            if (at < text.Length && text[at] == ':')
                at++;
            if (at < text.Length && !TryReadNumber(text, ref at, colon < 0 ? 2 : 1, 2, out minutes))
                return false;
            if (at < text.Length && text[at] == ':')
                at++;
            if (at < text.Length && !TryReadNumber(text, ref at, 2, 2, out seconds))
                return false;
            if (at != text.Length || hours > 15 || minutes > 59 || seconds > 59)
                return false;
            int offset = (hours * 3600) + (minutes * 60) + seconds;
            parts.OffsetSeconds = text[0] == '-' ? -offset : offset;
            return true;
        }

        string name = Encoding.UTF8.GetString(text);
        parts.Zone = Zones.Find(name);
        parts.Abbreviation = name;
        return parts.Zone is not null;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, ref int at, ref TemporalParts parts)
    {
        bool isNegative = text[at] == '-';
        if (isNegative)
            at++;
        int start = at;
        if (!TryReadNumber(text, ref at, 4, 8, out int year))
            return false;

        int month, day;
        if (at - start == 8 && (at == text.Length || text[at] is not ((byte)'-' or (byte)'/')))
        {
            (year, month, day) = (year / 10_000, year / 100 % 100, year % 100); // 20200131
        }
        else
        {
            if (at - start > 6 || at >= text.Length || text[at] is not ((byte)'-' or (byte)'/'))
                return false;
            byte separator = text[at++];
            if (!TryReadNumber(text, ref at, 1, 2, out month) || at >= text.Length || text[at++] != separator
                || !TryReadNumber(text, ref at, 1, 2, out day))
                return false;
        }

        if (isNegative)
            year = -year;
        if (month is < 1 or > 12 || day < 1 || day > Calendar.DaysInMonth(year, month))
        {
            parts.IsOutOfRange = at - start > 8;
            return false;
        }

        parts.Days = SqlValueText.DayNumber(year, month, day);
        return parts.Days is > int.MinValue and < int.MaxValue;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, ref int at, ref TemporalParts parts)
    {
        if (!TryReadNumber(text, ref at, 1, 2, out int hour) || at >= text.Length || text[at++] != ':' || !TryReadNumber(text, ref at, 2, 2, out int minute))
            return false;

        int second = 0;
        long fraction = 0;
        if (at < text.Length && text[at] == ':')
        {
            at++;
            if (!TryReadNumber(text, ref at, 2, 2, out second))
                return false;
            if (at < text.Length && text[at] is (byte)'.' or (byte)',')
            {
                at++;
                int digits = 0;
                for (; at < text.Length && IsDigit(text[at]); at++, digits++)
                {
                    if (digits < 9)
                        fraction = (fraction * 10) + text[at] - '0';
                    else if (digits == 9 && text[at] >= '5')
                        fraction++;
                }

                for (; digits < 9; digits++)
                    fraction *= 10;
            }
        }

        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0 || fraction > 0)))
        {
            parts.IsOutOfRange = true;
            return false;
        }

        parts.Nanos = ((((hour * 60L) + minute) * 60) + second) * NanosPerSecond + fraction;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, ref int at, int fewest, int most, out int number)
    {
        number = 0;
        int start = at;
        while (at < text.Length && at - start < most && IsDigit(text[at]))
            number = (number * 10) + text[at++] - '0';
        return at - start >= fewest;
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}

/// <summary>The proleptic Gregorian calendar.</summary>
internal static class Calendar
{
    /// <summary>28 to 31.</summary>
    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>Whether February has 29 days.</summary>
    public static bool IsLeap(long year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
