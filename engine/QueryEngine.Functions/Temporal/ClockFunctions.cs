using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("now", "The instant at which the query started.", Aliases = ["current_timestamp", "transaction_timestamp", "statement_timestamp"])]
[Example("now()", "2020-07-01 12:20:30+02")]
internal readonly struct NowFunction : IFunction<FunctionContext, SqlInstant>
{
    public static SqlInstant Invoke(FunctionContext first) => new(Clock.Micros(first));
}

[ScalarFunction("now", "The instant at which the query started.", Aliases = ["current_timestamp"])]
internal readonly struct NowPrecisionFunction : IFunction<int, FunctionContext, SqlInstant>
{
    public static SqlInstant Invoke(int first, FunctionContext second) => new(Clock.Micros(second, first));
}

[ScalarFunction("localtimestamp", "The time of the session's clock at which the query started.", Aliases = ["current_localtimestamp"])]
[Example("localtimestamp()", "2020-07-01 12:20:30")]
internal readonly struct LocalTimestampFunction : IFunction<FunctionContext, SqlTimestamp>
{
    public static SqlTimestamp Invoke(FunctionContext first) => new(Zones.ToLocal(Zones.Of(first.Session), Clock.Micros(first)));
}

[ScalarFunction("localtimestamp", "The time of the session's clock at which the query started.")]
internal readonly struct LocalTimestampPrecisionFunction : IFunction<int, FunctionContext, SqlTimestamp>
{
    public static SqlTimestamp Invoke(int first, FunctionContext second) => new(Zones.ToLocal(Zones.Of(second.Session), Clock.Micros(second, first)));
}

[ScalarFunction("current_date", "The session's date at which the query started.", Aliases = ["today"])]
[Example("current_date()", "2020-07-01")]
internal readonly struct CurrentDateFunction : IFunction<FunctionContext, SqlDate>
{
    public static SqlDate Invoke(FunctionContext first) => DateMath.DateOf(LocalTimestampFunction.Invoke(first).Micros);
}

[ScalarFunction("localtime", "The time of day of the session's clock at which the query started.", Aliases = ["current_time", "current_localtime"])]
[Example("localtime()", "12:20:30")]
internal readonly struct LocalTimeFunction : IFunction<FunctionContext, SqlTime>
{
    public static SqlTime Invoke(FunctionContext first) => new(TimeParts.Of(LocalTimestampFunction.Invoke(first).Micros));
}

[ScalarFunction("localtime", "The time of day of the session's clock at which the query started, with so many digits of a second.", Aliases = ["current_time"])]
[Example("localtime(0)", "12:20:30")]
internal readonly struct LocalTimePrecisionFunction : IFunction<int, FunctionContext, SqlTime>
{
    public static SqlTime Invoke(int first, FunctionContext second) => new(TimeParts.Of(LocalTimestampPrecisionFunction.Invoke(first, second).Micros));
}

[ScalarFunction("current_timezone", "The session's time zone.")]
[Example("current_timezone()", "Europe/Berlin")]
internal readonly struct CurrentTimeZoneFunction : IFunction<FunctionContext, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, TextOutput second) => second.Write(first.Session.TimeZone);
}

[ScalarFunction("$at_time_zone", "The instant at which a zone's clock shows a timestamp.", Aliases = ["timezone_of"])]
[Example("TIMESTAMP '2020-01-01 12:00:00' AT TIME ZONE 'America/New_York'", "2020-01-01 18:00:00+01")]
internal readonly struct TimestampAtZoneFunction : IFunction<SqlTimestamp, Utf8, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(SqlTimestamp first, Utf8 second, NameCache third) => new(Zones.ToInstant(third.GetZone(second.Bytes), first.Micros));
}

[ScalarFunction("$at_time_zone", "The time that a zone's clock shows at an instant.")]
[Example("TIMESTAMP WITH TIME ZONE '2020-01-01 12:00:00Z' AT TIME ZONE 'America/New_York'", "2020-01-01 07:00:00")]
internal readonly struct InstantAtZoneFunction : IFunction<SqlInstant, Utf8, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlInstant first, Utf8 second, NameCache third) => new(Zones.ToLocal(third.GetZone(second.Bytes), first.Micros));
}

[ScalarFunction("$at_time_zone", "The instant at which a clock at an offset from UTC shows a timestamp.")]
[Example("TIMESTAMP '2020-01-01 12:00:00' AT TIME ZONE INTERVAL '-5' HOUR", "2020-01-01 18:00:00+01")]
internal readonly struct TimestampAtOffsetFunction : IFunction<SqlTimestamp, Interval, SqlInstant>
{
    public static SqlInstant Invoke(SqlTimestamp first, Interval second) => new(IntervalMath.Add(first.Micros, -second));
}

[ScalarFunction("$at_time_zone", "The time that a clock at an offset from UTC shows at an instant.")]
internal readonly struct InstantAtOffsetFunction : IFunction<SqlInstant, Interval, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlInstant first, Interval second) => new(IntervalMath.Add(first.Micros, second));
}

[ScalarFunction("from_unixtime", "The instant of so many seconds since 1970-01-01 UTC.", Aliases = ["to_timestamp"])]
[Example("from_unixtime(0)", "1970-01-01 01:00:00+01")]
internal readonly struct FromUnixTimeFunction : IFunction<double, SqlInstant>
{
    public static SqlInstant Invoke(double first) => double.IsInfinity(first) ? new(first > 0 ? long.MaxValue : long.MinValue)
        : Math.Abs(first) < 9.2e12 ? new((long)Math.Round(first * DateMath.MicrosPerSecond)) : throw DateMath.OutOfRange();
}

[ScalarFunction("to_unixtime", "Seconds since 1970-01-01 UTC of an instant.")]
[Example("to_unixtime(from_unixtime(1.5e0))", "1.5")]
internal readonly struct ToUnixTimeFunction : IFunction<SqlInstant, double>
{
    public static double Invoke(SqlInstant first) => first.Micros / (double)DateMath.MicrosPerSecond;
}

[ScalarFunction("last_day_of_month", "The last day of a date's month.", Aliases = ["last_day"])]
[Example("last_day_of_month(DATE '2020-02-10')", "2020-02-29")]
internal readonly struct LastDayFunction : IFunction<SqlDate, SqlDate>
{
    public static SqlDate Invoke(SqlDate first)
    {
        (long year, int month, int day) = SqlValueText.Civil(first.Days);
        return DateMath.Date(first.Days + Calendar.DaysInMonth(year, month) - day);
    }
}

[ScalarFunction("date", "The date of a timestamp.")]
[Example("date(TIMESTAMP '2020-01-01 10:00:00')", "2020-01-01")]
internal readonly struct DateFunction : IFunction<SqlTimestamp, SqlDate>
{
    public static SqlDate Invoke(SqlTimestamp first) => DateMath.DateOf(first.Micros);
}

/// <summary>The clock of a query.</summary>
internal static class Clock
{
    /// <summary>The start of the query in microseconds, with so many digits of a second.</summary>
    public static long Micros(FunctionContext context, int precision = 6)
    {
        long micros = (context.Session.StartTime - DateTimeOffset.UnixEpoch).Ticks / 10;
        long step = (long)Math.Pow(10, 6 - Math.Clamp(precision, 0, 6));
        return micros - (((micros % step) + step) % step);
    }
}
