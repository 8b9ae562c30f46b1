using System.Globalization;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;
using Calendar = QueryEngine.Functions.Casts.Calendar;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("dayname", "The English name of the day of the week.")]
[Example("dayname(TIMESTAMP '2020-03-01 10:00:00')", "Sunday")]
internal readonly struct DayNameFunction : IFunction<SqlTimestamp, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, TextOutput second) =>
        DateMath.IsFinite(first.Micros) ? second.Write(((DayOfWeek)DateMath.DayOfWeek(DateMath.DayOf(first.Micros, out _))).ToString()) : Text.Null;
}

[ScalarFunction("monthname", "The English name of the month.")]
[Example("monthname(DATE '2020-03-01')", "March")]
internal readonly struct MonthNameFunction : IFunction<SqlTimestamp, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, TextOutput second) => DateMath.IsFinite(first.Micros)
        ? second.Write(CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(DateMath.Civil(DateMath.DayOf(first.Micros, out _)).Month)) : Text.Null;
}

[ScalarFunction("weekday", "The day of the week: 0 is Sunday, 6 Saturday.")]
[Example("weekday(DATE '2020-03-01')", "0")]
internal sealed class WeekdayOverload : DayFieldOverload<SundayBasedDayOverload.Field>;

[ScalarFunction("decade", "The year divided by ten.")]
[Example("decade(DATE '2020-03-01')", "202")]
internal sealed class DecadeOverload : DayFieldOverload<DecadeOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => (long)Math.Floor(DateMath.Civil(day).Year / 10.0);
    }
}

[ScalarFunction("century", "The century; the 21st began in 2001.")]
[Example("century(DATE '2000-12-31')", "20")]
internal sealed class CenturyOverload : DayFieldOverload<CenturyOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day).Year is var year && year > 0 ? ((year - 1) / 100) + 1 : (year / 100) - 1;
    }
}

[ScalarFunction("millennium", "The millennium; the third began in 2001.")]
[Example("millennium(DATE '2001-01-01')", "3")]
internal sealed class MillenniumOverload : DayFieldOverload<MillenniumOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day).Year is var year && year > 0 ? ((year - 1) / 1000) + 1 : (year / 1000) - 1;
    }
}

[ScalarFunction("era", "1 of years after Christ, 0 of those before.")]
[Example("era(DATE '0044-03-15 BC')", "0")]
internal sealed class EraOverload : DayFieldOverload<EraOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day).Year > 0 ? 1 : 0;
    }
}

[ScalarFunction("yearweek", "The ISO year times a hundred plus the ISO week.")]
[Example("yearweek(DATE '2021-01-03')", "202053")]
internal sealed class YearWeekOverload : DayFieldOverload<YearWeekOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.IsoWeek(day) is var (year, week) ? (year * 100) + week : 0;
    }
}

[ScalarFunction("days_in_month", "The number of days of the month.")]
[Example("days_in_month(DATE '2020-02-10')", "29")]
internal sealed class DaysInMonthOverload : DayFieldOverload<DaysInMonthOverload.Field>
{
    public readonly struct Field : IDayField
    {
        public static long Of(long day) => DateMath.Civil(day) is var (year, month, _) ? Calendar.DaysInMonth(year, month) : 0;
    }
}

[ScalarFunction("julian", "The Julian day, with the time as its fraction.")]
[Example("julian(TIMESTAMP '2000-01-01 12:00:00')", "2451545.5")]
internal readonly struct JulianFunction : IFunction<SqlTimestamp, double?>
{
    public static double? Invoke(SqlTimestamp first) => Fields.Extract("julian", first.Micros);
}

[ScalarFunction("isfinite", "Whether a date is neither infinity nor -infinity.")]
[Example("isfinite(DATE '2020-01-01')", "true")]
internal readonly struct IsFiniteDateFunction : IFunction<SqlDate, bool>
{
    public static bool Invoke(SqlDate first) => DateMath.IsFinite(first);
}

[ScalarFunction("isfinite", "Whether a timestamp is neither infinity nor -infinity.")]
[Example("isfinite(TIMESTAMP '-infinity')", "false")]
internal readonly struct IsFiniteTimestampFunction : IFunction<SqlTimestamp, bool>
{
    public static bool Invoke(SqlTimestamp first) => DateMath.IsFinite(first.Micros);
}

[ScalarFunction("isfinite", "Whether an instant is neither infinity nor -infinity.")]
internal readonly struct IsFiniteInstantFunction : IFunction<SqlInstant, bool>
{
    public static bool Invoke(SqlInstant first) => DateMath.IsFinite(first.Micros);
}

[ScalarFunction("isfinite", "Whether an interval is finite: all are.")]
[Example("isfinite(INTERVAL '1' DAY)", "true")]
internal readonly struct IsFiniteIntervalFunction : IFunction<Interval, bool>
{
    public static bool Invoke(Interval first) => first.Length is not long.MaxValue;
}

[ScalarFunction("justify_hours", "The interval with every 24 hours as a day.")]
[Example("justify_hours(INTERVAL '27 hours')", "1 day 03:00:00")]
internal readonly struct JustifyHoursFunction : IFunction<Interval, Interval>
{
    public static Interval Invoke(Interval first) => Justify.Hours(first);
}

[ScalarFunction("justify_days", "The interval with every 30 days as a month.")]
[Example("justify_days(INTERVAL '35 days')", "1 mon 5 days")]
internal readonly struct JustifyDaysFunction : IFunction<Interval, Interval>
{
    public static Interval Invoke(Interval first) => Justify.Days(first);
}

[ScalarFunction("justify_interval", "The interval with every 24 hours as a day, every 30 days as a month, and one sign.")]
[Example("justify_interval(INTERVAL '1 mon -1 hour')", "29 days 23:00:00")]
internal readonly struct JustifyIntervalFunction : IFunction<Interval, Interval>
{
    public static Interval Invoke(Interval first)
    {
        Interval carried = Justify.Days(Justify.Hours(first));
        long months = carried.Months, days = carried.Days, micros = carried.Micros;
        if (months > 0 && (days < 0 || (days == 0 && micros < 0)))
            (months, days) = (months - 1, days + 30);
        else if (months < 0 && (days > 0 || (days == 0 && micros > 0)))
            (months, days) = (months + 1, days - 30);
        if (days > 0 && micros < 0)
            (days, micros) = (days - 1, micros + DateMath.MicrosPerDay);
        else if (days < 0 && micros > 0)
            (days, micros) = (days + 1, micros - DateMath.MicrosPerDay);
        return new Interval(months, days, micros);
    }
}

/// <summary>Carries from small units to larger ones.</summary>
internal static class Justify
{
    /// <summary>Every 24 hours become a day; days and time then have one sign.</summary>
    public static Interval Hours(Interval interval)
    {
        long days = interval.Days + (interval.Micros / DateMath.MicrosPerDay), micros = interval.Micros % DateMath.MicrosPerDay;
        if (days > 0 && micros < 0)
            (days, micros) = (days - 1, micros + DateMath.MicrosPerDay);
        else if (days < 0 && micros > 0)
            (days, micros) = (days + 1, micros - DateMath.MicrosPerDay);
        return new Interval(interval.Months, days, micros);
    }

    /// <summary>Every 30 days become a month; months and days then have one sign.</summary>
    public static Interval Days(Interval interval)
    {
        long months = interval.Months + (interval.Days / 30), days = interval.Days % 30;
        if (months > 0 && days < 0)
            (months, days) = (months - 1, days + 30);
        else if (months < 0 && days > 0)
            (months, days) = (months + 1, days - 30);
        return new Interval(months, days, interval.Micros);
    }
}
