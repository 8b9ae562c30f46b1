using System.Globalization;
using System.Text;

namespace QueryEngine.Spi;

/// <summary>
/// Boxed values (see <see cref="SqlType"/>) as SQL text: what a cast to varchar gives, what the shell shows. Doubles print in the shortest form that
/// reads back, instants in a zone given by its offset.
/// </summary>
public static class SqlValueText
{
    private const long MicrosPerSecond = 1_000_000;
    private const long MicrosPerDay = 86_400 * MicrosPerSecond;
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>The text of a value that is not null. <paramref name="utcOffset"/> tells the session zone's offset at an instant; UTC without it.</summary>
    public static string Format(SqlType type, object value, Func<DateTime, TimeSpan>? utcOffset = null) => type switch
    {
        BooleanType or UnknownType => (bool)value ? "true" : "false",
        DecimalType decimalType => FormatDecimal(value is long narrow ? narrow : (Int128)value, decimalType.Scale),
        NumberType => value.ToString()!,
        FloatType { Kind: TypeKind.Real } => FormatDouble((float)value, ((float)value).ToString("R", CultureInfo.InvariantCulture)),
        FloatType => FormatDouble((double)value, ((double)value).ToString("R", CultureInfo.InvariantCulture)),
        CharType charType => ((string)value).PadRight(charType.Length),
        VarbinaryType => "\\x" + Convert.ToHexStringLower(((ValueList<byte>)value).AsSpan()),
        AddressType => AddressText.Format(((ValueList<byte>)value).AsSpan()),
        SketchType => Convert.ToHexStringLower(((ValueList<byte>)value).AsSpan()),
        DateType => FormatDate((int)value),
        TimeType time => FormatTime((long)value, time.Precision),
        TimeWithTimeZoneType time => FormatTime(new TimeWithTimeZone((long)value), time.Precision),
        TimestampType timestamp => FormatTimestamp((long)value, timestamp.Precision),
        TimestampWithTimeZoneType instant => FormatInstant((long)value, instant.Precision, utcOffset),
        IntervalType { Kind: TypeKind.IntervalYearToMonth } => FormatInterval(new Interval((int)value, 0, 0)),
        IntervalType { Kind: TypeKind.IntervalDayToSecond } => FormatInterval(new Interval(0, (long)value / MicrosPerDay, (long)value % MicrosPerDay)),
        IntervalType => FormatInterval(new Interval((Int128)value)),
        UuidType => FormatUuid((UInt128)value),
        ArrayType array => $"[{string.Join(", ", ((ValueList<object?>)value).Select(item => Nested(array.Element, item, utcOffset)))}]",
        MapType map => $"{{{string.Join(", ", ((ValueList<KeyValuePair<object, object?>>)value).Select(entry => $"{Nested(map.Key, entry.Key, utcOffset)}: {Nested(map.Value, entry.Value, utcOffset)}"))}}}",
        RowType row => $"{{{string.Join(", ", ((ValueList<object?>)value).Select((item, at) => $"{row.Fields[at].Name ?? $"field{at}"}: {Nested(row.Fields[at].Type, item, utcOffset)}"))}}}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The value as a SQL literal, for plans.</summary>
    public static string Literal(SqlType type, object value) => type switch
    {
        BooleanType or IntegerType or DecimalType or FloatType => Format(type, value),
        VarcharType or CharType or JsonType => $"'{((string)value).Replace("'", "''", StringComparison.Ordinal)}'",
        BitType => $"B'{value}'",
        _ => $"{type} '{Format(type, value)}'",
    };

    /// <summary>An unscaled number with its point.</summary>
    public static string FormatDecimal(Int128 unscaled, int scale)
    {
        string digits = Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture);
        if (scale > 0)
        {
            digits = digits.PadLeft(scale + 1, '0');
            digits = $"{digits[..^scale]}.{digits[^scale..]}";
        }

        return unscaled < 0 ? "-" + digits : digits;
    }

    /// <summary>Days since 1970-01-01 as yyyy-mm-dd, with as many digits as the year needs, and BC behind years before 1.</summary>
    public static string FormatDate(int days) => days switch
    {
        int.MaxValue => "infinity",
        int.MinValue => "-infinity",
        _ => FormatDay(days) + Era(days),
    };

    private static string FormatDay(int days)
    {
        (long year, int month, int day) = Civil(days);
        return $"{(year > 0 ? year : 1 - year):D4}-{month:D2}-{day:D2}";
    }

    private static string Era(int days) => Civil(days).Year > 0 ? string.Empty : " BC";

    /// <summary>The proleptic Gregorian date of a day number.</summary>
    public static (long Year, int Month, int Day) Civil(long days)
    {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras of 400 years that begin in March.
        long shifted = days + 719_468;
        long era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        long dayOfEra = shifted - (era * 146_097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        int day = (int)(dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1);
        int month = (int)(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    /// <summary>The day number of a proleptic Gregorian date; the inverse of <see cref="Civil"/>.</summary>
    public static long DayNumber(long year, int month, int day)
    {
        long shiftedYear = month <= 2 ? year - 1 : year;
        long era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400;
        long yearOfEra = shiftedYear - (era * 400);
        long dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    private static string Nested(SqlType type, object? value, Func<DateTime, TimeSpan>? utcOffset) =>
        value is null ? "NULL" : Format(type, value, utcOffset);

    private static string FormatDouble(double value, string roundTrip)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "Infinity" : "-Infinity";

        // As PostgreSQL: plain digits from 1e-4 to below 1e15, else an exponent of at least two digits.
        double magnitude = Math.Abs(value);
        int e = roundTrip.IndexOf('E', StringComparison.Ordinal);
        string mantissa = e < 0 ? roundTrip : roundTrip[..e];
        int exponent = e < 0 ? 0 : int.Parse(roundTrip.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        bool negative = mantissa.StartsWith('-');
        mantissa = mantissa.TrimStart('-');
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        int scale = (point < 0 ? digits.Length : point) + exponent;
        int leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.TrimStart('0');
        scale -= leading;
        digits = digits.TrimEnd('0');
        if (digits.Length == 0)
            return negative ? "-0" : "0";

        var text = new StringBuilder(negative ? "-" : string.Empty);
        if (magnitude is >= 1e-4 and < 1e15)
        {
            if (scale <= 0)
                text.Append("0.").Append('0', -scale).Append(digits);
            else if (scale >= digits.Length)
                text.Append(digits).Append('0', scale - digits.Length);
            else
                text.Append(digits.AsSpan(0, scale)).Append('.').Append(digits.AsSpan(scale));
            return text.ToString();
        }

        text.Append(digits[0]);
        if (digits.Length > 1)
            text.Append('.').Append(digits.AsSpan(1));
        int power = scale - 1;
        return text.Append('e').Append(power < 0 ? '-' : '+').Append(CultureInfo.InvariantCulture, $"{Math.Abs(power):D2}").ToString();
    }

    private static string FormatTime(long value, int precision)
    {
        long unit = precision > 6 ? NanosPerSecond : MicrosPerSecond;
        long seconds = value / unit;
        return $"{seconds / 3600:D2}:{seconds / 60 % 60:D2}:{seconds % 60:D2}{Fraction(value % unit, precision > 6 ? 9 : 6, precision)}";
    }

    private static string FormatTime(TimeWithTimeZone value, int precision) =>
        FormatTime(value.LocalMicros, precision) + FormatOffset(TimeSpan.FromSeconds(value.OffsetSeconds));

    private static string FormatOffset(TimeSpan offset)
    {
        string sign = offset < TimeSpan.Zero ? "-" : "+";
        string minutes = offset is { Minutes: 0, Seconds: 0 } ? string.Empty : $":{Math.Abs(offset.Minutes):D2}";
        string seconds = offset.Seconds == 0 ? string.Empty : $":{Math.Abs(offset.Seconds):D2}";
        return $"{sign}{Math.Abs(offset.Hours):D2}{minutes}{seconds}";
    }

    private static string FormatTimestamp(long value, int precision, string zone = "")
    {
        if (value is long.MaxValue or long.MinValue)
            return value > 0 ? "infinity" : "-infinity";
        long unitsPerDay = 86_400 * (precision > 6 ? NanosPerSecond : MicrosPerSecond);
        long days = Math.DivRem(value, unitsPerDay, out long rest);
        if (rest < 0)
            (days, rest) = (days - 1, rest + unitsPerDay);
        return $"{FormatDay((int)days)} {FormatTime(rest, precision)}{zone}{Era((int)days)}";
    }

    private static string FormatInstant(long value, int precision, Func<DateTime, TimeSpan>? utcOffset)
    {
        if (value is long.MaxValue or long.MinValue)
            return FormatTimestamp(value, precision);

        // The calendar repeats every 400 years, and so do the rules of zones beyond the years that DateTime knows.
        const long lastMicros = 253_000_000_000_000_000, cycle = 146_097 * MicrosPerDay;
        long micros = precision > 6 ? value / 1000 : value;
        if (micros > lastMicros)
            micros -= ((micros - lastMicros) / cycle + 1) * cycle;
        TimeSpan offset = utcOffset is null ? TimeSpan.Zero : utcOffset(DateTime.UnixEpoch.AddTicks(Math.Max(micros, -62_000_000_000_000_000) * 10));
        long shifted = value + ((long)offset.TotalSeconds * (precision > 6 ? NanosPerSecond : MicrosPerSecond));
        return FormatTimestamp(shifted, precision, FormatOffset(offset));
    }

    // Fractions print without trailing zeros, as PostgreSQL does; none at all when zero.
    private static string Fraction(long fraction, int digits, int precision)
    {
        if (fraction == 0 || precision == 0)
            return string.Empty;
        string text = fraction.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        text = text[..Math.Min(precision, digits)].TrimEnd('0');
        return text.Length == 0 ? string.Empty : "." + text;
    }

    // As PostgreSQL: every part with its own sign, and a plus where a positive part follows a negative one.
    private static string FormatInterval(Interval interval)
    {
        var text = new StringBuilder();
        bool isAfterNegative = false;
        Part(interval.Months / 12, "year");
        Part(interval.Months % 12, "mon");
        Part(interval.Days, "day");
        if (interval.Micros != 0 || text.Length == 0)
        {
            if (text.Length > 0)
                text.Append(' ');
            text.Append(interval.Micros < 0 ? "-" : isAfterNegative ? "+" : string.Empty);
            UInt128 micros = (UInt128)Int128.Abs(interval.Micros);
            (ulong hours, ulong rest) = Math.DivRem((ulong)micros, 3600UL * MicrosPerSecond);
            text.Append(CultureInfo.InvariantCulture, $"{hours:D2}").Append(FormatTime((long)rest, 6).AsSpan(2));
        }

        return text.ToString();

        void Part(int value, string unit)
        {
            if (value == 0)
                return;
            if (text.Length > 0)
                text.Append(' ');
            text.Append(isAfterNegative && value > 0 ? "+" : string.Empty).Append(CultureInfo.InvariantCulture, $"{value} {unit}{(value == 1 ? string.Empty : "s")}");
            isAfterNegative = value < 0;
        }
    }

    private static string FormatUuid(UInt128 value)
    {
        string hex = value.ToString("x32", CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }
}
