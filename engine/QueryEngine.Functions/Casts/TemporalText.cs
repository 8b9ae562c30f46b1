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
}

/// <summary>Reads dates, times and timestamps: <c>2020-01-31</c>, <c>2020-01-31 10:00:00.5</c>, <c>2020-01-31T10:00Z</c>, <c>10:00+02</c>, <c>2020-01-31 10:00 Europe/Berlin</c>.</summary>
internal static class TemporalText
{
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>Reads a text; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out TemporalParts parts)
    {
        parts = default;
        text = text.Trim(" \t\r\n"u8);
        if (text.IsEmpty)
            return false;
        if (Ascii.EqualsIgnoreCase(text, "epoch"u8))
        {
            (parts.Days, parts.Nanos, parts.OffsetSeconds) = (0, 0, 0);
            return true;
        }

        int at = 0;
        bool isTimeOnly = text.Length > 2 && (text[1] == ':' || text[2] == ':');
        if (!isTimeOnly)
        {
            if (!TryReadDate(text, ref at, out long days))
                return false;
            parts.Days = days;
            if (at == text.Length)
                return true;
            if (text[at] is (byte)'T' or (byte)'t' or (byte)' ')
                at++;
            while (at < text.Length && text[at] == ' ')
                at++;
        }

        if (at < text.Length && IsDigit(text[at]))
        {
            if (!TryReadTime(text, ref at, out long nanos))
                return false;
            parts.Nanos = nanos;
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
            if (!TryReadNumber(text, ref at, 1, 2, out int hours))
                return false;
            int minutes = 0, seconds = 0;
            if (at < text.Length && text[at] == ':')
                at++;
            if (at < text.Length && !TryReadNumber(text, ref at, 2, 2, out minutes))
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
        return parts.Zone is not null;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, ref int at, out long days)
    {
        days = 0;
        bool isNegative = text[at] == '-';
        if (text[at] is (byte)'-' or (byte)'+')
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
            return false;
        days = SqlValueText.DayNumber(year, month, day);
        return days is >= int.MinValue and <= int.MaxValue;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, ref int at, out long nanos)
    {
        nanos = 0;
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
                    if (digits < 9)
                        fraction = (fraction * 10) + text[at] - '0';
                for (; digits < 9; digits++)
                    fraction *= 10;
            }
        }

        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0 || fraction > 0)))
            return false;
        nanos = ((((hour * 60L) + minute) * 60) + second) * NanosPerSecond + fraction;
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

/// <summary>Time zones by name or offset.</summary>
internal static class Zones
{
    /// <summary>The session's zone.</summary>
    public static DateTimeZone Of(ConnectorSession session) => Get(session.TimeZone);

    /// <summary>The zone of a name.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static DateTimeZone Get(string name) =>
        Find(name) ?? throw new QueryException(ErrorCode.InvalidParameterValue, $"time zone '{name}' does not exist", "Use a name such as 'Europe/Berlin' or an offset such as '+02:00'.");

    /// <summary>The zone of a name or an offset, or null.</summary>
    public static DateTimeZone? Find(string name)
    {
        if (name is "Z" or "z" || name.Equals("UTC", StringComparison.OrdinalIgnoreCase) || name.Equals("GMT", StringComparison.OrdinalIgnoreCase))
            return DateTimeZone.Utc;
        if (name.Length > 1 && name[0] is '+' or '-')
        {
            TemporalParts parts = default;
            return TemporalText.TryReadZone(Encoding.UTF8.GetBytes(name), ref parts) && parts.OffsetSeconds is { } seconds
                ? DateTimeZone.ForOffset(Offset.FromSeconds(seconds)) : null;
        }

        return DateTimeZoneProviders.Tzdb.GetZoneOrNull(name)
            ?? (DateTimeZoneProviders.Tzdb.Ids.FirstOrDefault(id => id.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } id
                ? DateTimeZoneProviders.Tzdb[id] : null);
    }

    /// <summary>The offset of a zone at an instant, in microseconds.</summary>
    public static long OffsetAt(DateTimeZone zone, long instantMicros) => zone.GetUtcOffset(InstantOf(instantMicros)).Seconds * 1_000_000L;

    /// <summary>The wall clock of a zone at an instant.</summary>
    public static long ToLocal(DateTimeZone zone, long instantMicros) => instantMicros + OffsetAt(zone, instantMicros);

    /// <summary>The instant at which a zone's clock shows a time: the first of two in autumn, shifted over the gap in spring.</summary>
    public static long ToInstant(DateTimeZone zone, long localMicros)
    {
        if (ReferenceEquals(zone, DateTimeZone.Utc))
            return localMicros;
        Instant shown = InstantOf(localMicros);
        LocalDateTime local = shown.InUtc().LocalDateTime;
        return localMicros - (zone.MapLocal(local).EarlyInterval.WallOffset.Seconds * 1_000_000L);
    }

    // NodaTime covers the years -9998 to 9999; beyond them the offset is the nearest known.
    private static Instant InstantOf(long micros)
    {
        const long first = -377_673_580_800_000_000, last = 253_402_214_400_000_000;
        return Instant.FromUnixTimeTicks(Math.Clamp(micros, first, last) * 10);
    }
}
