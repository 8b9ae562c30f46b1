using NodaTime;
using QueryEngine.Functions.Casts;
using QueryEngine.Spi;
using Interval = QueryEngine.Spi.Interval;

namespace QueryEngine.Functions.Temporal;

/// <summary>Arithmetic of intervals as PostgreSQL: months on the calendar first, then days, then time; infinite timestamps stay what they are.</summary>
public static class IntervalMath
{
    /// <summary>A local timestamp, in microseconds, an interval later.</summary>
    /// <exception cref="QueryException">DATETIME_FIELD_OVERFLOW.</exception>
    public static long Add(long micros, Interval interval)
    {
        if (!DateMath.IsFinite(micros))
            return micros;
        if (interval.Months != 0)
            micros = DateMath.AddMonthsToTimestamp(micros, interval.Months);
        Int128 sum = (Int128)micros + ((Int128)interval.Days * DateMath.MicrosPerDay) + interval.Micros;
        return sum == (long)sum && DateMath.IsFinite((long)sum) ? (long)sum : throw DateMath.OutOfRange();
    }

    /// <summary>An instant an interval later: months and days on the calendar of a zone.</summary>
    internal static long AddToInstant(long micros, Interval interval, DateTimeZone zone)
    {
        if (!DateMath.IsFinite(micros))
            return micros;
        if (interval.Months != 0 || interval.Days != 0)
            micros = Zones.ToInstant(zone, Add(Zones.ToLocal(zone, micros), new Interval(interval.Months, interval.Days, 0)));
        return DateMath.Add(micros, interval.Micros);
    }

    /// <summary>The time between two timestamps in days and time.</summary>
    internal static Interval Between(long later, long earlier)
    {
        if (!DateMath.IsFinite(later) || !DateMath.IsFinite(earlier))
            throw new QueryException(ErrorCode.DateTimeOverflow, "the difference of infinite timestamps is no interval");
        Int128 micros = (Int128)later - earlier;
        return micros == (long)micros
            ? new Interval(0, (long)micros / DateMath.MicrosPerDay, (long)micros % DateMath.MicrosPerDay)
            : throw DateMath.OutOfRange();
    }

    /// <summary>An interval some times over; fractions of months go to days of 30 a month, of days to time.</summary>
    internal static Interval Scale(Interval interval, double factor, bool isDivision = false)
    {
        if (!double.IsFinite(factor))
            throw DateMath.OutOfRange();
        double months = Of(interval.Months), days = Of(interval.Days), micros = Of(interval.Micros);
        if (Math.Abs(months) > int.MaxValue || Math.Abs(days) > int.MaxValue || Math.Abs(micros) > long.MaxValue)
            throw DateMath.OutOfRange();
        double monthDays = Rounded((months - Math.Truncate(months)) * 30);
        double seconds = Rounded((days - Math.Truncate(days) + monthDays - Math.Truncate(monthDays)) * 86_400);
        double carried = Math.Truncate(seconds / 86_400);
        return new Interval(
            (long)months,
            (long)days + (long)monthDays + (long)carried,
            (long)Math.Round(micros + ((seconds - (carried * 86_400)) * DateMath.MicrosPerSecond)));

        double Of(long part) => isDivision ? part / factor : part * factor;

        static double Rounded(double value) => Math.Round(value * 1e6) / 1e6;
    }

    /// <summary>The time between two local timestamps in years, months, days and time, counted on the calendar.</summary>
    internal static Interval Age(long later, long earlier)
    {
        if (!DateMath.IsFinite(later) || !DateMath.IsFinite(earlier))
            throw new QueryException(ErrorCode.DateTimeOverflow, "the age of infinite timestamps is no interval");
        if (later < earlier)
            return -Age(earlier, later);
        (long year1, int month1, int day1) = DateMath.Civil(DateMath.DayOf(later, out long time1));
        (long year2, int month2, int day2) = DateMath.Civil(DateMath.DayOf(earlier, out long time2));
        long months = ((year1 - year2) * 12) + month1 - month2, days = day1 - day2, time = time1 - time2;
        if (time < 0)
            (time, days) = (time + DateMath.MicrosPerDay, days - 1);
        if (days < 0)
        {
            days += Calendar.DaysInMonth(year2, month2);
            months--;
        }

        return new Interval(months, days, time);
    }
}
