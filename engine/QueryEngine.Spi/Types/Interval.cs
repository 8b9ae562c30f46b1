namespace QueryEngine.Spi;

/// <summary>
/// A value of type interval: months, days and microseconds, each with its sign, as in PostgreSQL. Its physical form is an Int128 whose upper half is
/// the length in microseconds with months of 30 days and days of 24 hours, so that it orders like its length; below are months and days.
/// </summary>
public readonly record struct Interval(Int128 Bits)
{
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>An interval of its three parts.</summary>
    /// <exception cref="QueryException">DATETIME_FIELD_OVERFLOW when it is longer than 292 thousand years.</exception>
    public Interval(long months, long days, long micros)
        : this(Pack(months, days, micros))
    {
    }

    /// <summary>Whole months; years are twelve.</summary>
    public int Months => (int)(uint)((ulong)Bits >> 32);

    /// <summary>Whole days.</summary>
    public int Days => (int)(uint)(ulong)Bits;

    /// <summary>What is not months or days.</summary>
    public long Micros => unchecked(Length - (((Months * 30L) + Days) * MicrosPerDay));

    /// <summary>Microseconds, with months of 30 days and days of 24 hours: what intervals compare by.</summary>
    public long Length => (long)(Bits >> 64);

    /// <summary>The interval with the other sign.</summary>
    public static Interval operator -(Interval interval) => new(-(long)interval.Months, -(long)interval.Days, checked(-interval.Micros));

    private static Int128 Pack(long months, long days, long micros)
    {
        Int128 length = micros + ((((Int128)months * 30) + days) * MicrosPerDay);
        if (length > long.MaxValue || length < long.MinValue || months != (int)months || days != (int)days)
            throw new QueryException(ErrorCode.DateTimeOverflow, "the interval is out of range");
        return (length << 64) | (((ulong)(uint)months << 32) | (uint)days);
    }
}
