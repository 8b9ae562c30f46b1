using System.Globalization;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;
using Calendar = QueryEngine.Functions.Casts.Calendar;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("from_unixtime_nanos", "The instant of so many nanoseconds since 1970-01-01 UTC, in whole microseconds.")]
[Example("from_unixtime_nanos(1500000000)", "1970-01-01 01:00:01.5+01")]
internal readonly struct FromUnixNanosFunction : IFunction<long, SqlInstant>
{
    public static SqlInstant Invoke(long first) => new((long)Math.Floor(first / 1000m));
}

[ScalarFunction("from_unixtime", "The time that a zone's clock shows so many seconds after 1970-01-01 UTC.")]
[Example("from_unixtime(0, 'America/New_York')", "1969-12-31 19:00:00")]
internal readonly struct FromUnixTimeInZoneFunction : IFunction<double, Utf8, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(double first, Utf8 second, NameCache third) => new(Zones.ToLocal(third.GetZone(second.Bytes), FromUnixTimeFunction.Invoke(first).Micros));
}

[ScalarFunction("from_iso8601_date", "The date of an ISO 8601 text.")]
[Example("from_iso8601_date('2020-05-11')", "2020-05-11")]
[Example("from_iso8601_date('2020-W10')", "2020-03-02")]
[Example("from_iso8601_date('2020-W10-2')", "2020-03-03")]
[Example("from_iso8601_date('2020-123')", "2020-05-02")]
[Example("from_iso8601_date('1/2/2020')", "error 22007")]
internal readonly struct FromIsoDateFunction : IFunction<Utf8, SqlDate>
{
    public static SqlDate Invoke(Utf8 first) => DateMath.Date(IsoText.Day(first.ToString()));
}

[ScalarFunction("from_iso8601_timestamp", "The instant of an ISO 8601 text; without an offset on the session's clock.", Aliases = ["from_iso8601_timestamp_nanos"])]
[Example("from_iso8601_timestamp('2020-05-11T11:15:05Z')", "2020-05-11 13:15:05+02")]
[Example("from_iso8601_timestamp('2020-05-11')", "2020-05-11 00:00:00+02")]
internal readonly struct FromIsoTimestampFunction : IFunction<Utf8, FunctionContext, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, FunctionContext second)
    {
        string text = first.ToString();
        int time = text.IndexOf('T', StringComparison.Ordinal);
        string date = SqlValueText.FormatDate(checked((int)IsoText.Day(time < 0 ? text : text[..time])));
        string whole = date + (time < 0 || time == text.Length - 1 ? " 00:00" : " " + (text.Length - time <= 3 ? text[(time + 1)..] + ":00" : text[(time + 1)..]));
        if (!ValueText.TryParseInstant(System.Text.Encoding.UTF8.GetBytes(whole), 6, second.Session, out long micros, out _))
            throw IsoText.Invalid(text);
        return new SqlInstant(micros);
    }
}

[ScalarFunction("to_iso8601", "A date in ISO 8601.")]
[Example("to_iso8601(DATE '2020-05-11')", "2020-05-11")]
internal readonly struct DateToIsoFunction : IFunction<SqlDate, TextOutput, Text>
{
    public static Text Invoke(SqlDate first, TextOutput second) => second.Write(SqlValueText.FormatDate(first.Days));
}

[ScalarFunction("to_iso8601", "A timestamp in ISO 8601.")]
[Example("to_iso8601(TIMESTAMP '2020-05-11 10:20:30.5')", "2020-05-11T10:20:30.500")]
internal readonly struct TimestampToIsoFunction : IFunction<SqlTimestamp, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, TextOutput second) => second.Write(IsoText.Format(first.Micros));
}

[ScalarFunction("to_iso8601", "An instant in ISO 8601 with the offset of the session's zone.")]
[Example("to_iso8601(from_iso8601_timestamp('2020-05-11T11:15:05Z'))", "2020-05-11T13:15:05.000+02:00")]
internal readonly struct InstantToIsoFunction : IFunction<SqlInstant, FunctionContext, NameCache, TextOutput, Text>
{
    public static Text Invoke(SqlInstant first, FunctionContext second, NameCache third, TextOutput fourth)
    {
        long offset = Zones.OffsetAt(third.GetZone(second), first.Micros);
        string zone = offset == 0 ? "Z" : string.Create(CultureInfo.InvariantCulture, $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / TimeParts.Hour:D2}:{Math.Abs(offset) / TimeParts.Minute % 60:D2}");
        return fourth.Write(IsoText.Format(first.Micros + offset) + zone);
    }
}

[ScalarFunction("with_timezone", "The instant at which a zone's clock shows a timestamp.")]
[Example("with_timezone(TIMESTAMP '2020-01-01 12:00:00', 'America/New_York')", "2020-01-01 18:00:00+01")]
internal readonly struct WithTimeZoneFunction : IFunction<SqlTimestamp, Utf8, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(SqlTimestamp first, Utf8 second, NameCache third) => TimestampAtZoneFunction.Invoke(first, second, third);
}

[ScalarFunction("timezone", "The instant at which a zone's clock shows a timestamp: AT TIME ZONE with the zone first.")]
[Example("timezone('America/New_York', TIMESTAMP '2020-01-01 12:00:00')", "2020-01-01 18:00:00+01")]
internal readonly struct TimezoneOfTimestampFunction : IFunction<Utf8, SqlTimestamp, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, SqlTimestamp second, NameCache third) => TimestampAtZoneFunction.Invoke(second, first, third);
}

[ScalarFunction("timezone", "The time that a zone's clock shows at an instant: AT TIME ZONE with the zone first.")]
[Example("timezone('UTC', TIMESTAMPTZ '2020-01-01 12:00:00Z')", "2020-01-01 12:00:00")]
internal readonly struct TimezoneOfInstantFunction : IFunction<Utf8, SqlInstant, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, SqlInstant second, NameCache third) => InstantAtZoneFunction.Invoke(second, first, third);
}

[ScalarFunction("timezone", "The instant at which a clock at an offset from UTC shows a timestamp.")]
[Example("timezone(INTERVAL '-5' HOUR, TIMESTAMP '2020-01-01 12:00:00')", "2020-01-01 18:00:00+01")]
internal readonly struct TimezoneByOffsetFunction : IFunction<Interval, SqlTimestamp, SqlInstant>
{
    public static SqlInstant Invoke(Interval first, SqlTimestamp second) => TimestampAtOffsetFunction.Invoke(second, first);
}

[ScalarFunction("timezone", "The time that a clock at an offset from UTC shows at an instant.")]
internal readonly struct TimezoneOfInstantByOffsetFunction : IFunction<Interval, SqlInstant, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Interval first, SqlInstant second) => InstantAtOffsetFunction.Invoke(second, first);
}

[ScalarFunction("timezone_hour", "The hours of the offset of the session's zone at an instant.")]
[Example("timezone_hour(TIMESTAMPTZ '2020-07-01 12:00:00Z')", "2")]
internal readonly struct TimezoneHourFunction : IFunction<SqlInstant, FunctionContext, NameCache, long>
{
    public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) => Zones.OffsetAt(third.GetZone(second), first.Micros) / TimeParts.Hour;
}

[ScalarFunction("timezone_minute", "The minutes, after whole hours, of the offset of the session's zone at an instant.")]
[Example("timezone_minute(TIMESTAMPTZ '2020-07-01 12:00:00Z')", "0")]
internal readonly struct TimezoneMinuteFunction : IFunction<SqlInstant, FunctionContext, NameCache, long>
{
    public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) => Zones.OffsetAt(third.GetZone(second), first.Micros) / TimeParts.Minute % 60;
}

[ScalarFunction("timestamptz", "The instant of a date and a time of day on the session's clock.")]
[Example("timestamptz(DATE '2020-07-01', TIME '10:00')", "2020-07-01 10:00:00+02")]
internal readonly struct InstantOfDateAndTimeFunction : IFunction<SqlDate, SqlTime, FunctionContext, SqlInstant>
{
    public static SqlInstant Invoke(SqlDate first, SqlTime second, FunctionContext third) =>
        new(Zones.ToInstant(Zones.Of(third.Session), AddTimeToDate.Invoke(first, second).Micros));
}

[ScalarFunction("parse_duration", "The interval of a number and a unit: ns, us, ms, s, m, h or d.")]
[Example("parse_duration('42.8ms')", "00:00:00.0428")]
[Example("parse_duration('3.81 d')", "3 days 19:26:24")]
[Example("parse_duration('5 lightyears')", "error 22023")]
internal readonly struct ParseDurationFunction : IFunction<Utf8, Interval>
{
    public static Interval Invoke(Utf8 first)
    {
        string text = first.ToString().Trim();
        int unit = text.AsSpan().IndexOfAnyInRange('a', 'z');
        double scale = unit < 0 ? 0 : text[unit..] switch { "ns" => 1e-3, "us" => 1, "ms" => 1e3, "s" => 1e6, "m" => 60e6, "h" => 3600e6, "d" => 86_400e6, _ => 0 };
        if (scale == 0 || !double.TryParse(text[..unit].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || number * scale > 9e18)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"'{text}' is not a duration", "Write a number and one of ns, us, ms, s, m, h, d.");
        long micros = (long)Math.Round(number * scale);
        return new Interval(0, micros / DateMath.MicrosPerDay, micros % DateMath.MicrosPerDay);
    }
}

[ScalarFunction("human_readable_seconds", "Seconds in words, as weeks, days, hours, minutes and seconds.")]
[Example("human_readable_seconds(3762e0)", "1 hour, 2 minutes, 42 seconds")]
[Example("human_readable_seconds(0e0)", "0 seconds")]
internal readonly struct HumanReadableSecondsFunction : IFunction<double, TextOutput, Text>
{
    public static Text Invoke(double first, TextOutput second)
    {
        if (!double.IsFinite(first) || Math.Abs(first) > 9e18)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the number of seconds is finite");
        long rest = (long)Math.Round(Math.Abs(first));
        var parts = new List<string>();
        foreach ((string name, long size) in (ReadOnlySpan<(string, long)>)[("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)])
        {
            (long count, rest) = Math.DivRem(rest, size);
            if (count > 0 || (size == 1 && parts.Count == 0))
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {name}{(count == 1 ? string.Empty : "s")}"));
        }

        return second.Write(string.Join(", ", parts));
    }
}

/// <summary>ISO 8601 texts.</summary>
internal static class IsoText
{
    /// <summary>The day of <c>2020-05-11</c>, <c>2020-05</c>, <c>2020</c>, <c>2020-W10-2</c>, <c>2020-123</c>, with a sign or not.</summary>
    public static long Day(string text)
    {
        string[] parts = text.TrimStart('-', '+').Split('-');
        int sign = text.StartsWith('-') ? -1 : 1;
        if (!Digits(parts[0], 4, 6, out int year))
            throw Invalid(text);
        year *= sign;
        switch (parts.Length)
        {
            case 1:
                return SqlValueText.DayNumber(year, 1, 1);
            case 2 or 3 when parts[1].StartsWith('W') && Digits(parts[1][1..], 2, 2, out int week) && week is >= 1 and <= 53:
                int weekday = 1;
                if (parts.Length == 3 && (!Digits(parts[2], 1, 1, out weekday) || weekday is < 1 or > 7))
                    throw Invalid(text);
                long january4 = SqlValueText.DayNumber(year, 1, 4);
                return january4 - ((DateMath.DayOfWeek(january4) + 6) % 7) + ((week - 1) * 7) + weekday - 1;
            case 2 when Digits(parts[1], 3, 3, out int dayOfYear) && dayOfYear >= 1 && dayOfYear <= (Calendar.IsLeap(year) ? 366 : 365):
                return SqlValueText.DayNumber(year, 1, 1) + dayOfYear - 1;
            case 2 or 3 when Digits(parts[1], 1, 2, out int month) && month is >= 1 and <= 12:
                int day = 1;
                if (parts.Length == 3 && (!Digits(parts[2], 1, 2, out day) || day < 1 || day > Calendar.DaysInMonth(year, month)))
                    throw Invalid(text);
                return SqlValueText.DayNumber(year, month, day);
            default:
                throw Invalid(text);
        }
    }

    /// <summary>A local timestamp with milliseconds, or microseconds where there are some.</summary>
    public static string Format(long micros)
    {
        long day = DateMath.DayOf(micros, out long time);
        (long year, int month, int dayOfMonth) = DateMath.Civil(day);
        long fraction = time % DateMath.MicrosPerSecond;
        string digits = fraction % 1000 == 0 ? (fraction / 1000).ToString("D3", CultureInfo.InvariantCulture) : fraction.ToString("D6", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{year:D4}-{month:D2}-{dayOfMonth:D2}T{time / TimeParts.Hour:D2}:{time / TimeParts.Minute % 60:D2}:{time / DateMath.MicrosPerSecond % 60:D2}.{digits}");
    }

    public static QueryException Invalid(string text) => new(ErrorCode.InvalidDateTime, $"'{text}' is not in ISO 8601");

    private static bool Digits(string text, int fewest, int most, out int number)
    {
        number = 0;
        return text.Length >= fewest && text.Length <= most && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
