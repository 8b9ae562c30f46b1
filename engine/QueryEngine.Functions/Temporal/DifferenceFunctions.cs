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

[ScalarFunction("age", "The time between two timestamps.")]
[Example("age(TIMESTAMP '2020-01-03 10:00:00', TIMESTAMP '2020-01-01 00:00:00')", "2 days 10:00:00")]
internal readonly struct AgeFunction : IFunction<SqlTimestamp, SqlTimestamp, SqlDuration>
{
    public static SqlDuration Invoke(SqlTimestamp first, SqlTimestamp second) => SubtractTimestamps.Invoke(first, second);
}

[ScalarFunction("date_bin", "The beginning of the span of a width, counted from an origin, that a timestamp is in.", Aliases = ["time_bucket"])]
[Example("date_bin(INTERVAL '15' MINUTE, TIMESTAMP '2020-01-01 10:44:00', TIMESTAMP '2020-01-01 00:05:00')", "2020-01-01 10:35:00")]
internal readonly struct DateBinFunction : IFunction<SqlDuration, SqlTimestamp, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDuration first, SqlTimestamp second, SqlTimestamp third)
    {
        if (first.Micros <= 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the width of date_bin is greater than zero");
        long since = DateMath.Add(second.Micros, -third.Micros);
        long rest = ((since % first.Micros) + first.Micros) % first.Micros;
        return new(second.Micros - rest);
    }
}

[ScalarFunction("to_milliseconds", "An interval in milliseconds.")]
[Example("to_milliseconds(INTERVAL '1' SECOND)", "1000")]
internal readonly struct ToMillisecondsFunction : IFunction<SqlDuration, long>
{
    public static long Invoke(SqlDuration first) => first.Micros / 1000;
}

/// <summary>Counting and adding units.</summary>
internal static class Units
{
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

    private static long? MonthsOf(string unit) => unit switch
    {
        "month" or "months" => 1,
        "quarter" or "quarters" => 3,
        "year" or "years" => 12,
        "decade" or "decades" => 120,
        "century" or "centuries" => 1200,
        _ => null,
    };

    private static long MicrosOf(string unit) => unit switch
    {
        "microsecond" or "microseconds" => 1,
        "millisecond" or "milliseconds" => 1000,
        "second" or "seconds" => DateMath.MicrosPerSecond,
        "minute" or "minutes" => TimeParts.Minute,
        "hour" or "hours" => TimeParts.Hour,
        "day" or "days" => DateMath.MicrosPerDay,
        "week" or "weeks" => 7 * DateMath.MicrosPerDay,
        _ => throw Fields.Unknown(unit, "microsecond, millisecond, second, minute, hour, day, week, month, quarter, year"),
    };
}
