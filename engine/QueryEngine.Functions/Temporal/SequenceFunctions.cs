using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>The days from one to another.</summary>
internal abstract class DaysOverload(int most) : RowOverload("date, date -> array(date)")
{
    protected internal override void Invoke(in RowCall call)
    {
        (int start, int end) = (call.Int(0), call.Int(1));
        ArraySets.CheckSize(Math.Abs((long)end - start) + 1, most);
        for (int day = start; start <= end ? day <= end : day >= end; day += start <= end ? 1 : -1)
            ((FixedWidthBuilder<int>)ArrayBuilding.Elements(call)).Append(day);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("sequence", "At most 10000 dates from one to another, both included; backwards where the second is earlier.")]
[Example("sequence(DATE '2020-02-28', DATE '2020-03-01')", "[2020-02-28, 2020-02-29, 2020-03-01]")]
[Example("sequence(DATE '2000-01-01', DATE '2100-01-01')", "error 22023")]
internal sealed class DateSequence() : DaysOverload(ArraySets.MaxSequence);

[ScalarFunction("generate_series", "The dates from one to another, both included; backwards where the second is earlier.")]
[Example("generate_series(DATE '2020-02-28', DATE '2020-03-01')", "[2020-02-28, 2020-02-29, 2020-03-01]")]
internal sealed class DateSeries() : DaysOverload(ArraySets.MaxElements);
