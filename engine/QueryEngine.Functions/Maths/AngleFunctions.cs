using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("acosh", "The inverse hyperbolic cosine.")]
[Example("acosh(1)", "0")]
[Example("acosh(0)", "error 22023")]
internal readonly struct AcoshFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first < 1 ? throw MathErrors.Argument($"acosh({first}) is not real") : Math.Acosh(first);
}

[ScalarFunction("atanh", "The inverse hyperbolic tangent.")]
[Example("atanh(0)", "0")]
[Example("atanh(2)", "error 22023")]
internal readonly struct AtanhFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first is < -1 or > 1 ? throw MathErrors.Argument($"atanh({first}) is not real") : Math.Atanh(first);
}

[ScalarFunction("sind", "The sine of an angle in degrees.")]
[Example("sind(30)", "0.5")]
internal readonly struct SindFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Degrees.Sin(MathErrors.FiniteArgument(first));
}

[ScalarFunction("cosd", "The cosine of an angle in degrees.")]
[Example("cosd(60)", "0.5")]
internal readonly struct CosdFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Degrees.Sin(90 - Math.IEEERemainder(MathErrors.FiniteArgument(first), 360));
}

[ScalarFunction("tand", "The tangent of an angle in degrees.")]
[Example("tand(45)", "1")]
internal readonly struct TandFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Degrees.Tan(MathErrors.FiniteArgument(first));
}

[ScalarFunction("cotd", "The cotangent of an angle in degrees.")]
[Example("cotd(45)", "1")]
internal readonly struct CotdFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Degrees.Tan(MathErrors.FiniteArgument(first));
}

[ScalarFunction("asind", "The inverse sine, in degrees.")]
[Example("asind(0.5)", "30")]
[Example("asind(2)", "error 22023")]
internal readonly struct AsindFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Degrees.Of(AsinFunction.Invoke(first));
}

[ScalarFunction("acosd", "The inverse cosine, in degrees.")]
[Example("acosd(0.5)", "60")]
internal readonly struct AcosdFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Degrees.Of(AcosFunction.Invoke(first));
}

[ScalarFunction("atand", "The inverse tangent, in degrees.")]
[Example("atand(1)", "45")]
internal readonly struct AtandFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Degrees.Of(Math.Atan(first));
}

[ScalarFunction("atan2d", "The angle of the point (second, first), in degrees.")]
[Example("atan2d(1, 0)", "90")]
internal readonly struct Atan2dFunction : IFunction<double, double, double>
{
    public static double Invoke(double first, double second) => Degrees.Of(Math.Atan2(first, second));
}

[ScalarFunction("sec", "The secant of an angle in radians.")]
[Example("sec(0)", "1")]
internal readonly struct SecFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Math.Cos(MathErrors.FiniteArgument(first));
}

[ScalarFunction("csc", "The cosecant of an angle in radians.")]
[Example("csc(pi() / 2)", "1")]
internal readonly struct CscFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Math.Sin(MathErrors.FiniteArgument(first));
}

[ScalarFunction("coth", "The hyperbolic cotangent.")]
[Example("round(coth(1), 6)", "1.313035")]
internal readonly struct CothFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Math.Tanh(first);
}

[ScalarFunction("sech", "The hyperbolic secant.")]
[Example("sech(0)", "1")]
internal readonly struct SechFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Math.Cosh(first);
}

[ScalarFunction("csch", "The hyperbolic cosecant.")]
[Example("round(csch(1), 6)", "0.850918")]
internal readonly struct CschFunction : IFunction<double, double>
{
    public static double Invoke(double first) => 1 / Math.Sinh(first);
}

[ScalarFunction("acot", "The inverse cotangent, in radians.")]
[Example("round(acot(1), 6)", "0.785398")]
internal readonly struct AcotFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Math.Atan2(1, first);
}

[ScalarFunction("hypot", "The length of the vector (first, second).")]
[Example("hypot(3, 4)", "5")]
internal readonly struct HypotFunction : IFunction<double, double, double>
{
    public static double Invoke(double first, double second) => double.Hypot(first, second);
}

/// <summary>Angles in degrees: exact where the result is.</summary>
internal static class Degrees
{
    /// <summary>The sine.</summary>
    public static double Sin(double degrees)
    {
        degrees = Math.IEEERemainder(degrees, 360);
        double sign = degrees < 0 ? -1 : 1;
        degrees = Math.Abs(degrees);
        degrees = degrees > 90 ? 180 - degrees : degrees;
        return sign * (degrees == 30 ? 0.5 : degrees == 90 ? 1 : degrees == 0 ? 0 : Math.Sin(degrees * (Math.PI / 180)));
    }

    /// <summary>The tangent.</summary>
    public static double Tan(double degrees)
    {
        degrees = Math.IEEERemainder(degrees, 180);
        return Math.Abs(degrees) == 45 ? Math.Sign(degrees) : Math.Abs(degrees) == 90 ? double.PositiveInfinity * Math.Sign(degrees) : Math.Tan(degrees * (Math.PI / 180));
    }

    /// <summary>Radians as degrees; what is a whole number but for the last bits is whole.</summary>
    public static double Of(double radians)
    {
        double degrees = radians * (180 / Math.PI);
        double whole = Math.Round(degrees);
        return Math.Abs(degrees - whole) < 1e-13 ? whole : degrees;
    }
}
