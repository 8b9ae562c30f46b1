using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("sequence", "At most 10000 dates or times from one to another, both included, an interval apart in the direction of the second.")]
[Example("sequence(DATE '2020-01-31', DATE '2020-03-31', INTERVAL '1' MONTH)", "[2020-01-31, 2020-02-29, 2020-03-29]")]
[Example("sequence(DATE '2020-01-01', DATE '2020-01-02', INTERVAL '0' DAY)", "error 22023")]
[Example("sequence(DATE '2020-01-01', DATE '2020-01-02', INTERVAL '-1' DAY)", "error 22023")]
[Example("sequence(DATE '2020-01-01', DATE '2020-01-02', INTERVAL '18' HOUR)", "error 22023")]
[Example("sequence(DATE '2000-01-01', DATE '2100-01-01', INTERVAL '1' DAY)", "error 22023")]
internal sealed class TimeSequenceOverload() : RowOverload(TimeSequences.Signature)
{
    protected internal override void Invoke(in RowCall call)
    {
        Interval step = TimeSequences.StepOf(call);
        bool isDate = call[0].Type is DateType;
        ArraySets.CheckDirection(isDate ? call.Int(1).CompareTo(call.Int(0)) : call.Long(1).CompareTo(call.Long(0)), step.Length.CompareTo(0));
        if (isDate && step.Micros != 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a sequence of dates is of whole days", "Make a sequence of timestamps.");
        TimeSequences.Append(call, isEndIncluded: true, ArraySets.MaxSequence);
    }
}

[ScalarFunction("generate_series", "The dates or times from one to another, both included, an interval apart; none where the step leads away.")]
[Example("generate_series(DATE '2020-01-01', DATE '2020-01-02', INTERVAL '1' DAY)", "[2020-01-01, 2020-01-02]")]
[Example("generate_series(DATE '2020-01-01', DATE '2020-01-02', INTERVAL '-1' DAY)", "[]")]
internal sealed class TimeSeriesOverload() : RowOverload(TimeSequences.Signature)
{
    protected internal override void Invoke(in RowCall call) => TimeSequences.Append(call, isEndIncluded: true);
}

[ScalarFunction("range", "The dates or times from one to another, the last one left out, an interval apart.")]
[Example("range(DATE '2020-01-01', DATE '2020-01-03', INTERVAL '1' DAY)", "[2020-01-01, 2020-01-02]")]
internal sealed class TimeRangeOverload() : RowOverload(TimeSequences.Signature)
{
    protected internal override void Invoke(in RowCall call) => TimeSequences.Append(call, isEndIncluded: false);
}

/// <summary>Dates and times some apart.</summary>
internal static class TimeSequences
{
    public const string Signature = "date, date, interval -> array(date) | timestamp, timestamp, interval -> array(timestamp)"
        + " | timestamp with time zone, timestamp with time zone, interval -> array(timestamp with time zone)";

    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>The third argument.</summary>
    public static Interval StepOf(in RowCall call) => new(((FixedWidthVector<Int128>)call[2]).Values[call.Row]);

    /// <summary>Ends the row with the dates or times.</summary>
    public static void Append(in RowCall call, bool isEndIncluded, int most = ArraySets.MaxElements)
    {
        Interval step = StepOf(call);
        if (step.Length == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a sequence is not zero");
        bool isDate = call[0].Type is DateType;
        long first = isDate ? call.Int(0) * MicrosPerDay : call.Long(0), last = isDate ? call.Int(1) * MicrosPerDay : call.Long(1);
        NodaTime.DateTimeZone? zone = call[0].Type is TimestampWithTimeZoneType ? Casts.Zones.Of(call.Context.Session) : null;
        long count = 0;
        for (long at = first; (step.Length > 0 ? at < last : at > last) || (isEndIncluded && at == last);)
        {
            ArraySets.CheckSize(++count, most);
            if (isDate)
                ((FixedWidthBuilder<int>)ArrayBuilding.Elements(call)).Append((int)Math.Floor(at / (double)MicrosPerDay));
            else
                ((FixedWidthBuilder<long>)ArrayBuilding.Elements(call)).Append(at);
            at = zone is null ? IntervalMath.Add(at, step) : IntervalMath.AddToInstant(at, step, zone);
        }

        ArrayBuilding.End(call);
    }
}
