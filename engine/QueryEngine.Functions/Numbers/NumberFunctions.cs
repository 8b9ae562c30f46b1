using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Maths;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Numbers;

[ScalarFunction("$add", "The sum of two numbers.")]
[Example("numeric '1e40' + 1", "10000000000000000000000000000000000000001")]
[Example("numeric 'Infinity' + numeric '-Infinity'", "NaN")]
internal readonly struct AddNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Add(first, second);
}

[ScalarFunction("$subtract", "The difference of two numbers.")]
[Example("numeric '1' - 1e-20::numeric", "0.99999999999999999999")]
internal readonly struct SubtractNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Subtract(first, second);
}

[ScalarFunction("$multiply", "The product of two numbers.")]
[Example("numeric '1e30' * numeric '1e30'", "1000000000000000000000000000000000000000000000000000000000000")]
[Example("numeric '1e100000' * numeric '1e100000'", "error 22003")]
internal readonly struct MultiplyNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Multiply(first, second);
}

[ScalarFunction("$divide", "The quotient of two numbers.")]
[Example("numeric '1' / 3", "0.33333333333333333333")]
[Example("numeric 'NaN' / 0", "NaN")]
[Example("numeric 'Infinity' / 0", "error 22012")]
internal readonly struct DivideNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Divide(first, second);
}

[ScalarFunction("$modulus", "The remainder of a division, with the sign of the dividend.", Aliases = ["mod"])]
[Example("numeric '-7.5' % 2", "-1.5")]
[Example("numeric '5' % 0", "error 22012")]
internal readonly struct ModulusNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Modulus(first, second);
}

[ScalarFunction("div", "The whole part of a quotient.")]
[Example("div(numeric '1e40', 7)", "1428571428571428571428571428571428571428")]
internal readonly struct DivNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.DivideWhole(first, second);
}

[ScalarFunction("$negate", "The number with the other sign.")]
[Example("-(numeric '1.5')", "-1.5")]
internal readonly struct NegateNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => -first;
}

[ScalarFunction("abs", "The absolute value.")]
[Example("abs(numeric '-Infinity')", "Infinity")]
internal readonly struct AbsNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigMath.Abs(first);
}

[ScalarFunction("sign", "-1, 0 or 1: the sign of a number; NaN of NaN.", Aliases = ["signum"])]
[Example("sign(numeric '-1e50')", "-1")]
internal readonly struct SignNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => first.IsNaN ? first : new BigNumber(first.Sign);
}

[ScalarFunction("floor", "The largest whole number not above a number.")]
[Example("floor(numeric '-1.5')", "-2")]
internal readonly struct FloorNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigMath.Floor(first);
}

[ScalarFunction("ceil", "The smallest whole number not below a number.", Aliases = ["ceiling"])]
[Example("ceil(numeric '-1.5')", "-1")]
internal readonly struct CeilingNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigMath.Ceiling(first);
}

[ScalarFunction("round", "The nearest whole number; halves go away from zero.")]
[Example("round(numeric '-2.5')", "-3")]
internal readonly struct RoundNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => first.Round(0);
}

[ScalarFunction("round", "A number rounded to so many digits after the point.")]
[Example("round(numeric '4.5e50', -50)", "500000000000000000000000000000000000000000000000000")]
internal readonly struct RoundNumberTo : IFunction<BigNumber, long, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, long second) => BigMath.Checked(first.Round(Digits.Of(second)));
}

[ScalarFunction("truncate", "A number without its digits after the point.", Aliases = ["trunc"])]
[Example("trunc(numeric '-1.7')", "-1")]
internal readonly struct TruncateNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => first.Truncate(0);
}

[ScalarFunction("truncate", "A number with so many digits after the point, the others cut.", Aliases = ["trunc"])]
[Example("trunc(numeric '2.349', 2)", "2.34")]
internal readonly struct TruncateNumberTo : IFunction<BigNumber, long, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, long second) => first.Truncate(Digits.Of(second));
}

[ScalarFunction("gcd", "The greatest common divisor.")]
[Example("gcd(numeric '330.3', numeric '462')", "0.3")]
internal readonly struct GcdNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Gcd(first, second);
}

[ScalarFunction("lcm", "The least common multiple.")]
[Example("lcm(numeric '1.5', numeric '2')", "6")]
internal readonly struct LcmNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigMath.Lcm(first, second);
}

[ScalarFunction("scale", "The number of digits after the point; a number of any size keeps no zeros at its end.")]
[Example("scale(numeric '8.4100')", "2")]
[Example("scale(numeric 'NaN')", "NULL")]
internal readonly struct ScaleOfNumber : IFunction<BigNumber, int?>
{
    public static int? Invoke(BigNumber first) => first.IsFinite ? Math.Max(0, first.Normalize().Scale) : null;
}

[ScalarFunction("min_scale", "The fewest digits after the point that show a number exactly.")]
[Example("min_scale(numeric '8.4100')", "2")]
internal readonly struct MinScaleOfNumber : IFunction<BigNumber, int?>
{
    public static int? Invoke(BigNumber first) => ScaleOfNumber.Invoke(first);
}

[ScalarFunction("trim_scale", "A number without zeros at the end of its fraction.")]
[Example("trim_scale(numeric '8.4100')", "8.41")]
internal readonly struct TrimNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => first;
}

[ScalarFunction("sqrt", "The square root.")]
[Example("sqrt(numeric '2')", "1.414213562373095")]
[Example("sqrt(-1.5)", "error 2201F")]
internal readonly struct SqrtNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigMath.Sqrt(first);
}

[ScalarFunction("exp", "e to the power of a number.")]
[Example("exp(1.0)", "2.7182818284590452")]
[Example("exp(numeric '-Infinity')", "0")]
internal readonly struct ExpNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigPowers.Exp(first);
}

[ScalarFunction("ln", "The natural logarithm.")]
[Example("ln(2.0)", "0.6931471805599453")]
[Example("ln(-1.5)", "error 2201E")]
internal readonly struct LnNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigPowers.Ln(first);
}

[ScalarFunction("log", "The logarithm to base 10.", Aliases = ["log10"])]
[Example("log(100.0)", "2")]
internal readonly struct LogNumber : IFunction<BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first) => BigPowers.Log(new BigNumber(10), first);
}

[ScalarFunction("log", "The logarithm of the second number to the first one as its base.")]
[Example("log(2.0, 64.0)", "6")]
internal readonly struct LogBaseNumber : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigPowers.Log(first, second);
}

[ScalarFunction("power", "A number to the power of another.", Aliases = ["pow", "$power"])]
[Example("power(2.0, 100)", "1267650600228229401496703205376")]
[Example("power(0.5, 0.5)", "0.7071067811865475")]
[Example("power(-8.0, 0.5)", "error 2201F")]
internal readonly struct PowerNumbers : IFunction<BigNumber, BigNumber, BigNumber>
{
    public static BigNumber Invoke(BigNumber first, BigNumber second) => BigPowers.Power(first, second);
}

[ScalarFunction("width_bucket", "The number of the bucket, of so many equal ones between two bounds, that a number falls into.")]
[Example("width_bucket(numeric '5.35', 0.024, 10.06, 5)", "3")]
[Example("width_bucket(numeric 'NaN', 1, 10, 5)", "error 22023")]
internal readonly struct WidthBucketOfNumber : IFunction<BigNumber, BigNumber, BigNumber, long, long>
{
    public static long Invoke(BigNumber first, BigNumber second, BigNumber third, long fourth)
    {
        if (fourth <= 0 || second == third || !second.IsFinite || !third.IsFinite || first.IsNaN)
            throw MathErrors.Argument($"width_bucket({first}, {second}, {third}, {fourth}) has no buckets");
        bool isAscending = second < third;
        if (isAscending ? first < second : first > second)
            return 0;
        if (isAscending ? first >= third : first <= third)
            return fourth + 1;
        BigNumber place = BigMath.Multiply(BigMath.Subtract(first, second), new BigNumber(fourth));
        return (long)BigMath.DivideWhole(place, BigMath.Subtract(third, second)).UnscaledAt(0) + 1;
    }
}

/// <summary>Numbers of digits.</summary>
internal static class Digits
{
    /// <summary>A number of digits, none beyond what numbers may have.</summary>
    public static int Of(long digits) => digits != (int)digits ? throw Maths.MathErrors.OutOfRange($"a number of {digits} digits") : (int)Math.Clamp(digits, -BigNumber.MaxWholeDigits - 1, BigNumber.MaxScale);
}
