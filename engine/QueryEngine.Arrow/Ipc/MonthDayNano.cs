using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>An interval as Arrow lays it out: months, days, nanoseconds.</summary>
internal readonly record struct MonthDayNano(int Months, int Days, long Nanos)
{
    /// <summary>The number of this unit among Arrow's units of intervals.</summary>
    public const short Unit = 2;

    // What nanoseconds do not hold (292 years) is split into days: clients of the engine read days of 24 hours, and the length stays the same.
    private const long LargestMicros = long.MaxValue / 1000;
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>The parts of an interval.</summary>
    public static MonthDayNano Of(Interval interval)
    {
        long days = Math.Abs(interval.Micros) > LargestMicros ? interval.Micros / MicrosPerDay : 0;
        return new MonthDayNano(interval.Months, checked((int)(interval.Days + days)), (interval.Micros - (days * MicrosPerDay)) * 1000);
    }

    /// <summary>The interval, in whole microseconds.</summary>
    public Interval ToInterval() => new(Months, Days, Nanos / 1000);
}
