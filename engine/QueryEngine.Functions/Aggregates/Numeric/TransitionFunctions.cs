using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

/// <summary>PostgreSQL's steps of aggregates over doubles, as functions of an array: the number of values, their sum, the sum of squared distances, ...</summary>
internal abstract class TransitionOverload(string signature, int stateLength) : RowOverload(signature)
{
    /// <inheritdoc/>
    protected internal override void Invoke(in RowCall call)
    {
        double[] result = Compute(call);
        var builder = (ArrayBuilder)call.Result;
        foreach (double number in result)
            ((FixedWidthBuilder<double>)builder.Elements).Append(number);
        builder.EndRow();
    }

    /// <summary>The next state.</summary>
    protected abstract double[] Compute(in RowCall call);

    /// <summary>The numbers of a state.</summary>
    protected double[] State(in RowCall call, int argument)
    {
        ArrayRow row = call.Array(argument);
        var elements = (FixedWidthVector<double>)row.Elements;
        double[] state = row.Length == stateLength ? elements.Values[row.Start..row.End].ToArray() : [];
        for (int at = row.Start; at < row.End; at++)
            if (elements.IsNull(at))
                state = [];
        return state.Length > 0 ? state : throw new QueryException(ErrorCode.InvalidParameterValue, $"a state of {stateLength} numbers is expected");
    }

    /// <summary>The sum of squared distances of two sets together.</summary>
    protected static double Together(double leftCount, double leftSum, double leftDistance, double rightCount, double rightSum, double rightDistance)
    {
        double apart = (leftSum / leftCount) - (rightSum / rightCount);
        return leftDistance + rightDistance + (leftCount * rightCount * apart * apart / (leftCount + rightCount));
    }
}

[ScalarFunction("float8_accum", "A value more: number, sum and sum of squared distances.")]
[Example("float8_accum(ARRAY[4e0, 140, 2900], 100)", "[5, 240, 6280]")]
[Example("float8_accum(ARRAY[4e0], 100)", "error 22023")]
internal sealed class FloatAccumOverload() : TransitionOverload("array(double), double -> array(double)", 3)
{
    protected override double[] Compute(in RowCall call)
    {
        double[] state = State(call, 0);
        double value = call.Double(1);
        double count = state[0] + 1, sum = state[1] + value;
        double distance = (value * count) - sum;
        return [count, sum, state[0] > 0 ? state[2] + (distance * distance / (count * state[0])) : double.IsFinite(value) ? state[2] : double.NaN];
    }
}

[ScalarFunction("float8_combine", "Two states of float8_accum together.")]
[Example("float8_combine(ARRAY[3e0, 60, 200], ARRAY[2e0, 180, 200])", "[5, 240, 6280]")]
internal sealed class FloatCombineOverload() : TransitionOverload("array(double), array(double) -> array(double)", 3)
{
    protected override double[] Compute(in RowCall call)
    {
        double[] left = State(call, 0), right = State(call, 1);
        if (left[0] == 0 || right[0] == 0)
            return left[0] == 0 ? right : left;
        return [left[0] + right[0], left[1] + right[1], Together(left[0], left[1], left[2], right[0], right[1], right[2])];
    }
}

[ScalarFunction("float8_regr_accum", "A pair (y, x) more: number, sums and squared distances of x and of y, and their common distances.")]
[Example("float8_regr_accum(ARRAY[4e0, 140, 2900, 1290, 83075, 15050], 200, 100)", "[5, 240, 6280, 1490, 95080, 8680]")]
internal sealed class RegressionAccumOverload() : TransitionOverload("array(double), double, double -> array(double)", 6)
{
    protected override double[] Compute(in RowCall call)
    {
        double[] state = State(call, 0);
        double y = call.Double(1), x = call.Double(2);
        double count = state[0] + 1, sumX = state[1] + x, sumY = state[3] + y;
        if (state[0] <= 0)
        {
            double ofX = double.IsFinite(x) ? state[2] : double.NaN, ofY = double.IsFinite(y) ? state[4] : double.NaN;
            return [count, sumX, ofX, sumY, ofY, double.IsFinite(x) && double.IsFinite(y) ? state[5] : double.NaN];
        }

        double distanceX = (x * count) - sumX, distanceY = (y * count) - sumY, scale = 1 / (count * state[0]);
        return
        [
            count, sumX, state[2] + (distanceX * distanceX * scale), sumY, state[4] + (distanceY * distanceY * scale),
            state[5] + (distanceX * distanceY * scale),
        ];
    }
}

[ScalarFunction("float8_regr_combine", "Two states of float8_regr_accum together.")]
[Example("float8_regr_combine(ARRAY[3e0, 60, 200, 750, 20000, 2000], ARRAY[2e0, 180, 200, 740, 57800, -3400])", "[5, 240, 6280, 1490, 95080, 8680]")]
internal sealed class RegressionCombineOverload() : TransitionOverload("array(double), array(double) -> array(double)", 6)
{
    protected override double[] Compute(in RowCall call)
    {
        double[] left = State(call, 0), right = State(call, 1);
        if (left[0] == 0 || right[0] == 0)
            return left[0] == 0 ? right : left;
        double count = left[0] + right[0];
        double apartX = (left[1] / left[0]) - (right[1] / right[0]), apartY = (left[3] / left[0]) - (right[3] / right[0]);
        return
        [
            count,
            left[1] + right[1],
            Together(left[0], left[1], left[2], right[0], right[1], right[2]),
            left[3] + right[3],
            Together(left[0], left[3], left[4], right[0], right[3], right[4]),
            left[5] + right[5] + (left[0] * right[0] * apartX * apartY / count),
        ];
    }
}

[ScalarFunction("booland_statefunc", "Both.")]
[Example("booland_statefunc(true, false)", "false")]
internal readonly struct BooleanAndStep : IFunction<bool, bool, bool>
{
    public static bool Invoke(bool first, bool second) => first && second;
}

[ScalarFunction("boolor_statefunc", "Either or both.")]
[Example("boolor_statefunc(true, false)", "true")]
internal readonly struct BooleanOrStep : IFunction<bool, bool, bool>
{
    public static bool Invoke(bool first, bool second) => first || second;
}
