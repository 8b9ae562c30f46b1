using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

internal readonly struct MonthsToInterval : IConversion<int, Int128>
{
    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(int value, out Int128 result)
    {
        result = Math.Abs((long)value) < 3_500_000 ? new Interval(value, 0, 0).Bits : 0;
        return value == 0 || result != 0;
    }
}

internal readonly struct DurationToInterval : IConversion<long, Int128>
{
    private const long MicrosPerDay = 86_400_000_000;

    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out Int128 result)
    {
        result = new Interval(0, value / MicrosPerDay, value % MicrosPerDay).Bits;
        return true;
    }
}

/// <summary>Only of intervals that have no days or time.</summary>
internal readonly struct IntervalToMonths : IConversion<Int128, int>
{
    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(Int128 value, out int result)
    {
        result = new Interval(value).Months;
        return new Interval(value) is { Days: 0, Micros: 0 };
    }
}

/// <summary>Only of intervals that have no months.</summary>
internal readonly struct IntervalToDuration : IConversion<Int128, long>
{
    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(Int128 value, out long result)
    {
        result = new Interval(value).Length;
        return new Interval(value).Months == 0;
    }
}
