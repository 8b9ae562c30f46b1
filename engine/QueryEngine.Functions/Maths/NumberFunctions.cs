using System.Globalization;
using System.Numerics;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("abs", "The absolute value.")]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("abs(-5)", "5")]
[Example("abs(5)", "5")]
internal readonly struct AbsFunction<T> : IFunction<T, T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
{
    public static T Invoke(T first) => first == T.MinValue ? throw MathErrors.OutOfRange(string.Create(CultureInfo.InvariantCulture, $"abs({first})")) : T.Abs(first);
}

[ScalarFunction("abs", "The absolute value.")]
[ForTypes(typeof(float), typeof(double))]
[Example("abs(-1.5e0)", "1.5")]
internal readonly struct AbsFloatFunction<T> : IFunction<T, T>
    where T : unmanaged, IFloatingPoint<T>
{
    public static T Invoke(T first) => T.Abs(first);
}

[ScalarFunction("sign", "-1, 0 or 1: the sign of a number.", Aliases = ["signum"])]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("sign(-5)", "-1")]
internal readonly struct SignFunction<T> : IFunction<T, T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
{
    public static T Invoke(T first) => T.CreateTruncating(T.Sign(first));
}

[ScalarFunction("sign", "-1, 0 or 1: the sign of a number; 0 of NaN.", Aliases = ["signum"])]
[Example("sign(-0.5e0)", "-1")]
[Example("sign(nan())", "0")]
internal readonly struct SignFloatFunction : IFunction<double, double>
{
    public static double Invoke(double first) => double.IsNaN(first) ? 0 : Math.Sign(first);
}

[ScalarFunction("floor", "The largest whole number not above a number.")]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("floor(5)", "5")]
internal readonly struct FloorIntegerFunction<T> : IFunction<T, T>
    where T : unmanaged
{
    public static T Invoke(T first) => first;
}

[ScalarFunction("floor", "The largest whole number not above a number.")]
[Example("floor(1.5e0)", "1")]
internal readonly struct FloorFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Floor(first);
}

[ScalarFunction("ceil", "The smallest whole number not below a number.", Aliases = ["ceiling"])]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("ceil(5)", "5")]
internal readonly struct CeilingIntegerFunction<T> : IFunction<T, T>
    where T : unmanaged
{
    public static T Invoke(T first) => first;
}

[ScalarFunction("ceil", "The smallest whole number not below a number.", Aliases = ["ceiling"])]
[Example("ceil(1.5e0)", "2")]
internal readonly struct CeilingFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Ceiling(first);
}

[ScalarFunction("round", "The nearest whole number; halves go away from zero.")]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("round(5)", "5")]
internal readonly struct RoundIntegerFunction<T> : IFunction<T, T>
    where T : unmanaged
{
    public static T Invoke(T first) => first;
}

[ScalarFunction("round", "The nearest whole number; halves go away from zero.")]
[Example("round(2.5e0)", "3")]
[Example("round(-2.5e0)", "-3")]
internal readonly struct RoundFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Round(first, MidpointRounding.AwayFromZero);
}

[ScalarFunction("round", "A double with so many digits after the point.")]
[Example("round(2.345e0, 2)", "2.35")]
[Example("round(1234.5e0, -2)", "1200")]
internal readonly struct RoundToFunction : IFunction<double, int, double>
{
    public static double Invoke(double first, int second) => Rounding.Round(first, second);
}

[ScalarFunction("truncate", "A number without its digits after the point.", Aliases = ["trunc"])]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("truncate(5)", "5")]
internal readonly struct TruncateIntegerFunction<T> : IFunction<T, T>
    where T : unmanaged
{
    public static T Invoke(T first) => first;
}

[ScalarFunction("truncate", "A double without its digits after the point.", Aliases = ["trunc"])]
[Example("truncate(-1.7e0)", "-1")]
internal readonly struct TruncateFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Truncate(first);
}

[ScalarFunction("truncate", "A double with so many digits after the point, the others cut.", Aliases = ["trunc"])]
[Example("truncate(2.349e0, 2)", "2.34")]
internal readonly struct TruncateToFunction : IFunction<double, int, double>
{
    public static double Invoke(double first, int second) => Rounding.Truncate(first, second);
}

[ScalarFunction("round", "A whole number rounded to tens, hundreds, ...")]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("round(1250, -2)", "1300")]
[Example("round(TINYINT '127', -1)", "error 22003")]
[Example("round(1250, -20)", "0")]
internal readonly struct RoundIntegerToFunction<T> : IFunction<T, int, T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static T Invoke(T first, int second) => Rounding.Round(first, second);
}

[ScalarFunction("gcd", "The greatest common divisor.", Aliases = ["greatest_common_divisor"])]
[Example("gcd(12, 18)", "6")]
internal readonly struct GcdFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => Divisors.Gcd(first, second);
}

[ScalarFunction("lcm", "The least common multiple.", Aliases = ["least_common_multiple"])]
[Example("lcm(4, 6)", "12")]
internal readonly struct LcmFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => Divisors.Lcm(first, second);
}

[ScalarFunction("div", "The whole part of a quotient.")]
[Example("div(7, 2)", "3")]
internal readonly struct DivFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => Operators.DivideIntegers<long>.Invoke(first, second == 0 ? throw Operators.DecimalMath.DivisionByZero() : second);
}

[ScalarFunction("width_bucket", "The number of the bucket, of so many equal ones between two bounds, that a number falls into.")]
[Example("width_bucket(5.35, 0.024, 10.06, 5)", "3")]
internal readonly struct WidthBucketFunction : IFunction<double, double, double, long, long>
{
    public static long Invoke(double first, double second, double third, long fourth)
    {
        if (fourth <= 0 || second == third || !double.IsFinite(second) || !double.IsFinite(third) || double.IsNaN(first))
            throw MathErrors.Argument($"width_bucket({first}, {second}, {third}, {fourth}) has no buckets");
        double at = second < third ? (first - second) / (third - second) : (second - first) / (second - third);
        return at < 0 ? 0 : at >= 1 ? fourth + 1 : (long)(at * fourth) + 1;
    }
}

[ScalarFunction("bitwise_and", "The bits of two integers joined by AND.", Aliases = ["$bitwise_and"])]
[Example("bitwise_and(12, 10)", "8")]
internal readonly struct BitwiseAndFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => first & second;
}

[ScalarFunction("bitwise_or", "The bits of two integers joined by OR.", Aliases = ["$bitwise_or"])]
[Example("bitwise_or(12, 10)", "14")]
internal readonly struct BitwiseOrFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => first | second;
}

[ScalarFunction("bitwise_xor", "The bits of two integers joined by XOR.", Aliases = ["$bitwise_xor", "xor"])]
[Example("bitwise_xor(12, 10)", "6")]
internal readonly struct BitwiseXorFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => first ^ second;
}

[ScalarFunction("bitwise_not", "The bits of an integer turned.", Aliases = ["$bitwise_not"])]
[Example("bitwise_not(0)", "-1")]
internal readonly struct BitwiseNotFunction : IFunction<long, long>
{
    public static long Invoke(long first) => ~first;
}

[ScalarFunction("bitwise_left_shift", "An integer's bits moved to the left.")]
[Example("bitwise_left_shift(1, 4)", "16")]
internal readonly struct ShiftLeftFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => second is < 0 or > 63 ? 0 : first << (int)second;
}

[ScalarFunction("bitwise_right_shift", "An integer's bits moved to the right; the sign stays.", Aliases = ["bitwise_right_shift_arithmetic"])]
[Example("bitwise_right_shift(16, 4)", "1")]
internal readonly struct ShiftRightFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => first >> (int)Math.Clamp(second, 0, 63);
}

[ScalarFunction("$shift_left", "An integer's bits moved to the left, by the count modulo the bits of the type.")]
[ForTypes(typeof(short), typeof(int), typeof(long))]
[Example("1 << 4", "16")]
[Example("1 << 33", "2")]
[Example("CAST(-1 AS smallint) << 15", "-32768")]
internal readonly struct ShiftLeftOperator<T> : IFunction<T, long, T>
    where T : IBinaryInteger<T>
{
    public static T Invoke(T first, long second) => T.CreateTruncating(long.CreateTruncating(first) << Shifts.Count<T>(second));
}

[ScalarFunction("$shift_right", "An integer's bits moved to the right, by the count modulo the bits of the type; the sign stays.")]
[ForTypes(typeof(short), typeof(int), typeof(long))]
[Example("16 >> 4", "1")]
[Example("-978 >> 1024", "-978")]
internal readonly struct ShiftRightOperator<T> : IFunction<T, long, T>
    where T : IBinaryInteger<T>
{
    public static T Invoke(T first, long second) => T.CreateTruncating(long.CreateTruncating(first) >> Shifts.Count<T>(second));
}

/// <summary>Shifts as PostgreSQL has them: smallints move as integers do.</summary>
internal static class Shifts
{
    /// <summary>The bits of a count that matter.</summary>
    public static int Count<T>(long count) => (int)count & (typeof(T) == typeof(long) ? 63 : 31);
}

[ScalarFunction("bit_count", "The one bits of an integer in two's complement.")]
[Example("bit_count(7)", "3")]
[Example("bit_count(-1)", "64")]
[Example("bit_count(NULL)", "NULL")]
internal readonly struct BitCountFunction : IFunction<long, long>
{
    public static long Invoke(long first) => BitOperations.PopCount((ulong)first);
}
