using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("sqrt", "The square root.")]
[Example("sqrt(16)", "4")]
[Example("sqrt(-1)", "error 2201F")]
internal readonly struct SqrtFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first < 0 ? throw MathErrors.Power($"the square root of {first} is not real") : Math.Sqrt(first);
}

[ScalarFunction("cbrt", "The cube root.")]
[Example("cbrt(-27)", "-3")]
internal readonly struct CbrtFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Rounding.CubeRoot(first);
}

[ScalarFunction("exp", "e to the power of a number.")]
[Example("exp(0)", "1")]
[Example("exp(1000)", "error 22003")]
internal readonly struct ExpFunction : IFunction<double, double>
{
    public static double Invoke(double first) => MathErrors.Finite(Math.Exp(first), first);
}

[ScalarFunction("ln", "The natural logarithm.")]
[Example("ln(1)", "0")]
[Example("ln(0)", "error 2201E")]
internal readonly struct LnFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Log(MathErrors.Positive(first));
}

[ScalarFunction("log10", "The logarithm to base 10.")]
[Example("log10(1000)", "3")]
internal readonly struct Log10Function : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Log10(MathErrors.Positive(first));
}

[ScalarFunction("log", "The logarithm to base 10.")]
[Example("log(100)", "2")]
internal readonly struct LogFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Log10(MathErrors.Positive(first));
}

[ScalarFunction("log2", "The logarithm to base 2.")]
[Example("log2(8)", "3")]
internal readonly struct Log2Function : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Log2(MathErrors.Positive(first));
}

[ScalarFunction("log", "The logarithm of the second number to the first one as its base.")]
[Example("log(2, 8)", "3")]
internal readonly struct LogBaseFunction : IFunction<double, double, double>
{
    public static double Invoke(double first, double second) => MathErrors.Positive(first) == 1
        ? throw Operators.DecimalMath.DivisionByZero() : Math.Log(MathErrors.Positive(second)) / Math.Log(first);
}

[ScalarFunction("power", "A number to the power of another.", Aliases = ["pow", "$power"])]
[Example("power(2, 10)", "1024")]
[Example("power(-8, 0.5)", "error 2201F")]
internal readonly struct PowerFunction : IFunction<double, double, double>
{
    public static double Invoke(double first, double second)
    {
        if (first < 0 && second != Math.Floor(second) && double.IsFinite(second))
            throw MathErrors.Power($"{first} to the power of {second} is not real");
        if (first == 0 && second < 0)
            throw MathErrors.Power($"zero to the power of {second} is not defined");
        return MathErrors.Finite(Math.Pow(first, second), first, second);
    }
}

[ScalarFunction("sin", "The sine of an angle in radians.")]
[Example("sin(0)", "0")]
internal readonly struct SinFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Sin(MathErrors.FiniteArgument(first));
}

[ScalarFunction("cos", "The cosine of an angle in radians.")]
[Example("cos(0)", "1")]
internal readonly struct CosFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Cos(MathErrors.FiniteArgument(first));
}

[ScalarFunction("tan", "The tangent of an angle in radians.")]
[Example("tan(0)", "0")]
internal readonly struct TanFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Tan(MathErrors.FiniteArgument(first));
}

[ScalarFunction("cot", "The cotangent of an angle in radians.")]
[Example("cot(1) * tan(1)", "1")]
internal readonly struct CotFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Math.Tan(MathErrors.FiniteArgument(first));
}

[ScalarFunction("asin", "The inverse sine, in radians.")]
[Example("asin(0)", "0")]
[Example("asin(2)", "error 22023")]
internal readonly struct AsinFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first is < -1 or > 1 ? throw MathErrors.Argument($"asin({first}) is not real") : Math.Asin(first);
}

[ScalarFunction("acos", "The inverse cosine, in radians.")]
[Example("acos(1)", "0")]
[Example("acos(2)", "error 22023")]
internal readonly struct AcosFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first is < -1 or > 1 ? throw MathErrors.Argument($"acos({first}) is not real") : Math.Acos(first);
}

[ScalarFunction("atan", "The inverse tangent, in radians.")]
[Example("atan(0)", "0")]
internal readonly struct AtanFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Atan(first);
}

[ScalarFunction("atan2", "The angle of the point (second, first), in radians.")]
[Example("atan2(0, 1)", "0")]
internal readonly struct Atan2Function : IFunction<double, double, double>
{
    public static double Invoke(double first, double second) => Math.Atan2(first, second);
}

[ScalarFunction("sinh", "The hyperbolic sine.")]
[Example("sinh(0)", "0")]
internal readonly struct SinhFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Sinh(first);
}

[ScalarFunction("cosh", "The hyperbolic cosine.")]
[Example("cosh(0)", "1")]
internal readonly struct CoshFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Cosh(first);
}

[ScalarFunction("tanh", "The hyperbolic tangent.")]
[Example("tanh(0)", "0")]
internal readonly struct TanhFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Tanh(first);
}

[ScalarFunction("asinh", "The inverse hyperbolic sine.")]
[Example("asinh(0)", "0")]
internal readonly struct AsinhFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Asinh(first);
}

[ScalarFunction("degrees", "Radians as degrees.")]
[Example("degrees(pi())", "180")]
internal readonly struct DegreesFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first * (180 / Math.PI);
}

[ScalarFunction("radians", "Degrees as radians.")]
[Example("radians(180) = pi()", "true")]
internal readonly struct RadiansFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first * (Math.PI / 180);
}

[ScalarFunction("pi", "The number pi.")]
[Example("pi()", "3.141592653589793")]
internal readonly struct PiFunction : IFunction<double>
{
    public static double Invoke() => Math.PI;
}

[ScalarFunction("e", "Euler's number.")]
[Example("e()", "2.718281828459045")]
internal readonly struct EulerFunction : IFunction<double>
{
    public static double Invoke() => Math.E;
}

[ScalarFunction("nan", "Not a number.")]
[Example("nan()", "NaN")]
internal readonly struct NanFunction : IFunction<double>
{
    public static double Invoke() => double.NaN;
}

[ScalarFunction("infinity", "The infinite double.")]
[Example("infinity()", "Infinity")]
internal readonly struct InfinityFunction : IFunction<double>
{
    public static double Invoke() => double.PositiveInfinity;
}

[ScalarFunction("is_nan", "Whether a double is NaN.", Aliases = ["isnan"])]
[Example("is_nan(nan())", "true")]
[Example("is_nan(1)", "false")]
internal readonly struct IsNanFunction : IFunction<double, bool>
{
    public static bool Invoke(double first) => double.IsNaN(first);
}

[ScalarFunction("is_finite", "Whether a double is neither NaN nor infinite.", Aliases = ["isfinite"])]
[Example("is_finite(1)", "true")]
internal readonly struct IsFiniteFunction : IFunction<double, bool>
{
    public static bool Invoke(double first) => double.IsFinite(first);
}

[ScalarFunction("is_infinite", "Whether a double is infinite.", Aliases = ["isinf"])]
[Example("is_infinite(infinity())", "true")]
internal readonly struct IsInfiniteFunction : IFunction<double, bool>
{
    public static bool Invoke(double first) => double.IsInfinity(first);
}

[ScalarFunction("random", "A double from 0 up to but not including 1.", Aliases = ["rand"], IsVolatile = true)]
[Example("random() < 1", "true")]
internal readonly struct RandomFunction : IFunction<double>
{
    public static double Invoke() => Random.Shared.NextDouble();
}

[ScalarFunction("random", "A whole number from 0 up to but not including a bound.", Aliases = ["rand"], IsVolatile = true)]
[Example("random(1)", "0")]
internal readonly struct RandomBelowFunction : IFunction<long, long>
{
    public static long Invoke(long first) => first > 0 ? Random.Shared.NextInt64(first) : throw MathErrors.Argument($"random({first}) has no numbers to choose from");
}

[ScalarFunction("random", "A whole number from a bound up to but not including another.", Aliases = ["rand"], IsVolatile = true)]
[Example("random(5, 6)", "5")]
internal readonly struct RandomBetweenFunction : IFunction<long, long, long>
{
    public static long Invoke(long first, long second) => second > first ? Random.Shared.NextInt64(first, second) : throw MathErrors.Argument($"random({first}, {second}) has no numbers to choose from");
}
