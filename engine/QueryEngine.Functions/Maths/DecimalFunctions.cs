using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Operators;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("factorial", "The product of the whole numbers from 1, up to 33.")]
[Example("factorial(5)", "120")]
[Example("factorial(33)", "8683317618811886495518194401280000000")]
[Example("factorial(34)", "error 22003")]
[Example("factorial(-1)", "error 22023")]
internal sealed class FactorialOverload() : RowOverload("bigint -> decimal(38,0)")
{
    protected internal override void Invoke(in RowCall call) => ((FixedWidthBuilder<Int128>)call.Result).Append(Divisors.Factorial(call.Long(0)));
}

/// <summary>A function of two decimals, or of a decimal and a whole number, brought to one scale.</summary>
internal abstract class DecimalPairOverload : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(decimal, decimal) -> decimal";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count != 2 || !arguments.Any(argument => argument.Type is DecimalType)
            || Coercion.AsDecimal(arguments[0].Type) is not { } left || Coercion.AsDecimal(arguments[1].Type) is not { } right)
            return null;
        DecimalType type = SqlType.Decimal(DecimalType.MaxPrecision, Math.Max(left.Scale, right.Scale));
        return new Match(new FunctionResolution(name, [type, type], SqlType.Decimal(DecimalType.MaxPrecision, ScaleOf(type))), 2);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes is [DecimalType { Precision: DecimalType.MaxPrecision } left, DecimalType right] && left == right && returnType == SqlType.Decimal(DecimalType.MaxPrecision, ScaleOf(left))
            ? new RowFunction(name, parameterTypes, returnType, Invoke, isStrict: true) : null;

    /// <summary>The digits after the point of the result.</summary>
    protected virtual int ScaleOf(DecimalType type) => type.Scale;

    /// <summary>The unscaled result.</summary>
    protected abstract Int128 Compute(Int128 left, Int128 right);

    private void Invoke(in RowCall call) => ((FixedWidthBuilder<Int128>)call.Result).Append(
        DecimalMath.Check(Compute(((FixedWidthVector<Int128>)call[0]).Values[call.Row], ((FixedWidthVector<Int128>)call[1]).Values[call.Row]), (DecimalType)call.Result.Type));
}

[ScalarFunction("gcd", "The greatest common divisor.", Aliases = ["greatest_common_divisor"])]
[Example("gcd(330.3, 462.0)", "0.3")]
internal sealed class GcdDecimalOverload : DecimalPairOverload
{
    protected override Int128 Compute(Int128 left, Int128 right) => Divisors.Gcd(left, right);
}

[ScalarFunction("lcm", "The least common multiple.", Aliases = ["least_common_multiple"])]
[Example("lcm(1.5, 2)", "6.0")]
internal sealed class LcmDecimalOverload : DecimalPairOverload
{
    protected override Int128 Compute(Int128 left, Int128 right) =>
        left == 0 || right == 0 ? 0 : Int128.Abs(DecimalMath.Multiply(left / Divisors.Gcd(left, right), right));
}

[ScalarFunction("div", "The whole part of a quotient.")]
[Example("div(7.5, 2)", "3")]
[Example("div(1.5, 0)", "error 22012")]
internal sealed class DivDecimalOverload : DecimalPairOverload
{
    protected override int ScaleOf(DecimalType type) => 0;

    protected override Int128 Compute(Int128 left, Int128 right) => right == 0 ? throw DecimalMath.DivisionByZero() : left / right;
}

[ScalarFunction("trim_scale", "A decimal; its type keeps its digits, its value has no others.")]
[Example("trim_scale(8.4100)", "8.4100")]
internal sealed class TrimScaleOverload : DecimalOverload
{
    protected override bool TakesIntegers => true;

    protected override Int128 Compute(Int128 value, int scale, int digits) => value;
}

[ScalarFunction("scale", "The number of digits after the point of a decimal's type.")]
[Example("scale(8.4100)", "4")]
internal sealed class ScaleOverload : DecimalOverload
{
    protected override bool TakesIntegers => true;

    protected override DecimalType ResultOf(DecimalType type) => SqlType.Decimal(2, 0);

    protected override Int128 Compute(Int128 value, int scale, int digits) => scale;
}

[ScalarFunction("min_scale", "The fewest digits after the point that show a decimal exactly.")]
[Example("min_scale(8.4100)", "2")]
[Example("min_scale(0)", "0")]
internal sealed class MinScaleOverload : DecimalOverload
{
    protected override bool TakesIntegers => true;

    protected override DecimalType ResultOf(DecimalType type) => SqlType.Decimal(2, 0);

    protected override Int128 Compute(Int128 value, int scale, int digits)
    {
        for (; scale > 0 && value % 10 == 0; scale--)
            value /= 10;
        return scale;
    }
}

[ScalarFunction("even", "The nearest even number away from zero.")]
[Example("even(2.9e0)", "4")]
[Example("even(-2.1e0)", "-4")]
internal readonly struct EvenFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Sign(double.IsNaN(first) ? 0 : first) * Math.Ceiling(Math.Abs(first) / 2) * 2;
}

[ScalarFunction("rint", "The nearest whole number; halves go to the even one.", Aliases = ["round_even", "bround"])]
[Example("rint(2.5e0)", "2")]
internal readonly struct RintFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Round(first, MidpointRounding.ToEven);
}

[ScalarFunction("signbit", "Whether the sign of a double is minus; so it is of -0.")]
[Example("signbit(-1e0)", "true")]
internal readonly struct SignbitFunction : IFunction<double, bool>
{
    public static bool Invoke(double first) => double.IsNegative(first);
}

[ScalarFunction("nextafter", "The double next to the first one on the way to the second.")]
[Example("nextafter(1e0, 2e0) > 1e0", "true")]
internal readonly struct NextAfterFunction : IFunction<double, double, double>
{
    public static double Invoke(double first, double second) =>
        double.IsNaN(first) || double.IsNaN(second) ? double.NaN : first < second ? Math.BitIncrement(first) : first > second ? Math.BitDecrement(first) : second;
}

[ScalarFunction("random_normal", "A random double of the standard normal distribution.", IsVolatile = true)]
[Example("random_normal() < 100", "true")]
internal readonly struct RandomNormalFunction : IFunction<double>
{
    public static double Invoke() => Math.Sqrt(-2 * Math.Log(1 - Random.Shared.NextDouble())) * Math.Cos(2 * Math.PI * Random.Shared.NextDouble());
}

[ScalarFunction("random_normal", "A random double of the normal distribution of a mean and a standard deviation.", IsVolatile = true)]
[Example("random_normal(5, 0)", "5")]
internal readonly struct RandomNormalOfFunction : IFunction<double, double, double>
{
    public static double Invoke(double first, double second) => first + (second * RandomNormalFunction.Invoke());
}
