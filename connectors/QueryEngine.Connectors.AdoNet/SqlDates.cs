using System.Buffers.Text;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Reads forms of dates and times that sources have: ISO text, julian days, unix seconds.</summary>
public static class SqlDates
{
    /// <summary>The day number of 1970-01-01.</summary>
    public const int UnixEpochDay = 719_162;

    private const double JulianUnixEpoch = 2_440_587.5;
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MicrosecondsPerDay = 86_400 * MicrosecondsPerSecond;

    /// <summary>Microseconds since 1970 of a julian day, to the millisecond.</summary>
    public static long? FromJulian(double julianDay)
    {
        double milliseconds = Math.Round((julianDay - JulianUnixEpoch) * 86_400_000, MidpointRounding.AwayFromZero);
        return Math.Abs(milliseconds) < 9e15 ? (long)milliseconds * 1000 : null;
    }

    /// <summary>Microseconds since 1970 of unix seconds.</summary>
    public static long? FromUnixSeconds(long seconds) =>
        Int128.Abs(seconds) < long.MaxValue / MicrosecondsPerSecond ? seconds * MicrosecondsPerSecond : null;

    /// <summary>Days since 1970 of microseconds.</summary>
    public static int ToDays(long microseconds) =>
        (int)Math.Clamp((microseconds - (((microseconds % MicrosecondsPerDay) + MicrosecondsPerDay) % MicrosecondsPerDay)) / MicrosecondsPerDay, int.MinValue, int.MaxValue);

    /// <summary>
    /// <c>YYYY-MM-DD</c>, with <c>[ T]HH:MM[:SS[.fraction]]</c> and <c>Z</c> or <c>+HH:MM</c> or without; microseconds since 1970, or null.
    /// </summary>
    public static long? ParseTimestamp(ReadOnlySpan<byte> text)
    {
        if (text.Length < 10 || !TryNumber(text, 0, 4, out int year) || text[4] != '-' || !TryNumber(text, 5, 2, out int month) || text[7] != '-'
            || !TryNumber(text, 8, 2, out int day) || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;

        long date = (new DateOnly(year, month, day).DayNumber - UnixEpochDay) * MicrosecondsPerDay;
        if (text.Length == 10)
            return date;
        if (text[10] is not ((byte)' ' or (byte)'T'))
            return null;
        return ParseTime(text[11..]) is { } time ? date + time : null;
    }

    /// <summary><c>HH:MM[:SS[.fraction]]</c> with a zone or without: microseconds since midnight, less the zone; or null.</summary>
    public static long? ParseTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 5 || !TryNumber(text, 0, 2, out int hour) || text[2] != ':' || !TryNumber(text, 3, 2, out int minute) || hour > 23 || minute > 59)
            return null;

        long time = ((hour * 60L) + minute) * 60 * MicrosecondsPerSecond;
        int at = 5;
        if (at < text.Length && text[at] == ':')
        {
            if (!TryNumber(text, 6, 2, out int second) || second > 59)
                return null;
            time += second * MicrosecondsPerSecond;
            at = 8;
            if (at < text.Length && text[at] == '.')
            {
                int start = ++at;
                long unit = MicrosecondsPerSecond / 10;
                for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, unit /= 10)
                    time += (text[at] - '0') * unit;
                if (at == start)
                    return null;
            }
        }

        return ParseZone(text[at..]) is { } offset ? time - offset : null;
    }

    private static long? ParseZone(ReadOnlySpan<byte> text)
    {
        if (text.Length == 0 || text.SequenceEqual("Z"u8))
            return 0;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryNumber(text, 1, 2, out int hours) || !TryNumber(text, 4, 2, out int minutes) || hours > 14 || minutes > 59)
            return null;
        long offset = ((hours * 60L) + minutes) * 60 * MicrosecondsPerSecond;
        return text[0] == '-' ? -offset : offset;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, int start, int digits, out int number)
    {
        number = 0;
        if (start + digits > text.Length || !char.IsAsciiDigit((char)text[start]))
            return false;
        return Utf8Parser.TryParse(text.Slice(start, digits), out number, out int consumed) && consumed == digits;
    }
}
