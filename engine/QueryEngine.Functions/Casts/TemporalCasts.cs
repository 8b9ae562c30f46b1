using NodaTime;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Casts between dates, times, timestamps and intervals. Timestamps with a precision above 6 count nanoseconds, others microseconds.</summary>
internal static class TemporalCasts
{
    /// <summary>The cast, or null when there is none.</summary>
    public static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry) => (from, to) switch
    {
        (DateType, TimestampType r) => new FixedCast<int, long, DateToTimestamp>(from, to, isTry, _ => new(DateTimeZone.Utc, TicksPerDay(r.Precision))),
        (DateType, TimestampWithTimeZoneType r) =>
            new FixedCast<int, long, DateToTimestamp>(from, to, isTry, context => new(Zones.Of(context.Session), TicksPerDay(r.Precision))),
        (TimestampType l, DateType) => new FixedCast<long, int, TimestampToDate>(from, to, isTry, _ => new(DateTimeZone.Utc, TicksPerDay(l.Precision))),
        (TimestampWithTimeZoneType l, DateType) =>
            new FixedCast<long, int, TimestampToDate>(from, to, isTry, context => new(Zones.Of(context.Session), TicksPerDay(l.Precision))),
        (TimestampType l, TimestampType r) => Timestamps(from, to, isTry, l.Precision, r.Precision, ZoneChange.None),
        (TimestampWithTimeZoneType l, TimestampWithTimeZoneType r) => Timestamps(from, to, isTry, l.Precision, r.Precision, ZoneChange.None),
        (TimestampType l, TimestampWithTimeZoneType r) => Timestamps(from, to, isTry, l.Precision, r.Precision, ZoneChange.ToInstant),
        (TimestampWithTimeZoneType l, TimestampType r) => Timestamps(from, to, isTry, l.Precision, r.Precision, ZoneChange.ToLocal),
        (TimestampType l, TimeType r) => Times(from, to, isTry, l.Precision, r.Precision, ZoneChange.None),
        (TimestampWithTimeZoneType l, TimeType r) => Times(from, to, isTry, l.Precision, r.Precision, ZoneChange.ToLocal),
        (TimeType l, TimeWithTimeZoneType) => new FixedCast<long, long, TimeToTimeWithZone>(from, to, isTry, context => new(context.Session, l.Precision)),
        (TimeWithTimeZoneType, TimeType r) => new FixedCast<long, long, TimeWithZoneToTime>(from, to, isTry, _ => new(r.Precision)),
        (TimestampWithTimeZoneType l, TimeWithTimeZoneType) =>
            new FixedCast<long, long, InstantToTimeWithZone>(from, to, isTry, context => new(Zones.Of(context.Session), l.Precision)),
        (TimeType l, TimestampType r) => new FixedCast<long, long, TimeToTimestamp>(from, to, isTry, context => new(context, l.Precision, r.Precision)),
        (TimeType l, TimeType r) => Times(from, to, isTry, l.Precision, r.Precision, ZoneChange.None),
        (TimeType, IntervalType { Kind: TypeKind.Interval }) => Chained(from, SqlType.IntervalDayToSecond, to, isTry),
        (IntervalType { Kind: TypeKind.Interval }, TimeType) => Chained(from, SqlType.IntervalDayToSecond, to, isTry),
        (IntervalType { Kind: TypeKind.IntervalYearToMonth }, IntervalType { Kind: TypeKind.Interval }) =>
            new FixedCast<int, Int128, MonthsToInterval>(from, to, isTry, _ => default),
        (IntervalType { Kind: TypeKind.IntervalDayToSecond }, IntervalType { Kind: TypeKind.Interval }) =>
            new FixedCast<long, Int128, DurationToInterval>(from, to, isTry, _ => default),
        (IntervalType { Kind: TypeKind.Interval }, IntervalType { Kind: TypeKind.IntervalYearToMonth }) =>
            new FixedCast<Int128, int, IntervalToMonths>(from, to, isTry, _ => default),
        (IntervalType { Kind: TypeKind.Interval }, IntervalType { Kind: TypeKind.IntervalDayToSecond }) =>
            new FixedCast<Int128, long, IntervalToDuration>(from, to, isTry, _ => default),
        (TimeType l, IntervalType { Kind: TypeKind.IntervalDayToSecond }) => Timestamps(from, to, isTry, l.Precision, 6, ZoneChange.None),
        (IntervalType { Kind: TypeKind.IntervalDayToSecond }, TimeType r) => Times(from, to, isTry, 6, r.Precision, ZoneChange.None),
        _ => null,
    };

    private static ChainedCast? Chained(SqlType from, SqlType middle, SqlType to, bool isTry) =>
        TryBind(from, middle, isTry) is { } first && TryBind(middle, to, isTry) is { } second ? new ChainedCast(first, second) : null;

    private static FixedCast<long, long, RescaleTimestamp> Timestamps(SqlType from, SqlType to, bool isTry, int fromPrecision, int toPrecision, ZoneChange change) =>
        new(from, to, isTry, context => new(fromPrecision, toPrecision, change, Zones.Of(context.Session)));

    private static FixedCast<long, long, TimeOfDay> Times(SqlType from, SqlType to, bool isTry, int fromPrecision, int toPrecision, ZoneChange change) =>
        new(from, to, isTry, context => new(new(fromPrecision, toPrecision, change, Zones.Of(context.Session)), TicksPerDay(toPrecision)));

    private static long TicksPerDay(int precision) => 86_400 * (precision > 6 ? 1_000_000_000L : 1_000_000L);
}

/// <summary>What a cast does with the session's zone.</summary>
internal enum ZoneChange
{
    None,
    ToInstant,
    ToLocal,
}

internal readonly struct DateToTimestamp(DateTimeZone zone, long ticksPerDay) : IConversion<int, long>
{
    private readonly bool _isUtc = ReferenceEquals(zone, DateTimeZone.Utc);

    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(int value, out long result)
    {
        if (value is int.MaxValue or int.MinValue)
        {
            result = value > 0 ? long.MaxValue : long.MinValue;
            return true;
        }

        result = unchecked(value * ticksPerDay);
        bool fits = Math.Abs((long)value) <= long.MaxValue / ticksPerDay;
        if (!_isUtc && fits)
        {
            long unit = ticksPerDay / 86_400_000_000;
            result = Zones.ToInstant(zone, result / unit) * unit;
        }

        return fits;
    }
}

/// <summary>The time on the session's date, as the standard has it.</summary>
internal readonly struct TimeToTimestamp(FunctionContext context, int fromPrecision, int toPrecision) : IConversion<long, long>
{
    private readonly RescaleTimestamp _rescale = new(fromPrecision, toPrecision, ZoneChange.None, DateTimeZone.Utc);
    private readonly long _midnight = CurrentDateFunction.Invoke(context).Days * 86_400L * (toPrecision > 6 ? 1_000_000_000L : 1_000_000L);

    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out long result)
    {
        bool fits = _rescale.TryConvert(value, out result);
        result += _midnight;
        return fits;
    }
}

internal readonly struct TimestampToDate(DateTimeZone zone, long ticksPerDay) : IConversion<long, int>
{
    private readonly bool _isUtc = ReferenceEquals(zone, DateTimeZone.Utc);

    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out int result)
    {
        if (value is long.MaxValue or long.MinValue)
        {
            result = value > 0 ? int.MaxValue : int.MinValue;
            return true;
        }

        if (!_isUtc)
        {
            long unit = ticksPerDay / 86_400_000_000;
            value += Zones.OffsetAt(zone, value / unit) * unit;
        }

        long days = value / ticksPerDay;
        result = (int)(value < 0 && days * ticksPerDay != value ? days - 1 : days);
        return true;
    }
}

internal readonly struct RescaleTimestamp(int fromPrecision, int toPrecision, ZoneChange change, DateTimeZone zone) : IConversion<long, long>
{
    // In units of the target (microseconds or nanoseconds), what one of its last digits is.
    private readonly long _step = (long)Math.Pow(10, (toPrecision > 6 ? 9 : 6) - toPrecision);

    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out long result)
    {
        bool fromNanos = fromPrecision > 6, toNanos = toPrecision > 6;
        result = value;
        if (value is long.MaxValue or long.MinValue)
            return true;
        if (change != ZoneChange.None)
        {
            long micros = fromNanos ? value / 1000 : value;
            long moved = change == ZoneChange.ToLocal ? Zones.ToLocal(zone, micros) : Zones.ToInstant(zone, micros);
            value += (moved - micros) * (fromNanos ? 1000 : 1);
        }

        result = value;
        if (fromNanos && !toNanos)
            result = Round(value, 1000) / 1000;
        if (!fromNanos && toNanos)
        {
            if (Math.Abs(value) > long.MaxValue / 1000)
                return false;
            result = value * 1000;
        }

        result = _step > 1 ? Round(result, _step) : result;
        return true;
    }

    private static long Round(long value, long step)
    {
        long rest = value % step;
        if (rest < 0)
            rest += step;
        return rest * 2 >= step ? value - rest + step : value - rest;
    }
}

internal readonly struct TimeOfDay(RescaleTimestamp rescale, long ticksPerDay) : IConversion<long, long>
{
    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out long result)
    {
        bool converted = rescale.TryConvert(value, out result);
        result %= ticksPerDay;
        if (result < 0)
            result += ticksPerDay;
        return converted;
    }
}
