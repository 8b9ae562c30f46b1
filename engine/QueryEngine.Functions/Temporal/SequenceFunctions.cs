using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>The timestamps from one to another, both included, an interval apart; months are added to the first, so that the 31st comes back.</summary>
internal abstract class TimeSequenceOverload(string signature) : RowOverload(signature)
{
    private const int MaxLength = 10_000_000;

    protected internal override void Invoke(in RowCall call)
    {
        var step = new Interval(((FixedWidthVector<Int128>)call[2]).Values[call.Row]);
        if (step.Length == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a sequence is not zero");
        var builder = (ArrayBuilder)call.Result;
        var elements = (FixedWidthBuilder<long>)builder.Elements;
        (long start, long end) = (call.Long(0), call.Long(1));
        for (int count = 0; ; count++)
        {
            long value = After(call, start, new Interval((long)step.Months * count, (long)step.Days * count, checked(step.Micros * count)));
            if (step.Length > 0 ? value > end : value < end)
                break;
            if (count == MaxLength)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"a sequence has at most {MaxLength} elements");
            elements.Append(value);
        }

        builder.EndRow();
    }

    /// <summary>The element so much later than the first.</summary>
    protected virtual long After(in RowCall call, long start, Interval interval) => IntervalMath.Add(start, interval);
}

[ScalarFunction("sequence", "The timestamps from one to another, both included, an interval apart.", Aliases = ["generate_series"])]
[Example("sequence(TIMESTAMP '2020-01-31 00:00', TIMESTAMP '2020-03-31 00:00', INTERVAL '1' MONTH)", "[2020-01-31 00:00:00, 2020-02-29 00:00:00, 2020-03-31 00:00:00]")]
[Example("sequence(TIMESTAMP '2020-01-01 00:00', TIMESTAMP '2020-01-02 00:00', INTERVAL '0' DAY)", "error 22023")]
internal sealed class TimestampSequence() : TimeSequenceOverload("timestamp, timestamp, interval -> array(timestamp)");

[ScalarFunction("sequence", "The instants from one to another, both included, an interval apart on the session's calendar.", Aliases = ["generate_series"])]
internal sealed class InstantSequence() : TimeSequenceOverload("timestamp with time zone, timestamp with time zone, interval -> array(timestamp with time zone)")
{
    protected override long After(in RowCall call, long start, Interval interval) => IntervalMath.AddToInstant(start, interval, Zones.Of(call.Context.Session));
}

[ScalarFunction("sequence", "The dates from one to another, both included; backwards where the second is earlier.", Aliases = ["generate_series"])]
[Example("sequence(DATE '2020-02-28', DATE '2020-03-01')", "[2020-02-28, 2020-02-29, 2020-03-01]")]
internal sealed class DateSequence() : RowOverload("date, date -> array(date)")
{
    protected internal override void Invoke(in RowCall call)
    {
        var builder = (ArrayBuilder)call.Result;
        (int start, int end) = (call.Int(0), call.Int(1));
        if (Math.Abs((long)end - start) > 10_000_000)
            throw new QueryException(ErrorCode.InvalidParameterValue, "a sequence has at most 10000000 elements");
        for (int day = start; start <= end ? day <= end : day >= end; day += start <= end ? 1 : -1)
            ((FixedWidthBuilder<int>)builder.Elements).Append(day);
        builder.EndRow();
    }
}
