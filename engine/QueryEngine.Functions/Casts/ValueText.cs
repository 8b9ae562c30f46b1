using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Reads values of the types that are not numbers.</summary>
internal static class ValueText
{
    private const long NanosPerDay = 86_400_000_000_000;

    // As PostgreSQL: from 4714-11-24 BC, which is day 0 of Julian days, to the years 5874897 and 294276.
    private const long FirstDay = -2_440_588;
    private static readonly long _endOfDates = SqlValueText.DayNumber(5_874_898, 1, 1);
    private static readonly long _endOfTimestamps = SqlValueText.DayNumber(294_277, 1, 1);

    /// <summary>true, t, yes, y, on, 1 and their opposites, or beginnings of them.</summary>
    public static bool TryParseBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        text = text.Trim(" \t\r\n"u8);
        value = false;
        if (text.IsEmpty)
            return false;

        foreach (string word in (ReadOnlySpan<string>)["true", "yes", "on", "1"])
            if (IsBeginningOf(text, word))
                return value = true;
        foreach (string word in (ReadOnlySpan<string>)["false", "no", "off", "0"])
            if (IsBeginningOf(text, word))
                return true;
        return false;
    }

    /// <summary>A date; a time after it is dropped.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, ConnectorSession session, out int days, out bool isTooLarge)
    {
        days = 0;
        bool isParsed = TemporalText.TryParse(text, session, out TemporalParts parts);
        isTooLarge = parts.IsOutOfRange;
        if (isParsed && parts.Infinity != 0)
            days = parts.Infinity > 0 ? int.MaxValue : int.MinValue;
        else if (isParsed && parts.Days is { } number && number >= FirstDay && number < _endOfDates)
            days = (int)number;
        else if (isParsed && parts.Days is not null)
            (isParsed, isTooLarge) = (false, true);
        else
            isParsed = false;
        return isParsed;
    }

    /// <summary>A time of day; a date before it and a zone after it are dropped.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, int precision, ConnectorSession session, out long value, out bool isTooLarge)
    {
        value = 0;
        bool isParsed = TemporalText.TryParse(text, session, out TemporalParts parts);
        isTooLarge = parts.IsOutOfRange;
        if (!isParsed || parts.Nanos is not { } nanos)
            return false;
        value = Scale(nanos, precision);
        return true;
    }

    /// <summary>A time of day with the offset of its clock; without one, the session's, on the date before the time or else today.</summary>
    public static bool TryParseTimeWithZone(ReadOnlySpan<byte> text, ConnectorSession session, out TimeWithTimeZone value, out bool isTooLarge)
    {
        value = default;
        bool isParsed = TemporalText.TryParse(text, session, out TemporalParts parts);
        isTooLarge = parts.IsOutOfRange;
        if (!isParsed || parts.Nanos is not { } nanos)
            return false;
        long micros = Scale(nanos, 6);
        NodaTime.DateTimeZone zone = parts.Zone ?? Zones.Of(session);
        int offset = parts.OffsetSeconds ?? (parts.Days is { } days
            ? (int)(((days * NanosPerDay / 1000) + micros - Zones.ToInstant(zone, (days * NanosPerDay / 1000) + micros)) / 1_000_000)
            : Temporal.TimesWithZone.OffsetNow(zone, session));
        value = new TimeWithTimeZone(micros, offset);
        return true;
    }

    /// <summary>A timestamp; as in PostgreSQL a zone after it is dropped.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, int precision, ConnectorSession session, out long value, out bool isTooLarge)
    {
        value = 0;
        bool isParsed = TemporalText.TryParse(text, session, out TemporalParts parts);
        isTooLarge = parts.IsOutOfRange;
        if (!isParsed || TryInfinity(parts, ref value))
            return isParsed;
        return parts.Days is not null && TryCombine(parts, precision, out value, out isTooLarge);
    }

    /// <summary>An instant; without a zone, in the session's.</summary>
    public static bool TryParseInstant(ReadOnlySpan<byte> text, int precision, ConnectorSession session, out long value, out bool isTooLarge)
    {
        value = 0;
        bool isParsed = TemporalText.TryParse(text, session, out TemporalParts parts);
        isTooLarge = parts.IsOutOfRange;
        if (!isParsed || TryInfinity(parts, ref value))
            return isParsed;
        if (parts.Days is null || !TryCombine(parts, precision, out value, out isTooLarge))
            return false;
        long unit = precision > 6 ? 1000 : 1;
        long local = value / unit;
        if (parts.OffsetSeconds is { } offset)
            value -= offset * 1_000_000L * unit;
        else if (parts.Zone is { } zone)
            value += (Zones.ToInstant(parts.Abbreviation ?? string.Empty, zone, local) - local) * unit;
        else
            value += (Zones.ToInstant(Zones.Of(session), local) - local) * unit;
        return true;
    }

    /// <summary>A uuid: 32 hexadecimal digits, with or without dashes or braces.</summary>
    public static bool TryParseUuid(ReadOnlySpan<byte> text, out UInt128 value)
    {
        value = 0;
        int digits = 0;
        foreach (byte next in text.Trim(" \t\r\n"u8))
        {
            int digit = Ascii.HexValue(next);
            if (digit < 0)
            {
                if (next is (byte)'-' or (byte)'{' or (byte)'}')
                    continue;
                return false;
            }

            value = (value << 4) | (UInt128)digit;
            digits++;
        }

        return digits == 32;
    }

    /// <summary>Bytes: <c>\x</c> and hexadecimal digits, or text with <c>\\</c> and octal escapes; null when it is neither.</summary>
    public static byte[]? ParseBinary(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\\x"u8))
            return FromHex(text[2..]);

        var bytes = new List<byte>(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
                bytes.Add(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '\\')
                bytes.Add(text[at++]);
            else if (at + 3 < text.Length && text[at + 1] is >= (byte)'0' and <= (byte)'3')
                bytes.Add((byte)(((text[at + 1] - '0') << 6) | ((text[at + 2] - '0') << 3) | (text[(at += 3)] - '0')));
            else
                return null;
        }

        return [.. bytes];
    }

    /// <summary>Bytes of pairs of hexadecimal digits, or null.</summary>
    public static byte[]? FromHex(ReadOnlySpan<byte> text)
    {
        if (text.Length % 2 != 0)
            return null;
        byte[] bytes = new byte[text.Length / 2];
        for (int at = 0; at < bytes.Length; at++)
        {
            int high = Ascii.HexValue(text[2 * at]), low = Ascii.HexValue(text[(2 * at) + 1]);
            if ((high | low) < 0)
                return null;
            bytes[at] = (byte)((high << 4) | low);
        }

        return bytes;
    }

    private static bool TryInfinity(in TemporalParts parts, ref long value)
    {
        if (parts.Infinity != 0)
            value = parts.Infinity > 0 ? long.MaxValue : long.MinValue;
        return parts.Infinity != 0;
    }

    private static bool TryCombine(in TemporalParts parts, int precision, out long value, out bool isTooLarge)
    {
        Int128 nanos = ((Int128)parts.Days!.Value * NanosPerDay) + (parts.Nanos ?? 0);
        Int128 scaled = precision > 6 ? nanos : nanos / 1000;
        isTooLarge = scaled > long.MaxValue || scaled < long.MinValue || parts.Days < FirstDay || parts.Days >= _endOfTimestamps;
        value = 0;
        if (isTooLarge)
            return false;
        long step = (long)Math.Pow(10, Math.Min(9, 9 - precision));
        Int128 rest = ((nanos % step) + step) % step;
        nanos = rest * 2 >= step ? nanos - rest + step : nanos - rest;
        value = (long)(precision > 6 ? nanos : nanos / 1000);
        return true;
    }

    private static long Scale(long nanos, int precision)
    {
        long step = (long)Math.Pow(10, 9 - precision);
        long rounded = (nanos + (step / 2)) / step * step;
        return precision > 6 ? rounded : rounded / 1000;
    }

    private static bool IsBeginningOf(ReadOnlySpan<byte> text, string word) =>
        text.Length <= word.Length && (text.Length > 1 || word is not ("on" or "off"))
        && System.Text.Ascii.EqualsIgnoreCase(text, word.AsSpan(0, text.Length));
}

/// <summary>Bytes as ASCII.</summary>
internal static class Ascii
{
    /// <summary>Whether two texts are equal but for the case of A to Z.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => System.Text.Ascii.EqualsIgnoreCase(left, right);

    /// <summary>0 to 15; -1 when the byte is no hexadecimal digit.</summary>
    public static int HexValue(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };

    /// <summary>Whether all bytes are ASCII.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => System.Text.Ascii.IsValid(bytes);
}
