using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

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
