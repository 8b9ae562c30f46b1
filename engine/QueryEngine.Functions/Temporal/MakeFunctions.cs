using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("make_date", "The date of a year (negative: before Christ), a month and a day.")]
[Example("make_date(2020, 2, 29)", "2020-02-29")]
[Example("make_date(-44, 3, 15)", "0044-03-15 BC")]
[Example("make_date(2021, 2, 29)", "error 22008")]
[Example("make_date(0, 1, 1)", "error 22008")]
internal readonly struct MakeDateFunction : IFunction<long, long, long, SqlDate>
{
    public static SqlDate Invoke(long first, long second, long third) => DateMath.Date(Parts.Day(first, second, third));
}

[ScalarFunction("make_time", "The time of day of an hour, a minute and seconds.")]
[Example("make_time(8, 15, 23.5e0)", "08:15:23.5")]
[Example("make_time(25, 0, 0e0)", "error 22008")]
internal readonly struct MakeTimeFunction : IFunction<long, long, double, SqlTime>
{
    public static SqlTime Invoke(long first, long second, double third) => new(Parts.Time(first, second, third));
}

[ScalarFunction("make_timestamp", "The timestamp of year, month, day, hour, minute and seconds.")]
[Example("make_timestamp(2013, 7, 15, 8, 15, 23.5)", "2013-07-15 08:15:23.5")]
[Example("make_timestamp(2013, 13, 15, 8, 15, 23.5)", "error 22008")]
[Example("make_timestamp(2013, NULL, 15, 8, 15, 23.5)", "NULL")]
internal sealed class MakeTimestampOverload() : RowOverload("bigint, bigint, bigint, bigint, bigint, double -> timestamp")
{
    protected internal override void Invoke(in RowCall call) => call.Append(Parts.Timestamp(call));
}

[ScalarFunction("make_timestamp", "The timestamp of so many microseconds since 1970-01-01.")]
[Example("make_timestamp(0)", "1970-01-01 00:00:00")]
internal readonly struct TimestampOfMicrosFunction : IFunction<long, SqlTimestamp>
{
    public static SqlTimestamp Invoke(long first) => new(first);
}

[ScalarFunction("make_timestamptz", "The instant of year, month, day, hour, minute and seconds on the session's clock.")]
[Example("make_timestamptz(2013, 7, 15, 8, 15, 23.5)", "2013-07-15 08:15:23.5+02")]
internal sealed class MakeInstantOverload() : RowOverload("bigint, bigint, bigint, bigint, bigint, double -> timestamp with time zone")
{
    protected internal override void Invoke(in RowCall call) => call.Append(Zones.ToInstant(Zones.Of(call.Context.Session), Parts.Timestamp(call)));
}

[ScalarFunction("make_timestamptz", "The instant of year, month, day, hour, minute and seconds on the clock of a zone.")]
[Example("make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'America/New_York')", "2013-07-15 14:15:23.5+02")]
[Example("make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'Atlantis')", "error 22023")]
internal sealed class MakeInstantInZoneOverload() : RowOverload("bigint, bigint, bigint, bigint, bigint, double, varchar -> timestamp with time zone")
{
    protected internal override void Invoke(in RowCall call) => call.Append(Zones.ToInstant(Zones.Get(call.Text(6)), Parts.Timestamp(call)));
}

/// <summary>An interval of its parts; those not given are 0.</summary>
internal abstract class MakeIntervalOverload(int count) : RowOverload(string.Join(", ", Enumerable.Repeat("bigint", Math.Min(count, 6)).Concat(Enumerable.Repeat("double", count > 6 ? 1 : 0))) + " -> interval")
{
    protected internal override void Invoke(in RowCall call)
    {
        Span<long> parts = stackalloc long[6];
        for (int at = 0; at < Math.Min(6, call.Count); at++)
            parts[at] = call.Long(at);
        double seconds = call.Count > 6 ? call.Double(6) : 0;
        if (!double.IsFinite(seconds))
            throw DateMath.OutOfRange();
        Int128 micros = ((Int128)parts[4] * TimeParts.Hour) + ((Int128)parts[5] * TimeParts.Minute) + (Int128)Math.Round(seconds * 1e6);
        if (micros != (long)micros || Math.Abs(parts[0]) > int.MaxValue || Math.Abs(parts[2]) > int.MaxValue)
            throw DateMath.OutOfRange();
        call.Append(new Interval((parts[0] * 12) + parts[1], (parts[2] * 7) + parts[3], (long)micros));
    }
}

[ScalarFunction("make_interval", "The interval of years.")]
[Example("make_interval(2)", "2 years")]
internal sealed class MakeInterval1() : MakeIntervalOverload(1);

[ScalarFunction("make_interval", "The interval of years and months.")]
internal sealed class MakeInterval2() : MakeIntervalOverload(2);

[ScalarFunction("make_interval", "The interval of years, months and weeks.")]
internal sealed class MakeInterval3() : MakeIntervalOverload(3);

[ScalarFunction("make_interval", "The interval of years, months, weeks and days.")]
[Example("make_interval(0, 1, 1, 3)", "1 mon 10 days")]
internal sealed class MakeInterval4() : MakeIntervalOverload(4);

[ScalarFunction("make_interval", "The interval of years, months, weeks, days and hours.")]
internal sealed class MakeInterval5() : MakeIntervalOverload(5);

[ScalarFunction("make_interval", "The interval of years, months, weeks, days, hours and minutes.")]
internal sealed class MakeInterval6() : MakeIntervalOverload(6);

[ScalarFunction("make_interval", "The interval of years, months, weeks, days, hours, minutes and seconds.")]
[Example("make_interval(1, 2, 0, 3, 4, 5, 6.5)", "1 year 2 mons 3 days 04:05:06.5")]
internal sealed class MakeInterval7() : MakeIntervalOverload(7);

/// <summary>Checked parts of dates and times.</summary>
internal static class Parts
{
    /// <summary>The day number of a date; the year before 1 is -1.</summary>
    public static long Day(long year, long month, long day)
    {
        long astronomical = year < 0 ? year + 1 : year;
        if (year is 0 or < -4713 or > 5_874_897 || month is < 1 or > 12 || day < 1 || day > Calendar.DaysInMonth(astronomical, (int)month))
            throw new QueryException(ErrorCode.DateTimeOverflow, $"there is no date {year}-{month}-{day}");
        return SqlValueText.DayNumber(astronomical, (int)month, (int)day);
    }

    /// <summary>Microseconds since midnight.</summary>
    public static long Time(long hour, long minute, double seconds)
    {
        double micros = Math.Round(seconds * 1e6);
        if (hour is < 0 or > 24 || minute is < 0 or > 59 || !(seconds >= 0 && micros <= 60e6) || (hour == 24 && (minute > 0 || seconds > 0)))
            throw new QueryException(ErrorCode.DateTimeOverflow, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"there is no time {hour}:{minute}:{seconds}"));
        return (hour * TimeParts.Hour) + (minute * TimeParts.Minute) + (long)micros;
    }

    /// <summary>The local timestamp that the first six arguments say.</summary>
    public static long Timestamp(in RowCall call)
    {
        long day = Day(call.Long(0), call.Long(1), call.Long(2));
        if (Math.Abs(call.Long(0)) > 294_276)
            throw DateMath.OutOfRange();
        return DateMath.ToMicros(day, 0) + Time(call.Long(3), call.Long(4), call.Double(5));
    }
}
