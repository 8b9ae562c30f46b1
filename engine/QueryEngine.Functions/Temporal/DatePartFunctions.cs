using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("date_part", "A field of a timestamp by its name, as EXTRACT; dow 0 is Sunday.", Aliases = ["$extract", "extract", "datepart"])]
[Example("date_part('year', TIMESTAMP '2020-03-31 10:20:30.5')", "2020")]
[Example("date_part('second', TIMESTAMP '2020-03-31 10:20:30.5')", "30.5")]
[Example("date_part('dow', DATE '2020-03-01')", "0")]
[Example("date_part('epoch', DATE '1970-01-02')", "86400")]
[Example("date_part('lustrum', DATE '1970-01-02')", "error 22023")]
[Example("date_part('year', TIMESTAMP 'infinity')", "Infinity")]
[Example("date_part('month', TIMESTAMP '-infinity')", "NULL")]
internal readonly struct DatePartFunction : IFunction<Utf8, SqlTimestamp, NameCache, double?>
{
    public static double? Invoke(Utf8 first, SqlTimestamp second, NameCache third) => Fields.Extract(third.Get(first.Bytes), second.Micros);
}

[ScalarFunction("date_part", "A field of a date by its name.", Aliases = ["$extract", "extract", "datepart"])]
[Example("date_part('year', DATE '1995-12-31')", "1995")]
[Example("date_part('month', DATE '1969-02-28')", "2")]
[Example("date_part('day', DATE '2000-02-29')", "29")]
[Example("date_part('doy', DATE '2000-03-01')", "61")]
internal readonly struct DatePartOfDateFunction : IFunction<Utf8, SqlDate, NameCache, double?>
{
    public static double? Invoke(Utf8 first, SqlDate second, NameCache third) => third.Get(first.Bytes) switch
    {
        "year" when second.Days is > -719_000 and < int.MaxValue => DateMath.Civil(second.Days).Year,
        "month" when DateMath.IsFinite(second) => DateMath.Civil(second.Days).Month,
        "day" when DateMath.IsFinite(second) => DateMath.Civil(second.Days).Day,
        var field => Fields.Extract(field, DateMath.ToMicros(second)),
    };
}

[ScalarFunction("date_part", "A field of an instant in the session's zone.", Aliases = ["$extract", "extract", "datepart"])]
[Example("date_part('timezone_hour', TIMESTAMP WITH TIME ZONE '2020-07-01 12:00:00Z')", "2")]
internal readonly struct DatePartOfInstantFunction : IFunction<Utf8, SqlInstant, FunctionContext, NameCache, double?>
{
    public static double? Invoke(Utf8 first, SqlInstant second, FunctionContext third, NameCache fourth)
    {
        string field = fourth.Get(first.Bytes);
        NodaTime.DateTimeZone zone = Zones.Of(third.Session);
        return field switch
        {
            "epoch" when DateMath.IsFinite(second.Micros) => second.Micros / (double)DateMath.MicrosPerSecond,
            "timezone" or "timezone_hour" or "timezone_minute" when !DateMath.IsFinite(second.Micros) => null,
            "timezone" => Zones.OffsetAt(zone, second.Micros) / DateMath.MicrosPerSecond,
            "timezone_hour" => Zones.OffsetAt(zone, second.Micros) / TimeParts.Hour,
            "timezone_minute" => Zones.OffsetAt(zone, second.Micros) / TimeParts.Minute % 60,
            _ => Fields.Extract(field, Zones.ToLocal(zone, second.Micros)),
        };
    }
}

[ScalarFunction("date_part", "A field of a time of day.", Aliases = ["$extract", "extract", "datepart"])]
[Example("date_part('hour', TIME '10:20:30')", "10")]
[Example("date_part('dow', TIME '10:20:30')", "error 22023")]
internal readonly struct DatePartOfTimeFunction : IFunction<Utf8, SqlTime, NameCache, double>
{
    public static double Invoke(Utf8 first, SqlTime second, NameCache third) => Fields.ExtractTime(third.Get(first.Bytes), second.Micros);
}

[ScalarFunction("date_part", "A field of an interval.", Aliases = ["$extract", "extract", "datepart"])]
[Example("date_part('hour', INTERVAL '1' DAY)", "0")]
[Example("date_part('year', INTERVAL '14' MONTH)", "1")]
[Example("date_part('epoch', INTERVAL '1 day 2 seconds')", "86402")]
internal readonly struct DatePartOfIntervalFunction : IFunction<Utf8, Interval, NameCache, double>
{
    public static double Invoke(Utf8 first, Interval second, NameCache third) => Fields.ExtractInterval(third.Get(first.Bytes), second);
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that a timestamp is in.", Aliases = ["datetrunc"])]
[Example("date_trunc('hour', TIMESTAMP '2020-03-31 10:20:30')", "2020-03-31 10:00:00")]
[Example("date_trunc('week', TIMESTAMP '2020-03-01 10:20:30')", "2020-02-24 00:00:00")]
[Example("date_trunc('quarter', TIMESTAMP '2020-05-31 10:20:30')", "2020-04-01 00:00:00")]
internal readonly struct DateTruncFunction : IFunction<Utf8, SqlTimestamp, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, SqlTimestamp second, NameCache third) => new(Fields.Truncate(third.Get(first.Bytes), second.Micros));
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that a date is in, as a timestamp.", Aliases = ["datetrunc"])]
[Example("date_trunc('month', DATE '2020-03-31')", "2020-03-01 00:00:00")]
internal readonly struct DateTruncOfDateFunction : IFunction<Utf8, SqlDate, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, SqlDate second, NameCache third) =>
        new(Fields.Truncate(third.Get(first.Bytes), DateMath.ToMicros(second)));
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that an instant is in, in the session's zone.", Aliases = ["datetrunc"])]
internal readonly struct DateTruncOfInstantFunction : IFunction<Utf8, SqlInstant, FunctionContext, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, SqlInstant second, FunctionContext third, NameCache fourth)
    {
        NodaTime.DateTimeZone zone = Zones.Of(third.Session);
        return new(Zones.ToInstant(zone, Fields.Truncate(fourth.Get(first.Bytes), Zones.ToLocal(zone, second.Micros))));
    }
}

[ScalarFunction("date_trunc", "The beginning of the span of a unit that an instant is in, in a zone.", Aliases = ["datetrunc"])]
[Example("date_trunc('day', TIMESTAMP WITH TIME ZONE '2001-02-16 20:38:40+00', 'Australia/Sydney')", "2001-02-16 14:00:00+01")]
internal readonly struct DateTruncInZoneFunction : IFunction<Utf8, SqlInstant, Utf8, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, SqlInstant second, Utf8 third, NameCache fourth)
    {
        NodaTime.DateTimeZone zone = Zones.Get(third.ToString());
        return new(Zones.ToInstant(zone, Fields.Truncate(fourth.Get(first.Bytes), Zones.ToLocal(zone, second.Micros))));
    }
}

[ScalarFunction("date_trunc", "An interval without what is smaller than a unit.", Aliases = ["datetrunc"])]
[Example("date_trunc('hour', INTERVAL '2 days 03:02:47')", "2 days 03:00:00")]
internal readonly struct DateTruncOfIntervalFunction : IFunction<Utf8, Interval, NameCache, Interval>
{
    public static Interval Invoke(Utf8 first, Interval second, NameCache third) => Fields.Truncate(third.Get(first.Bytes), second);
}
