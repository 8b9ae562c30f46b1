using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>The months, days and microseconds of an interval while it is read. A unit may be written once.</summary>
internal sealed class IntervalParts
{
    public const long MicrosPerMinute = 60_000_000;
    public const long MicrosPerHour = 60 * MicrosPerMinute;
    private const long MicrosPerDay = 24 * MicrosPerHour;
    private readonly HashSet<string> _taken = [];
    private long _months;
    private long _days;
    private Int128 _micros;

    /// <summary>Whether anything was added.</summary>
    public bool HasAny => _taken.Count > 0;

    /// <summary>The interval.</summary>
    public Interval ToInterval() => _micros == (long)_micros ? new Interval(_months, _days, (long)_micros) : throw OutOfRange();

    /// <summary>Turns all signs.</summary>
    public void Negate() => (_months, _days, _micros) = (-_months, -_days, -_micros);

    /// <summary>Notes that a unit was written; false when it was before.</summary>
    public bool TryTake(string unit) => _taken.Add(unit);

    /// <summary>Adds microseconds.</summary>
    public bool TryAddMicros(Int128 micros)
    {
        _taken.Add("clock");
        _micros += micros;
        return true;
    }

    /// <summary>Adds an amount of a unit; false when there is no such unit or it was there before.</summary>
    public bool TryAdd(long whole, double fraction, string unit)
    {
        switch (unit)
        {
            case "millennium" or "millennia" or "millenniums" or "mil" or "mils": return TryTake("millennium") && AddMonths(whole, fraction, 12_000);
            case "century" or "centuries" or "cent" or "c": return TryTake("century") && AddMonths(whole, fraction, 1200);
            case "decade" or "decades" or "dec" or "decs": return TryTake("decade") && AddMonths(whole, fraction, 120);
            case "year" or "years" or "y" or "yr" or "yrs": return TryTake("year") && AddMonths(whole, fraction, 12);
            case "quarter" or "quarters" or "qtr": return TryTake("quarter") && AddMonths(whole, fraction, 3);
            case "month" or "months" or "mon" or "mons":
                Add(ref _months, whole, 1);
                AddDays(fraction * 30);
                return TryTake("month");
            case "week" or "weeks" or "w":
                Add(ref _days, whole, 7);
                AddDays(fraction * 7);
                return TryTake("week");
            case "day" or "days" or "d":
                Add(ref _days, whole, 1);
                AddDays(fraction);
                return TryTake("day");
            case "hour" or "hours" or "h" or "hr" or "hrs": return TryTake("hour") && AddMicros(whole, fraction, MicrosPerHour);
            case "minute" or "minutes" or "m" or "min" or "mins": return TryTake("minute") && AddMicros(whole, fraction, MicrosPerMinute);
            case "second" or "seconds" or "s" or "sec" or "secs": return TryTake("second") && AddMicros(whole, fraction, 1_000_000);
            case "millisecond" or "milliseconds" or "ms" or "msec" or "msecs" or "mseconds": return TryTake("millisecond") && AddMicros(whole, fraction, 1000);
            case "microsecond" or "microseconds" or "us" or "usec" or "usecs" or "useconds": return TryTake("microsecond") && AddMicros(whole, fraction, 1);
            default: return false;
        }
    }

    public static QueryException OutOfRange() => new(ErrorCode.DateTimeOverflow, "the interval is out of range");

    private bool AddMonths(long whole, double fraction, int months)
    {
        Add(ref _months, whole, months);
        Add(ref _months, (long)Math.Round(fraction * months), 1);
        return true;
    }

    private bool AddMicros(long whole, double fraction, long micros)
    {
        _micros += ((Int128)whole * micros) + (long)Math.Round(fraction * micros);
        return true;
    }

    private void AddDays(double days)
    {
        double whole = Math.Truncate(days);
        Add(ref _days, (long)whole, 1);
        _micros += (long)Math.Round((days - whole) * MicrosPerDay);
    }

    private static void Add(ref long sum, long count, long each)
    {
        Int128 result = sum + ((Int128)count * each);
        sum = result == (int)result ? (long)result : throw OutOfRange();
    }
}
