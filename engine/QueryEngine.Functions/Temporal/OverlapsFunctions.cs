using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>
/// Whether two spans, each of a beginning and an end, share more than an end: (a, b) OVERLAPS (c, d). NULL where a NULL leaves it open, as in the
/// standard; an end before its beginning is taken for it.
/// </summary>
internal abstract class OverlapsOverload(string signature) : RowOverload(signature, isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        (long? firstStart, long? firstEnd) = Ordered(Value(call, 0), End(call, 0));
        (long? secondStart, long? secondEnd) = Ordered(Value(call, 2), End(call, 2));
        bool? result = Overlap(firstStart, firstEnd, secondStart, secondEnd);
        if (result is { } known)
            call.Append(known);
        else
            call.AppendNull();
    }

    private long? End(in RowCall call, int at)
    {
        if (call.IsNull(at + 1))
            return null;
        if (call[at + 1].Type.Kind != TypeKind.Interval)
            return Value(call, at + 1);
        return Value(call, at) is { } start ? After(call, start, new Interval(((FixedWidthVector<Int128>)call[at + 1]).Values[call.Row])) : null;
    }

    private static long After(in RowCall call, long start, Interval interval) => call[0].Type switch
    {
        TimestampWithTimeZoneType => IntervalMath.AddToInstant(start, interval, Zones.Of(call.Context.Session)),
        TimeType => start + interval.Micros,
        _ => IntervalMath.Add(start, interval),
    };

    private static long? Value(in RowCall call, int at) => call.IsNull(at) ? null : call.Long(at);

    private static (long? Start, long? End) Ordered(long? start, long? end) =>
        start is null || (end is not null && end < start) ? (end, start) : (start, end);

    private static bool? Overlap(long? firstStart, long? firstEnd, long? secondStart, long? secondEnd)
    {
        if (firstStart is null || secondStart is null)
            return null;
        if (firstStart > secondStart)
            return firstStart < secondEnd ? true : secondEnd is null || firstEnd is null ? null : false;
        if (firstStart < secondStart)
            return secondStart < firstEnd ? true : firstEnd is null || secondEnd is null ? null : false;
        return firstEnd is null || secondEnd is null ? null : true;
    }
}

[ScalarFunction("overlaps", "Whether two spans of timestamps share more than an end.")]
[Example("overlaps(TIMESTAMP '2000-11-27', TIMESTAMP '2000-11-28', TIMESTAMP '2000-11-27 12:00', TIMESTAMP '2000-11-30')", "true")]
[Example("overlaps(TIMESTAMP '2000-11-27', TIMESTAMP '2000-11-28', TIMESTAMP '2000-11-28', TIMESTAMP '2000-11-30')", "false")]
internal sealed class OverlapsTimestamps() : OverlapsOverload("timestamp, timestamp, timestamp, timestamp -> boolean");

[ScalarFunction("overlaps", "Whether two spans of timestamps share more than an end.")]
[Example("overlaps(TIMESTAMP '2000-11-27', INTERVAL '1' DAY, TIMESTAMP '2000-11-27 12:00', INTERVAL '1' DAY)", "true")]
internal sealed class OverlapsTimestampIntervals() : OverlapsOverload("timestamp, interval, timestamp, interval -> boolean");

[ScalarFunction("overlaps", "Whether two spans of timestamps share more than an end.")]
internal sealed class OverlapsTimestampMixed() : OverlapsOverload("timestamp, timestamp, timestamp, interval -> boolean");

[ScalarFunction("overlaps", "Whether two spans of timestamps share more than an end.")]
internal sealed class OverlapsIntervalMixed() : OverlapsOverload("timestamp, interval, timestamp, timestamp -> boolean");

[ScalarFunction("overlaps", "Whether two spans of instants share more than an end.")]
internal sealed class OverlapsInstants() : OverlapsOverload(
    "timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone -> boolean");

[ScalarFunction("overlaps", "Whether two spans of instants share more than an end.")]
internal sealed class OverlapsInstantIntervals() : OverlapsOverload("timestamp with time zone, interval, timestamp with time zone, interval -> boolean");

[ScalarFunction("overlaps", "Whether two spans of instants share more than an end.")]
internal sealed class OverlapsInstantMixed() : OverlapsOverload(
    "timestamp with time zone, timestamp with time zone, timestamp with time zone, interval -> boolean");

[ScalarFunction("overlaps", "Whether two spans of times of day share more than an end.")]
[Example("overlaps(TIME '10:00', TIME '11:00', TIME '10:30', TIME '12:00')", "true")]
internal sealed class OverlapsTimes() : OverlapsOverload("time, time, time, time -> boolean");

[ScalarFunction("overlaps", "Whether two spans of times of day share more than an end.")]
[Example("overlaps(TIME '00:00', INTERVAL '1 hour', TIME '00:30', INTERVAL '1 hour')", "true")]
internal sealed class OverlapsTimeIntervals() : OverlapsOverload("time, interval, time, interval -> boolean");
