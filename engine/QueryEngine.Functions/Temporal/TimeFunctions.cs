using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("hour", "The hour, 0 to 23.")]
[Example("hour(TIMESTAMP '2020-03-31 10:20:30')", "10")]
internal readonly struct HourFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / TimeParts.Hour;
}

[ScalarFunction("hour", "The hour, 0 to 23.")]
internal readonly struct HourOfTimeFunction : IFunction<SqlTime, long>
{
    public static long Invoke(SqlTime first) => first.Micros / TimeParts.Hour;
}

[ScalarFunction("hour", "The hour in the session's zone, 0 to 23.")]
internal readonly struct HourOfInstantFunction : IFunction<SqlInstant, FunctionContext, NameCache, long>
{
    public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) =>
        TimeParts.Of(Zones.ToLocal(third.GetZone(second), first.Micros)) / TimeParts.Hour;
}

[ScalarFunction("minute", "The minute, 0 to 59.")]
[Example("minute(TIMESTAMP '2020-03-31 10:20:30')", "20")]
internal readonly struct MinuteFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / TimeParts.Minute % 60;
}

[ScalarFunction("minute", "The minute, 0 to 59.")]
internal readonly struct MinuteOfTimeFunction : IFunction<SqlTime, long>
{
    public static long Invoke(SqlTime first) => first.Micros / TimeParts.Minute % 60;
}

[ScalarFunction("minute", "The minute in the session's zone, 0 to 59.")]
internal readonly struct MinuteOfInstantFunction : IFunction<SqlInstant, FunctionContext, NameCache, long>
{
    public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) =>
        TimeParts.Of(Zones.ToLocal(third.GetZone(second), first.Micros)) / TimeParts.Minute % 60;
}

[ScalarFunction("second", "The second, 0 to 59.")]
[Example("second(TIMESTAMP '2020-03-31 10:20:30.5')", "30")]
internal readonly struct SecondFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / DateMath.MicrosPerSecond % 60;
}

[ScalarFunction("second", "The second, 0 to 59.")]
internal readonly struct SecondOfTimeFunction : IFunction<SqlTime, long>
{
    public static long Invoke(SqlTime first) => first.Micros / DateMath.MicrosPerSecond % 60;
}

[ScalarFunction("second", "The second, 0 to 59.")]
internal readonly struct SecondOfInstantFunction : IFunction<SqlInstant, long>
{
    public static long Invoke(SqlInstant first) => TimeParts.Of(first.Micros) / DateMath.MicrosPerSecond % 60;
}

[ScalarFunction("millisecond", "The milliseconds of the second, 0 to 999.")]
[Example("millisecond(TIMESTAMP '2020-03-31 10:20:30.5')", "500")]
internal readonly struct MillisecondFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / 1000 % 1000;
}

/// <summary>Parts of a day in microseconds.</summary>
internal static class TimeParts
{
    public const long Minute = 60 * DateMath.MicrosPerSecond;
    public const long Hour = 60 * Minute;

    /// <summary>Microseconds since midnight.</summary>
    public static long Of(long micros)
    {
        DateMath.DayOf(micros, out long time);
        return time;
    }
}

[ScalarFunction("date_part", "A field of a timestamp by its name, as EXTRACT; dow 0 is Sunday.", Aliases = ["$extract", "extract"])]
[Example("date_part('year', TIMESTAMP '2020-03-31 10:20:30.5')", "2020")]
[Example("date_part('second', TIMESTAMP '2020-03-31 10:20:30.5')", "30.5")]
[Example("date_part('dow', DATE '2020-03-01')", "0")]
[Example("date_part('epoch', DATE '1970-01-02')", "86400")]
[Example("date_part('lustrum', DATE '1970-01-02')", "error 22023")]
internal readonly struct DatePartFunction : IFunction<Utf8, SqlTimestamp, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlTimestamp second, NameCache third) => Fields.Extract(third.Get(first.Bytes), second.Micros);
}

[ScalarFunction("date_part", "A field of a date by its name.", Aliases = ["$extract", "extract"])]
[Example("date_part('year', DATE '1995-12-31')", "1995")]
[Example("date_part('month', DATE '1969-02-28')", "2")]
[Example("date_part('day', DATE '2000-02-29')", "29")]
[Example("date_part('doy', DATE '2000-03-01')", "61")]
internal readonly struct DatePartOfDateFunction : IFunction<Utf8, SqlDate, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlDate second, NameCache third) => third.Get(first.Bytes) switch
    {
        "year" => DateMath.Civil(second.Days).Year,
        "month" => DateMath.Civil(second.Days).Month,
        "day" => DateMath.Civil(second.Days).Day,
        var field => Fields.Extract(field, DateMath.ToMicros(second.Days, 0)),
    };
}

[ScalarFunction("date_part", "A field of an instant in the session's zone.", Aliases = ["$extract", "extract"])]
internal readonly struct DatePartOfInstantFunction : IFunction<Utf8, SqlInstant, FunctionContext, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlInstant second, FunctionContext third, NameCache fourth)
    {
        string field = fourth.Get(first.Bytes);
        NodaTime.DateTimeZone zone = Zones.Of(third.Session);
        return field switch
        {
            "epoch" => second.Micros / (double)DateMath.MicrosPerSecond,
            "timezone" => Zones.OffsetAt(zone, second.Micros) / DateMath.MicrosPerSecond,
            "timezone_hour" => Zones.OffsetAt(zone, second.Micros) / TimeParts.Hour,
            "timezone_minute" => Zones.OffsetAt(zone, second.Micros) / TimeParts.Minute % 60,
            _ => Fields.Extract(field, Zones.ToLocal(zone, second.Micros)),
        };
    }
}

[ScalarFunction("date_part", "A field of a time of day.", Aliases = ["$extract", "extract"])]
[Example("date_part('hour', TIME '10:20:30')", "10")]
internal readonly struct DatePartOfTimeFunction : IFunction<Utf8, SqlTime, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlTime second, NameCache third) => Fields.Extract(third.Get(first.Bytes), second.Micros);
}

[ScalarFunction("date_part", "A field of an interval.", Aliases = ["$extract", "extract"])]
[Example("date_part('hour', INTERVAL '1' DAY)", "0")]
internal readonly struct DatePartOfDurationFunction : IFunction<Utf8, SqlDuration, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlDuration second, NameCache third) => third.Get(first.Bytes) switch
    {
        "day" or "days" => second.Micros / DateMath.MicrosPerDay,
        "hour" or "hours" => second.Micros % DateMath.MicrosPerDay / TimeParts.Hour,
        "minute" or "minutes" => second.Micros % TimeParts.Hour / TimeParts.Minute,
        "second" or "seconds" => second.Micros % TimeParts.Minute / (double)DateMath.MicrosPerSecond,
        "millisecond" or "milliseconds" => second.Micros % TimeParts.Minute / 1000.0,
        "microsecond" or "microseconds" => second.Micros % TimeParts.Minute,
        "epoch" => second.Micros / (double)DateMath.MicrosPerSecond,
        "year" or "month" or "quarter" or "decade" or "century" or "millennium" => 0,
        var field => throw Fields.Unknown(field, "day, hour, minute, second, millisecond, microsecond, epoch"),
    };
}

[ScalarFunction("date_part", "A field of an interval of months.", Aliases = ["$extract", "extract"])]
[Example("date_part('year', INTERVAL '14' MONTH)", "1")]
internal readonly struct DatePartOfMonthsFunction : IFunction<Utf8, SqlMonths, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlMonths second, NameCache third) => third.Get(first.Bytes) switch
    {
        "year" or "years" => second.Months / 12,
        "month" or "months" => second.Months % 12,
        "quarter" => (second.Months % 12 / 3) + 1,
        "decade" => second.Months / 120,
        "century" => second.Months / 1200,
        "millennium" => second.Months / 12_000,
        "epoch" => (second.Months / 12 * 365.25 + (second.Months % 12 * 30)) * 86_400,
        "day" or "days" or "hour" or "hours" or "minute" or "minutes" or "second" or "seconds" => 0,
        var field => throw Fields.Unknown(field, "year, quarter, month, epoch"),
    };
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that a timestamp is in.")]
[Example("date_trunc('hour', TIMESTAMP '2020-03-31 10:20:30')", "2020-03-31 10:00:00")]
[Example("date_trunc('week', TIMESTAMP '2020-03-01 10:20:30')", "2020-02-24 00:00:00")]
[Example("date_trunc('quarter', TIMESTAMP '2020-05-31 10:20:30')", "2020-04-01 00:00:00")]
internal readonly struct DateTruncFunction : IFunction<Utf8, SqlTimestamp, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, SqlTimestamp second, NameCache third) => new(Fields.Truncate(third.Get(first.Bytes), second.Micros));
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that a date is in, as a timestamp.")]
[Example("date_trunc('month', DATE '2020-03-31')", "2020-03-01 00:00:00")]
internal readonly struct DateTruncOfDateFunction : IFunction<Utf8, SqlDate, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, SqlDate second, NameCache third) =>
        new(Fields.Truncate(third.Get(first.Bytes), DateMath.ToMicros(second.Days, 0)));
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that an instant is in, in the session's zone.")]
internal readonly struct DateTruncOfInstantFunction : IFunction<Utf8, SqlInstant, FunctionContext, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, SqlInstant second, FunctionContext third, NameCache fourth)
    {
        NodaTime.DateTimeZone zone = Zones.Of(third.Session);
        return new(Zones.ToInstant(zone, Fields.Truncate(fourth.Get(first.Bytes), Zones.ToLocal(zone, second.Micros))));
    }
}
