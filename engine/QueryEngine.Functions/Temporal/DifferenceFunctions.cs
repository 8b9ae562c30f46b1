using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("date_diff", "Whole units from one timestamp to another.", Aliases = ["datediff", "timestampdiff"])]
[Example("date_diff('day', DATE '2020-02-28', DATE '2020-03-01')", "2")]
[Example("date_diff('month', DATE '2020-01-31', DATE '2020-02-29')", "1")]
[Example("date_diff('hour', TIMESTAMP '2020-01-01 00:30:00', TIMESTAMP '2020-01-01 02:00:00')", "1")]
internal readonly struct DateDiffFunction : IFunction<Utf8, SqlTimestamp, SqlTimestamp, NameCache, long>
{
    public static long Invoke(Utf8 first, SqlTimestamp second, SqlTimestamp third, NameCache fourth) =>
        Units.Between(fourth.Get(first.Bytes), second.Micros, third.Micros);
}

[ScalarFunction("date_add", "A timestamp so many units later.", Aliases = ["dateadd", "timestampadd"])]
[Example("date_add('day', 2, TIMESTAMP '2020-02-28 10:00:00')", "2020-03-01 10:00:00")]
[Example("date_add('month', 1, TIMESTAMP '2020-01-31 00:00:00')", "2020-02-29 00:00:00")]
internal readonly struct DateAddFunction : IFunction<Utf8, long, SqlTimestamp, NameCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, long second, SqlTimestamp third, NameCache fourth) =>
        new(Units.Add(fourth.Get(first.Bytes), second, third.Micros));
}

[ScalarFunction("date_add", "A date so many units, of days at least, later.", Aliases = ["dateadd"])]
[Example("date_add('week', 1, DATE '2020-02-28')", "2020-03-06")]
internal readonly struct DateAddToDateFunction : IFunction<Utf8, long, SqlDate, NameCache, SqlDate>
{
    public static SqlDate Invoke(Utf8 first, long second, SqlDate third, NameCache fourth)
    {
        string unit = fourth.Get(first.Bytes);
        if (unit is "hour" or "minute" or "second" or "millisecond" or "microsecond")
            throw new QueryException(ErrorCode.InvalidParameterValue, $"'{unit}' cannot be added to a date", "Cast it to timestamp.");
        return DateMath.Date(DateMath.DayOf(Units.Add(unit, second, DateMath.ToMicros(third.Days, 0)), out _));
    }
}

[ScalarFunction("age", "The time between two timestamps, the later first, in years, months, days and time on the calendar.")]
[Example("age(TIMESTAMP '2020-01-03 10:00:00', TIMESTAMP '2020-01-01 00:00:00')", "2 days 10:00:00")]
[Example("age(TIMESTAMP '2001-04-10', TIMESTAMP '1957-06-13')", "43 years 9 mons 27 days")]
[Example("age(DATE '1900-01-01', DATE '1950-01-01')", "-50 years")]
internal readonly struct AgeFunction : IFunction<SqlTimestamp, SqlTimestamp, Interval>
{
    public static Interval Invoke(SqlTimestamp first, SqlTimestamp second) => IntervalMath.Age(first.Micros, second.Micros);
}

[ScalarFunction("age", "The time between two instants on the session's calendar.")]
internal readonly struct AgeOfInstantsFunction : IFunction<SqlInstant, SqlInstant, FunctionContext, NameCache, Interval>
{
    public static Interval Invoke(SqlInstant first, SqlInstant second, FunctionContext third, NameCache fourth) =>
        IntervalMath.Age(Zones.ToLocal(fourth.GetZone(third), first.Micros), Zones.ToLocal(fourth.GetZone(third), second.Micros));
}

[ScalarFunction("age", "The time from a timestamp to the beginning of today.")]
[Example("age(TIMESTAMP '2020-06-01 00:00:00')", "1 mon")]
internal readonly struct AgeTodayFunction : IFunction<SqlTimestamp, FunctionContext, Interval>
{
    public static Interval Invoke(SqlTimestamp first, FunctionContext second) =>
        IntervalMath.Age(DateMath.ToMicros(CurrentDateFunction.Invoke(second)), first.Micros);
}

[ScalarFunction("age", "The time from an instant to the beginning of today, on the session's calendar.")]
internal readonly struct AgeOfInstantTodayFunction : IFunction<SqlInstant, FunctionContext, Interval>
{
    public static Interval Invoke(SqlInstant first, FunctionContext second) =>
        AgeTodayFunction.Invoke(new SqlTimestamp(Zones.ToLocal(Zones.Of(second.Session), first.Micros)), second);
}

[ScalarFunction("date_bin", "The beginning of the span of a width, counted from an origin, that a timestamp is in.", Aliases = ["time_bucket"])]
[Example("date_bin(INTERVAL '15' MINUTE, TIMESTAMP '2020-01-01 10:44:00', TIMESTAMP '2020-01-01 00:05:00')", "2020-01-01 10:35:00")]
[Example("date_bin(INTERVAL '365000' DAY, TIMESTAMP '4400-01-01 BC', TIMESTAMP '4000-01-01 BC')", "error 22008")]
[Example("date_bin(INTERVAL '1' MONTH, TIMESTAMP '2020-01-01 10:44:00', TIMESTAMP '2020-01-01 00:05:00')", "error 0A000")]
internal readonly struct DateBinFunction : IFunction<Interval, SqlTimestamp, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Interval first, SqlTimestamp second, SqlTimestamp third) => new(Units.Bin(first, second.Micros, third.Micros));
}

[ScalarFunction("date_bin", "The beginning of the span of a width, counted from an origin, that an instant is in.", Aliases = ["time_bucket"])]
internal readonly struct DateBinOfInstantFunction : IFunction<Interval, SqlInstant, SqlInstant, SqlInstant>
{
    public static SqlInstant Invoke(Interval first, SqlInstant second, SqlInstant third) => new(Units.Bin(first, second.Micros, third.Micros));
}

[ScalarFunction("date_bin", "The beginning of the span of a width, counted from 1970-01-01, that a timestamp is in.", Aliases = ["time_bucket"])]
[Example("date_bin(INTERVAL '15' MINUTE, TIMESTAMP '2020-01-01 10:44:00')", "2020-01-01 10:30:00")]
internal readonly struct DateBinFromEpochFunction : IFunction<Interval, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Interval first, SqlTimestamp second) => new(Units.Bin(first, second.Micros, 0));
}

[ScalarFunction("to_milliseconds", "An interval in milliseconds.")]
[Example("to_milliseconds(INTERVAL '1' SECOND)", "1000")]
internal readonly struct ToMillisecondsFunction : IFunction<Interval, long>
{
    public static long Invoke(Interval first) => first.Length / 1000;
}

/// <summary>Counting and adding units.</summary>
internal static class Units
{
    /// <summary>The beginning of the span of a width, counted from an origin.</summary>
    public static long Bin(Interval width, long micros, long origin)
    {
        if (width.Months != 0)
            throw QueryException.NotSupported("a width of date_bin in months");
        if (width.Length <= 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the width of date_bin is greater than zero");
        if (!DateMath.IsFinite(micros))
            return micros;
        Int128 rest = ((Int128)micros - origin) % width.Length;
        Int128 start = micros - (rest < 0 ? rest + width.Length : rest);
        return start >= DateMath.FirstMicros && start <= long.MaxValue ? (long)start : throw DateMath.OutOfRange();
    }

    /// <summary>Whole units between two timestamps.</summary>
    public static long Between(string unit, long from, long to)
    {
        if (MonthsOf(unit) is { } months)
            return MonthsBetween(from, to) / months;
        long micros = MicrosOf(unit);
        return DateMath.Add(to, -from) / micros;
    }

    /// <summary>A timestamp so many units later.</summary>
    public static long Add(string unit, long count, long micros)
    {
        if (MonthsOf(unit) is { } months)
            return Math.Abs(count) < 10_000_000 ? DateMath.AddMonthsToTimestamp(micros, count * months) : throw DateMath.OutOfRange();
        Int128 sum = (Int128)micros + ((Int128)count * MicrosOf(unit));
        return sum == (long)sum ? (long)sum : throw DateMath.OutOfRange();
    }

    private static long MonthsBetween(long from, long to)
    {
        if (to < from)
            return -MonthsBetween(to, from);
        (long fromYear, int fromMonth, _) = SqlValueText.Civil(DateMath.DayOf(from, out _));
        (long toYear, int toMonth, _) = SqlValueText.Civil(DateMath.DayOf(to, out _));
        long months = ((toYear - fromYear) * 12) + toMonth - fromMonth;

        // The last month counts when as many months after the beginning do not pass the end: 31 January to 29 February is one.
        return DateMath.AddMonthsToTimestamp(from, months) > to ? months - 1 : months;
    }

    private static long? MonthsOf(string unit) => Fields.Canonical(unit) switch
    {
        "month" => 1,
        "quarter" => 3,
        "year" => 12,
        "decade" => 120,
        "century" => 1200,
        "millennium" => 12_000,
        _ => null,
    };

    private static long MicrosOf(string unit) => Fields.Canonical(unit) switch
    {
        "microsecond" => 1,
        "millisecond" => 1000,
        "second" => DateMath.MicrosPerSecond,
        "minute" => TimeParts.Minute,
        "hour" => TimeParts.Hour,
        "day" => DateMath.MicrosPerDay,
        "week" => 7 * DateMath.MicrosPerDay,
        _ => throw Fields.Unknown(unit, "microsecond, millisecond, second, minute, hour, day, week, month, quarter, year"),
    };
}
