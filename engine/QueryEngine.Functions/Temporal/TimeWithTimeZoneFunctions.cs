using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("date_part", "A field of a time of day with a time zone; its epoch is that of the time in UTC.", Aliases = ["$extract", "extract", "datepart"])]
[Example("date_part('hour', TIMETZ '10:20:30+02')", "10")]
[Example("date_part('timezone', TIMETZ '10:20:30-01:30')", "-5400")]
[Example("date_part('epoch', TIMETZ '10:20:30+02')", "30030")]
internal readonly struct DatePartOfTimeWithZone : IFunction<Utf8, TimeWithTimeZone, NameCache, double>
{
    public static double Invoke(Utf8 first, TimeWithTimeZone second, NameCache third)
    {
        string field = third.Get(first.Bytes);
        return field switch
        {
            "epoch" => second.UtcMicros / (double)DateMath.MicrosPerSecond,
            "timezone" => second.OffsetSeconds,
            "timezone_hour" => second.OffsetSeconds / 3600,
            "timezone_minute" => second.OffsetSeconds / 60 % 60,
            _ => Fields.ExtractTime(field, second.LocalMicros),
        };
    }
}

[ScalarFunction("$at_time_zone", "The same time on the clock of another zone, as it is now.")]
[Example("TIMETZ '12:00:00+02' AT TIME ZONE 'UTC'", "10:00:00+00")]
internal readonly struct TimeAtZoneFunction : IFunction<TimeWithTimeZone, Utf8, FunctionContext, NameCache, TimeWithTimeZone>
{
    public static TimeWithTimeZone Invoke(TimeWithTimeZone first, Utf8 second, FunctionContext third, NameCache fourth) =>
        TimesWithZone.Moved(first, TimesWithZone.OffsetNow(fourth.GetZone(second.Bytes), third.Session));
}

[ScalarFunction("timezone", "The same time on the clock of another zone, as it is now: AT TIME ZONE with the zone first.")]
[Example("timezone('UTC', TIMETZ '12:00:00+02')", "10:00:00+00")]
internal readonly struct TimezoneOfTimeFunction : IFunction<Utf8, TimeWithTimeZone, FunctionContext, NameCache, TimeWithTimeZone>
{
    public static TimeWithTimeZone Invoke(Utf8 first, TimeWithTimeZone second, FunctionContext third, NameCache fourth) =>
        TimeAtZoneFunction.Invoke(second, first, third, fourth);
}

[ScalarFunction("$at_time_zone", "The same time on a clock at an offset from UTC.")]
[Example("TIMETZ '12:00:00+00' AT TIME ZONE INTERVAL '-5' HOUR", "07:00:00-05")]
internal readonly struct TimeAtOffsetFunction : IFunction<TimeWithTimeZone, Interval, TimeWithTimeZone>
{
    public static TimeWithTimeZone Invoke(TimeWithTimeZone first, Interval second) =>
        second is { Months: 0, Days: 0 } && Math.Abs(second.Micros) < DateMath.MicrosPerDay
            ? TimesWithZone.Moved(first, (int)(second.Micros / DateMath.MicrosPerSecond))
            : throw new QueryException(ErrorCode.InvalidParameterValue, "the offset of a time zone is less than a day");
}

[ScalarFunction("timezone", "The same time on a clock at an offset from UTC.")]
[Example("timezone(INTERVAL '4 minute', TIMETZ '12:15:37.123456-08')", "20:19:37.123456+00:04")]
internal readonly struct TimezoneOfTimeByOffsetFunction : IFunction<Interval, TimeWithTimeZone, TimeWithTimeZone>
{
    public static TimeWithTimeZone Invoke(Interval first, TimeWithTimeZone second) => TimeAtOffsetFunction.Invoke(second, first);
}

[ScalarFunction("$add", "The time of day some time later, around midnight.")]
[Example("TIMETZ '23:00:00+02' + INTERVAL '2' HOUR", "01:00:00+02")]
internal readonly struct AddIntervalToTimeWithZone : IFunction<TimeWithTimeZone, Interval, TimeWithTimeZone>
{
    public static TimeWithTimeZone Invoke(TimeWithTimeZone first, Interval second) =>
        new(TimeParts.Of(DateMath.Add(first.LocalMicros, second.Micros % DateMath.MicrosPerDay)), first.OffsetSeconds);
}

[ScalarFunction("$subtract", "The time of day some time earlier, around midnight.")]
[Example("TIMETZ '01:00:00+02' - INTERVAL '2' HOUR", "23:00:00+02")]
internal readonly struct SubtractIntervalFromTimeWithZone : IFunction<TimeWithTimeZone, Interval, TimeWithTimeZone>
{
    public static TimeWithTimeZone Invoke(TimeWithTimeZone first, Interval second) =>
        new(TimeParts.Of(DateMath.Add(first.LocalMicros, -(second.Micros % DateMath.MicrosPerDay))), first.OffsetSeconds);
}

[ScalarFunction("$add", "The instant at which a clock shows a time on a date.", Aliases = ["timestamptz"])]
[Example("DATE '2020-01-01' + TIMETZ '10:30:00-05'", "2020-01-01 16:30:00+01")]
internal readonly struct AddTimeWithZoneToDate : IFunction<SqlDate, TimeWithTimeZone, SqlInstant>
{
    public static SqlInstant Invoke(SqlDate first, TimeWithTimeZone second) => new(DateMath.Add(DateMath.ToMicros(first), second.UtcMicros));
}

[ScalarFunction("$add", "The instant at which a clock shows a time on a date.")]
[Example("TIMETZ '10:30:00-05' + DATE '2020-01-01'", "2020-01-01 16:30:00+01")]
internal readonly struct AddDateToTimeWithZone : IFunction<TimeWithTimeZone, SqlDate, SqlInstant>
{
    public static SqlInstant Invoke(TimeWithTimeZone first, SqlDate second) => AddTimeWithZoneToDate.Invoke(second, first);
}

/// <summary>Times of day with a time zone.</summary>
internal static class TimesWithZone
{
    /// <summary>The same time on a clock so many seconds ahead of UTC.</summary>
    public static TimeWithTimeZone Moved(TimeWithTimeZone time, int offsetSeconds) =>
        new(TimeParts.Of(time.UtcMicros + (offsetSeconds * DateMath.MicrosPerSecond)), offsetSeconds);

    /// <summary>How far a zone is ahead of UTC when the statement began, in seconds.</summary>
    public static int OffsetNow(NodaTime.DateTimeZone zone, ConnectorSession session) =>
        (int)(Zones.OffsetAt(zone, (session.StartTime.UtcDateTime - DateTime.UnixEpoch).Ticks / 10) / DateMath.MicrosPerSecond);
}
