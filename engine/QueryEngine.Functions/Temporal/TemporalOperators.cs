using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("$add", "The date some days later.")]
[Example("DATE '2020-02-28' + 2", "2020-03-01")]
internal readonly struct AddDays : IFunction<SqlDate, int, SqlDate>
{
    public static SqlDate Invoke(SqlDate first, int second) => DateMath.IsFinite(first) ? DateMath.Date((long)first.Days + second) : first;
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
    public static SqlDate Invoke(SqlDate first, int second) => DateMath.IsFinite(first) ? DateMath.Date((long)first.Days - second) : first;
}

[ScalarFunction("$subtract", "The days between two dates.")]
[Example("DATE '2020-03-01' - DATE '2020-02-01'", "29")]
internal readonly struct SubtractDates : IFunction<SqlDate, SqlDate, int>
{
    public static int Invoke(SqlDate first, SqlDate second) => DateMath.DaysBetween(first, second);
}

[ScalarFunction("$add", "The timestamp some time after a date.")]
[Example("DATE '2020-01-31' + INTERVAL '1' MONTH", "2020-02-29 00:00:00")]
[Example("DATE '2020-01-01' + INTERVAL '36' HOUR", "2020-01-02 12:00:00")]
internal readonly struct AddIntervalToDate : IFunction<SqlDate, Interval, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, Interval second) => new(IntervalMath.Add(DateMath.ToMicros(first), second));
}

[ScalarFunction("$add", "The timestamp some time after a date.")]
internal readonly struct AddIntervalToDateReversed : IFunction<Interval, SqlDate, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Interval first, SqlDate second) => AddIntervalToDate.Invoke(second, first);
}

[ScalarFunction("$subtract", "The timestamp some time before a date.")]
[Example("DATE '1998-12-01' - INTERVAL '90' DAY", "1998-09-02 00:00:00")]
[Example("DATE '2020-03-31' - INTERVAL '1' MONTH", "2020-02-29 00:00:00")]
internal readonly struct SubtractIntervalFromDate : IFunction<SqlDate, Interval, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, Interval second) => new(IntervalMath.Add(DateMath.ToMicros(first), -second));
}

[ScalarFunction("$add", "The date and the time of day together.")]
[Example("DATE '2020-01-01' + TIME '10:30:00'", "2020-01-01 10:30:00")]
internal readonly struct AddTimeToDate : IFunction<SqlDate, SqlTime, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlTime second) => new(DateMath.Add(DateMath.ToMicros(first), second.Micros));
}

[ScalarFunction("$add", "The date and the time of day together.")]
[Example("TIME '03:00' + DATE '2001-09-28'", "2001-09-28 03:00:00")]
internal readonly struct AddDateToTime : IFunction<SqlTime, SqlDate, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTime first, SqlDate second) => AddTimeToDate.Invoke(second, first);
}

[ScalarFunction("$subtract", "The timestamp a time of day before the beginning of a date.")]
[Example("DATE '2001-09-28' - TIME '03:00'", "2001-09-27 21:00:00")]
internal readonly struct SubtractTimeFromDate : IFunction<SqlDate, SqlTime, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlDate first, SqlTime second) => new(DateMath.Add(DateMath.ToMicros(first), -second.Micros));
}

[ScalarFunction("$add", "The timestamp some time later.")]
[Example("TIMESTAMP '2020-01-01 10:00:00' + INTERVAL '1' SECOND", "2020-01-01 10:00:01")]
[Example("TIMESTAMP '2019-12-31 10:00:00' + INTERVAL '2' MONTH", "2020-02-29 10:00:00")]
internal readonly struct AddInterval : IFunction<SqlTimestamp, Interval, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, Interval second) => new(IntervalMath.Add(first.Micros, second));
}

[ScalarFunction("$add", "The timestamp some time later.")]
internal readonly struct AddIntervalReversed : IFunction<Interval, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Interval first, SqlTimestamp second) => AddInterval.Invoke(second, first);
}

[ScalarFunction("$subtract", "The timestamp some time earlier.")]
[Example("TIMESTAMP '2020-01-01 10:00:00' - INTERVAL '1 month 1 day'", "2019-11-30 10:00:00")]
internal readonly struct SubtractInterval : IFunction<SqlTimestamp, Interval, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, Interval second) => new(IntervalMath.Add(first.Micros, -second));
}

[ScalarFunction("$add", "The timestamp a time of day later.")]
[Example("TIMESTAMP '2001-09-28 01:00:00' + TIME '03:00'", "2001-09-28 04:00:00")]
internal readonly struct AddTimeToTimestamp : IFunction<SqlTimestamp, SqlTime, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, SqlTime second) => new(DateMath.Add(first.Micros, second.Micros));
}

[ScalarFunction("$add", "The timestamp a time of day later.")]
internal readonly struct AddTimestampToTime : IFunction<SqlTime, SqlTimestamp, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTime first, SqlTimestamp second) => AddTimeToTimestamp.Invoke(second, first);
}

[ScalarFunction("$subtract", "The timestamp a time of day earlier.")]
internal readonly struct SubtractTimeFromTimestamp : IFunction<SqlTimestamp, SqlTime, SqlTimestamp>
{
    public static SqlTimestamp Invoke(SqlTimestamp first, SqlTime second) => new(DateMath.Add(first.Micros, -second.Micros));
}

[ScalarFunction("$subtract", "The time between two timestamps, in days and time.")]
[Example("TIMESTAMP '2020-01-02 10:00:00' - TIMESTAMP '2020-01-01 00:00:00'", "1 day 10:00:00")]
internal readonly struct SubtractTimestamps : IFunction<SqlTimestamp, SqlTimestamp, Interval>
{
    public static Interval Invoke(SqlTimestamp first, SqlTimestamp second) => IntervalMath.Between(first.Micros, second.Micros);
}

[ScalarFunction("$add", "The instant some time later; months and days on the session's calendar.")]
[Example("TIMESTAMP WITH TIME ZONE '2020-03-28 12:00:00+01' + INTERVAL '1' DAY", "2020-03-29 12:00:00+02")]
internal readonly struct AddIntervalToInstant : IFunction<SqlInstant, Interval, FunctionContext, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(SqlInstant first, Interval second, FunctionContext third, NameCache fourth) => new(IntervalMath.AddToInstant(first.Micros, second, fourth.GetZone(third)));
}

[ScalarFunction("$add", "The instant some time later; months and days on the session's calendar.")]
internal readonly struct AddIntervalToInstantReversed : IFunction<Interval, SqlInstant, FunctionContext, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(Interval first, SqlInstant second, FunctionContext third, NameCache fourth) => AddIntervalToInstant.Invoke(second, first, third, fourth);
}

[ScalarFunction("$subtract", "The instant some time earlier; months and days on the session's calendar.")]
internal readonly struct SubtractIntervalFromInstant : IFunction<SqlInstant, Interval, FunctionContext, NameCache, SqlInstant>
{
    public static SqlInstant Invoke(SqlInstant first, Interval second, FunctionContext third, NameCache fourth) => AddIntervalToInstant.Invoke(first, -second, third, fourth);
}

[ScalarFunction("$subtract", "The time between two instants, in days and time.")]
internal readonly struct SubtractInstants : IFunction<SqlInstant, SqlInstant, Interval>
{
    public static Interval Invoke(SqlInstant first, SqlInstant second) => IntervalMath.Between(first.Micros, second.Micros);
}

[ScalarFunction("$add", "The time of day some time later, around midnight.")]
[Example("TIME '23:00:00' + INTERVAL '2' HOUR", "01:00:00")]
internal readonly struct AddIntervalToTime : IFunction<SqlTime, Interval, SqlTime>
{
    public static SqlTime Invoke(SqlTime first, Interval second) => new(TimeParts.Of(DateMath.Add(first.Micros, second.Micros % DateMath.MicrosPerDay)));
}

[ScalarFunction("$add", "The time of day some time later, around midnight.")]
internal readonly struct AddIntervalToTimeReversed : IFunction<Interval, SqlTime, SqlTime>
{
    public static SqlTime Invoke(Interval first, SqlTime second) => AddIntervalToTime.Invoke(second, first);
}

[ScalarFunction("$subtract", "The time of day some time earlier, around midnight.")]
internal readonly struct SubtractIntervalFromTime : IFunction<SqlTime, Interval, SqlTime>
{
    public static SqlTime Invoke(SqlTime first, Interval second) => AddIntervalToTime.Invoke(first, -second);
}

[ScalarFunction("$subtract", "The time between two times of day.")]
[Example("TIME '10:00' - TIME '08:30'", "01:30:00")]
internal readonly struct SubtractTimes : IFunction<SqlTime, SqlTime, Interval>
{
    public static Interval Invoke(SqlTime first, SqlTime second) => new(0, 0, first.Micros - second.Micros);
}

[ScalarFunction("$add", "The sum of two intervals, part by part.")]
[Example("INTERVAL '1 month' + INTERVAL '2 days'", "1 mon 2 days")]
internal readonly struct AddIntervals : IFunction<Interval, Interval, Interval>
{
    public static Interval Invoke(Interval first, Interval second) => new((long)first.Months + second.Months, (long)first.Days + second.Days, DateMath.Add(first.Micros, second.Micros));
}

[ScalarFunction("$subtract", "The difference of two intervals, part by part.")]
[Example("INTERVAL '1 month' - INTERVAL '4 days'", "1 mon -4 days")]
internal readonly struct SubtractIntervals : IFunction<Interval, Interval, Interval>
{
    public static Interval Invoke(Interval first, Interval second) => AddIntervals.Invoke(first, -second);
}

[ScalarFunction("$multiply", "The interval some times over.")]
[Example("INTERVAL '1' DAY * 1.5", "1 day 12:00:00")]
[Example("INTERVAL '1' MONTH * 14", "1 year 2 mons")]
internal readonly struct MultiplyInterval : IFunction<Interval, double, Interval>
{
    public static Interval Invoke(Interval first, double second) => IntervalMath.Scale(first, second);
}

[ScalarFunction("$multiply", "The interval some times over.")]
[Example("2 * INTERVAL '1' DAY", "2 days")]
internal readonly struct MultiplyIntervalReversed : IFunction<double, Interval, Interval>
{
    public static Interval Invoke(double first, Interval second) => IntervalMath.Scale(second, first);
}

[ScalarFunction("$divide", "A part of the interval.")]
[Example("INTERVAL '1' DAY / 2", "12:00:00")]
internal readonly struct DivideInterval : IFunction<Interval, double, Interval>
{
    public static Interval Invoke(Interval first, double second) => second == 0 ? throw Operators.DecimalMath.DivisionByZero() : IntervalMath.Scale(first, second, isDivision: true);
}
