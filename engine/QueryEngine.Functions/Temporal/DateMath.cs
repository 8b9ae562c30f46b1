using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>Fields and steps of days and microseconds.</summary>
internal static class DateMath
{
    public const long MicrosPerSecond = 1_000_000;
    public const long MicrosPerDay = 86_400 * MicrosPerSecond;

    /// <summary>Splits a timestamp into days and microseconds since midnight.</summary>
    public static long DayOf(long micros, out long time)
    {
        long day = Math.DivRem(micros, MicrosPerDay, out time);
        if (time >= 0)
            return day;
        time += MicrosPerDay;
        return day - 1;
    }

    /// <summary>
    /// The proleptic Gregorian date of a day number, in 32 bits for the years -32800 to 32700 (Neri and Schneider, "Euclidean affine functions and
    /// their application to calendar algorithms", 2023).
    /// </summary>
    public static (long Year, int Month, int Day) Civil(long days)
    {
        if (days is < -11_900_000 or > 11_900_000)
            return SqlValueText.Civil(days);

        const uint eras = 82; // of 400 years, so that all numbers are positive
        uint number = (4 * (uint)(days + 719_468 + (146_097 * eras))) + 3;
        (uint century, uint rest) = Math.DivRem(number, 146_097u);
        ulong product = 2_939_745UL * ((rest / 4 * 4) + 3);
        uint dayOfYear = (uint)product / 2_939_745 / 4; // the year begins in March
        uint month = (2141 * dayOfYear) + 197_913;
        bool isNextYear = dayOfYear >= 306;
        long year = (100 * (long)century) + (long)(product >> 32) - (400 * eras) + (isNextYear ? 1 : 0);
        return (year, (int)(month >> 16) - (isNextYear ? 12 : 0), (int)((month & 0xFFFF) / 2141) + 1);
    }

    /// <summary>A day some months later; the 31st becomes the last day of shorter months.</summary>
    public static long AddMonths(long day, long months)
    {
        (long year, int month, int dayOfMonth) = Civil(day);
        long total = checked((year * 12) + month - 1 + months);
        long newYear = Math.DivRem(total, 12, out long newMonth);
        if (newMonth < 0)
            (newYear, newMonth) = (newYear - 1, newMonth + 12);
        if (newYear is < -290_000 or > 294_276)
            throw OutOfRange();
        return SqlValueText.DayNumber(newYear, (int)newMonth + 1, Math.Min(dayOfMonth, Calendar.DaysInMonth(newYear, (int)newMonth + 1)));
    }

    /// <summary>A timestamp some months later.</summary>
    public static long AddMonthsToTimestamp(long micros, long months)
    {
        long day = AddMonths(DayOf(micros, out long time), months);
        return ToMicros(day, time);
    }

    /// <summary>The first timestamp of the calendar: 4714-11-24 BC, on which Julian days begin.</summary>
    public const long FirstMicros = -2_440_588 * MicrosPerDay;

    /// <summary>Days and time as microseconds.</summary>
    public static long ToMicros(long day, long time)
    {
        if (day is > 106_751_990 or < -106_751_990)
            throw OutOfRange();
        return (day * MicrosPerDay) + time;
    }

    /// <summary>The beginning of a day; infinity stays what it is.</summary>
    public static long ToMicros(SqlDate date) => IsFinite(date) ? ToMicros(date.Days, 0) : date.Days > 0 ? long.MaxValue : long.MinValue;

    /// <summary>A date of a day number.</summary>
    public static SqlDate Date(long day) => day is <= int.MinValue or >= int.MaxValue ? throw OutOfRange() : new SqlDate((int)day);

    /// <summary>Whether a timestamp is neither infinity nor -infinity.</summary>
    public static bool IsFinite(long micros) => micros is not (long.MaxValue or long.MinValue);

    /// <summary>Whether a date is neither infinity nor -infinity.</summary>
    public static bool IsFinite(SqlDate date) => date.Days is not (int.MaxValue or int.MinValue);

    /// <summary>The days from the second date to the first.</summary>
    public static int DaysBetween(SqlDate first, SqlDate second) =>
        IsFinite(first) && IsFinite(second) ? Date((long)first.Days - second.Days).Days
            : throw new QueryException(ErrorCode.DateTimeOverflow, "infinite dates have no difference");

    /// <summary>The date of a local timestamp.</summary>
    public static SqlDate DateOf(long micros) => IsFinite(micros) ? Date(DayOf(micros, out _)) : new SqlDate(micros > 0 ? int.MaxValue : int.MinValue);

    /// <summary>The sum, or an error.</summary>
    public static long Add(long left, long right)
    {
        long sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) < 0 ? throw OutOfRange() : sum;
    }

    /// <summary>0 is Sunday.</summary>
    public static int DayOfWeek(long day) => (int)((((day + 4) % 7) + 7) % 7);

    /// <summary>ISO week and its year.</summary>
    public static (long Year, int Week) IsoWeek(long day)
    {
        // The week belongs to the year that its Thursday is in.
        int isoDay = DayOfWeek(day) == 0 ? 7 : DayOfWeek(day);
        long thursday = day - isoDay + 4;
        (long year, _, _) = Civil(thursday);
        return (year, (int)((thursday - SqlValueText.DayNumber(year, 1, 1)) / 7) + 1);
    }

    /// <summary>The day of the year, from 1.</summary>
    public static int DayOfYear(long day)
    {
        (long year, _, _) = Civil(day);
        return (int)(day - SqlValueText.DayNumber(year, 1, 1)) + 1;
    }

    public static QueryException OutOfRange() => new(ErrorCode.DateTimeOverflow, "the date or timestamp is out of range");
}
