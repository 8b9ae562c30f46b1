using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("$add", "The date some days later.")]
[Example("DATE '2020-02-28' + 2", "2020-03-01")]
internal readonly struct AddDays : IFunction<SqlDate, int, SqlDate>
{
    public static SqlDate Invoke(SqlDate first, int second) => DateMath.Date((long)first.Days + second);
}

[ScalarFunction("$add", "The date some days later.")]
internal readonly struct AddDaysReversed : IFunction<int, SqlDate, SqlDate>
{
    public static SqlDate Invoke(int first, SqlDate second) => AddDays.Invoke(second, first);
}

[ScalarFunction("$subtract", "The date some days earlier.")]
[Example("DATE '2020-03-01' - 1", "2020-02-29")]
internal readonly struct SubtractDays : IFunction<SqlDate, int, SqlDate>
{
    public static SqlDate Invoke(SqlDate first, int second) => DateMath.Date((long)first.Days - second);
}

[ScalarFunction("$subtract", "The days between two dates.")]
[Example("DATE '2020-03-01' - DATE '2020-02-01'", "29")]
internal readonly struct SubtractDates : IFunction<SqlDate, SqlDate, int>
{
    public static int Invoke(SqlDate first, SqlDate second) => DateMath.Date((long)first.Days - second.Days).Days;
}

[ScalarFunction("$add", "The date some months later, as a timestamp.")]
[Example("DATE '2020-01-31' + INTERVAL '1' MONTH", "2020-02-29 00:00:00")]
internal readonly struct AddMonthsToDate : IFunction<SqlDate, SqlMonths, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlMonths second) => new(DateMath.ToMicros(DateMath.AddMonths(first.Days, second.Months), 0));
}

[ScalarFunction("$add", "The date some months later, as a timestamp.")]
internal readonly struct AddMonthsToDateReversed : IFunction<SqlMonths, SqlDate, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlMonths first, SqlDate second) => AddMonthsToDate.Invoke(second, first);
}

[ScalarFunction("$subtract", "The date some months earlier, as a timestamp.")]
[Example("DATE '2020-03-31' - INTERVAL '1' MONTH", "2020-02-29 00:00:00")]
internal readonly struct SubtractMonthsFromDate : IFunction<SqlDate, SqlMonths, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlMonths second) => new(DateMath.ToMicros(DateMath.AddMonths(first.Days, -(long)second.Months), 0));
}

[ScalarFunction("$add", "The timestamp some time after a date.")]
[Example("DATE '2020-01-01' + INTERVAL '36' HOUR", "2020-01-02 12:00:00")]
internal readonly struct AddDurationToDate : IFunction<SqlDate, SqlDuration, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlDuration second) => new(DateMath.Add(DateMath.ToMicros(first.Days, 0), second.Micros));
}

[ScalarFunction("$add", "The timestamp some time after a date.")]
internal readonly struct AddDurationToDateReversed : IFunction<SqlDuration, SqlDate, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDuration first, SqlDate second) => AddDurationToDate.Invoke(second, first);
}

[ScalarFunction("$subtract", "The timestamp some time before a date.")]
[Example("DATE '1998-12-01' - INTERVAL '90' DAY", "1998-09-02 00:00:00")]
internal readonly struct SubtractDurationFromDate : IFunction<SqlDate, SqlDuration, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlDuration second) => new(DateMath.Add(DateMath.ToMicros(first.Days, 0), -second.Micros));
}

[ScalarFunction("$add", "The date and the time of day together.")]
[Example("DATE '2020-01-01' + TIME '10:30:00'", "2020-01-01 10:30:00")]
internal readonly struct AddTimeToDate : IFunction<SqlDate, SqlTime, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlTime second) => new(DateMath.ToMicros(first.Days, second.Micros));
}

[ScalarFunction("$add", "The timestamp some time later.")]
[Example("TIMESTAMP '2020-01-01 10:00:00' + INTERVAL '1' SECOND", "2020-01-01 10:00:01")]
internal readonly struct AddDuration : IFunction<SqlTimestamp, SqlDuration, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, SqlDuration second) => new(DateMath.Add(first.Micros, second.Micros));
}

[ScalarFunction("$add", "The timestamp some time later.")]
internal readonly struct AddDurationReversed : IFunction<SqlDuration, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDuration first, SqlTimestamp second) => new(DateMath.Add(second.Micros, first.Micros));
}

[ScalarFunction("$subtract", "The timestamp some time earlier.")]
internal readonly struct SubtractDuration : IFunction<SqlTimestamp, SqlDuration, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, SqlDuration second) => new(DateMath.Add(first.Micros, -second.Micros));
}

[ScalarFunction("$add", "The timestamp some months later.")]
[Example("TIMESTAMP '2019-12-31 10:00:00' + INTERVAL '2' MONTH", "2020-02-29 10:00:00")]
internal readonly struct AddMonths : IFunction<SqlTimestamp, SqlMonths, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, SqlMonths second) => new(DateMath.AddMonthsToTimestamp(first.Micros, second.Months));
}

[ScalarFunction("$add", "The timestamp some months later.")]
internal readonly struct AddMonthsReversed : IFunction<SqlMonths, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlMonths first, SqlTimestamp second) => AddMonths.Invoke(second, first);
}

[ScalarFunction("$subtract", "The timestamp some months earlier.")]
internal readonly struct SubtractMonths : IFunction<SqlTimestamp, SqlMonths, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, SqlMonths second) => new(DateMath.AddMonthsToTimestamp(first.Micros, -(long)second.Months));
}

[ScalarFunction("$subtract", "The time between two timestamps.")]
[Example("TIMESTAMP '2020-01-02 10:00:00' - TIMESTAMP '2020-01-01 00:00:00'", "1 day 10:00:00")]
internal readonly struct SubtractTimestamps : IFunction<SqlTimestamp, SqlTimestamp, SqlDuration>
{
    public static SqlDuration Invoke(SqlTimestamp first, SqlTimestamp second) => new(DateMath.Add(first.Micros, -second.Micros));
}

[ScalarFunction("$add", "The instant some time later.")]
internal readonly struct AddDurationToInstant : IFunction<SqlInstant, SqlDuration, SqlInstant>
{
    public static SqlInstant Invoke(SqlInstant first, SqlDuration second) => new(DateMath.Add(first.Micros, second.Micros));
}

[ScalarFunction("$subtract", "The instant some time earlier.")]
internal readonly struct SubtractDurationFromInstant : IFunction<SqlInstant, SqlDuration, SqlInstant>
{
    public static SqlInstant Invoke(SqlInstant first, SqlDuration second) => new(DateMath.Add(first.Micros, -second.Micros));
}

[ScalarFunction("$add", "The instant some months later on the session's calendar.")]
internal readonly struct AddMonthsToInstant : IFunction<SqlInstant, SqlMonths, FunctionContext, SqlInstant>
{
    public static SqlInstant Invoke(SqlInstant first, SqlMonths second, FunctionContext third)
    {
        NodaTime.DateTimeZone zone = Zones.Of(third.Session);
        return new(Zones.ToInstant(zone, DateMath.AddMonthsToTimestamp(Zones.ToLocal(zone, first.Micros), second.Months)));
    }
}

[ScalarFunction("$subtract", "The instant some months earlier on the session's calendar.")]
internal readonly struct SubtractMonthsFromInstant : IFunction<SqlInstant, SqlMonths, FunctionContext, SqlInstant>
{
    public static SqlInstant Invoke(SqlInstant first, SqlMonths second, FunctionContext third) =>
        AddMonthsToInstant.Invoke(first, new SqlMonths(-second.Months), third);
}

[ScalarFunction("$subtract", "The time between two instants.")]
internal readonly struct SubtractInstants : IFunction<SqlInstant, SqlInstant, SqlDuration>
{
    public static SqlDuration Invoke(SqlInstant first, SqlInstant second) => new(DateMath.Add(first.Micros, -second.Micros));
}

[ScalarFunction("$add", "The time of day some time later, around midnight.")]
[Example("TIME '23:00:00' + INTERVAL '2' HOUR", "01:00:00")]
internal readonly struct AddDurationToTime : IFunction<SqlTime, SqlDuration, SqlTime>
{
    public static SqlTime Invoke(SqlTime first, SqlDuration second)
    {
        DateMath.DayOf(DateMath.Add(first.Micros, second.Micros), out long time);
        return new SqlTime(time);
    }
}

[ScalarFunction("$subtract", "The time of day some time earlier, around midnight.")]
internal readonly struct SubtractDurationFromTime : IFunction<SqlTime, SqlDuration, SqlTime>
{
    public static SqlTime Invoke(SqlTime first, SqlDuration second) => AddDurationToTime.Invoke(first, new SqlDuration(-second.Micros));
}

[ScalarFunction("$subtract", "The time between two times of day.")]
internal readonly struct SubtractTimes : IFunction<SqlTime, SqlTime, SqlDuration>
{
    public static SqlDuration Invoke(SqlTime first, SqlTime second) => new(first.Micros - second.Micros);
}

[ScalarFunction("$add", "The sum of two intervals.")]
internal readonly struct AddDurations : IFunction<SqlDuration, SqlDuration, SqlDuration>
{
    public static SqlDuration Invoke(SqlDuration first, SqlDuration second) => new(DateMath.Add(first.Micros, second.Micros));
}

[ScalarFunction("$subtract", "The difference of two intervals.")]
internal readonly struct SubtractDurations : IFunction<SqlDuration, SqlDuration, SqlDuration>
{
    public static SqlDuration Invoke(SqlDuration first, SqlDuration second) => new(DateMath.Add(first.Micros, -second.Micros));
}

[ScalarFunction("$add", "The sum of two intervals.")]
internal readonly struct AddMonthIntervals : IFunction<SqlMonths, SqlMonths, SqlMonths>
{
    public static SqlMonths Invoke(SqlMonths first, SqlMonths second) => new(DateMath.Date((long)first.Months + second.Months).Days);
}

[ScalarFunction("$subtract", "The difference of two intervals.")]
internal readonly struct SubtractMonthIntervals : IFunction<SqlMonths, SqlMonths, SqlMonths>
{
    public static SqlMonths Invoke(SqlMonths first, SqlMonths second) => new(DateMath.Date((long)first.Months - second.Months).Days);
}

[ScalarFunction("$multiply", "The interval some times over.")]
[Example("INTERVAL '1' DAY * 1.5", "1 day 12:00:00")]
internal readonly struct MultiplyDuration : IFunction<SqlDuration, double, SqlDuration>
{
    public static SqlDuration Invoke(SqlDuration first, double second)
    {
        double product = Math.Round(first.Micros * second);
        return Math.Abs(product) < long.MaxValue ? new((long)product) : throw DateMath.OutOfRange();
    }
}

[ScalarFunction("$multiply", "The interval some times over.")]
[Example("2 * INTERVAL '1' DAY", "2 days")]
internal readonly struct MultiplyDurationReversed : IFunction<double, SqlDuration, SqlDuration>
{
    public static SqlDuration Invoke(double first, SqlDuration second) => MultiplyDuration.Invoke(second, first);
}

[ScalarFunction("$divide", "A part of the interval.")]
[Example("INTERVAL '1' DAY / 2", "12:00:00")]
internal readonly struct DivideDuration : IFunction<SqlDuration, double, SqlDuration>
{
    public static SqlDuration Invoke(SqlDuration first, double second) =>
        second == 0 ? throw Operators.DecimalMath.DivisionByZero() : MultiplyDuration.Invoke(first, 1 / second);
}

[ScalarFunction("$multiply", "The interval some times over.")]
[Example("INTERVAL '1' MONTH * 14", "1 year 2 mons")]
internal readonly struct MultiplyMonths : IFunction<SqlMonths, double, SqlMonths>
{
    public static SqlMonths Invoke(SqlMonths first, double second)
    {
        double product = Math.Truncate(first.Months * second);
        return Math.Abs(product) < int.MaxValue ? new((int)product) : throw DateMath.OutOfRange();
    }
}

[ScalarFunction("$multiply", "The interval some times over.")]
internal readonly struct MultiplyMonthsReversed : IFunction<double, SqlMonths, SqlMonths>
{
    public static SqlMonths Invoke(double first, SqlMonths second) => MultiplyMonths.Invoke(second, first);
}
