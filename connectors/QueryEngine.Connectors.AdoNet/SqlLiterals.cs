using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Values as text that relational sources read: ISO dates, plain numbers, <c>NaN</c> and <c>Infinity</c>, hexadecimal uuids.</summary>
public static class SqlLiterals
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>The text of a value; null for values that have none that sources agree on.</summary>
    public static string? Text(object value, SqlType type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        switch (value, type)
        {
            case (string text, { IsText: true }):
                return text;
            case (sbyte or short or int or long, { IsInteger: true }):
                return Convert.ToInt64(value, culture).ToString(culture);
            case (float number, _):
                return Special(number) ?? number.ToString("R", culture);
            case (double number, _):
                return Special(number) ?? number.ToString("R", culture);
            case (long or Int128, DecimalType number):
                return Decimal(value is long small ? small : (Int128)value, number.Scale);
            case (int days, { Kind: TypeKind.Date }):
                return Day(days);
            case (long time, TimeType { Precision: <= 6 }):
                return time is >= 0 and < MicrosecondsPerDay ? Time(time) : null;
            case (long instant, TimestampType { Precision: <= 6 }):
                return Timestamp(instant);
            case (long instant, TimestampWithTimeZoneType { Precision: <= 6 }):
                return Timestamp(instant) is { } utc ? utc + "+00" : null;
            case (long microseconds, { Kind: TypeKind.IntervalDayToSecond }):
                return $"{(microseconds / MicrosecondsPerDay).ToString(culture)} days {(microseconds % MicrosecondsPerDay).ToString(culture)} microseconds";
            case (Int128 bits, { Kind: TypeKind.Interval }):
                var interval = new Interval(bits);
                return $"{interval.Months.ToString(culture)} months {interval.Days.ToString(culture)} days {interval.Micros.ToString(culture)} microseconds";
            case (int months, { Kind: TypeKind.IntervalYearToMonth }):
                return $"{months.ToString(culture)} months";
            case (UInt128 uuid, { Kind: TypeKind.Uuid }):
                return uuid.ToString("x32", culture);
            default:
                return null;
        }
    }

    private static string? Special(double number) =>
        double.IsNaN(number) ? "NaN" : double.IsPositiveInfinity(number) ? "Infinity" : double.IsNegativeInfinity(number) ? "-Infinity" : null;

    private static string Decimal(Int128 unscaled, int scale)
    {
        string digits = (unscaled < 0 ? UInt128.MaxValue - (UInt128)unscaled + 1 : (UInt128)unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string sign = unscaled < 0 ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits.AsSpan(0, digits.Length - scale)}.{digits.AsSpan(digits.Length - scale)}";
    }

    private static string? Day(long days) =>
        days + SqlDates.UnixEpochDay is >= 0 and <= 3_652_058 and var number
            ? DateOnly.FromDayNumber((int)number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static string Time(long microseconds) =>
        new TimeOnly(microseconds * 10).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string? Timestamp(long microseconds)
    {
        long days = Math.DivRem(microseconds, MicrosecondsPerDay, out long time);
        if (time < 0)
            (days, time) = (days - 1, time + MicrosecondsPerDay);
        return Day(days) is { } day ? $"{day} {Time(time)}" : null;
    }

    /// <summary>Whether no character is half a surrogate pair.</summary>
    public static bool IsWellFormed(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
                continue;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
                return false;
            at++;
        }

        return true;
    }
}
