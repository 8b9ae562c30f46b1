namespace QueryEngine.Spi;

/// <summary>
/// A value of <see cref="TimeWithTimeZoneType"/>: a time of day and the offset of its clock from UTC, in one int64 that compares as PostgreSQL does: by
/// the time in UTC, and where that is the same, the clock further east first.
/// </summary>
public readonly record struct TimeWithTimeZone(long Bits)
{
    private const long MicrosPerSecond = 1_000_000;
    private const int OffsetBits = 18;
    private const int Bias = 1 << (OffsetBits - 1);

    /// <summary>A time that a clock shows which is so many seconds ahead of UTC, less than a day.</summary>
    public TimeWithTimeZone(long localMicros, int offsetSeconds)
        : this(((localMicros - (offsetSeconds * MicrosPerSecond)) << OffsetBits) + Bias - offsetSeconds)
    {
    }

    /// <summary>How far the clock is ahead of UTC.</summary>
    public int OffsetSeconds => Bias - (int)(Bits & ((1 << OffsetBits) - 1));

    /// <summary>Microseconds since midnight UTC of the clock's day; may be below zero or beyond a day.</summary>
    public long UtcMicros => Bits >> OffsetBits;

    /// <summary>Microseconds since midnight that the clock shows.</summary>
    public long LocalMicros => UtcMicros + (OffsetSeconds * MicrosPerSecond);
}
