using System.Globalization;
using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Maths;

/// <summary>What numeric functions refuse.</summary>
internal static class MathErrors
{
    /// <summary>The argument of a logarithm.</summary>
    public static double Positive(double value) => value > 0 || double.IsNaN(value)
        ? value
        : throw new QueryException(ErrorCode.InvalidArgumentForLogarithm, string.Create(CultureInfo.InvariantCulture, $"the logarithm of {value} is not real"));

    /// <summary>A result that overflowed raises, unless an argument was infinite.</summary>
    public static double Finite(double result, params ReadOnlySpan<double> arguments)
    {
        if (!double.IsInfinity(result))
            return result;
        foreach (double argument in arguments)
            if (!double.IsFinite(argument))
                return result;
        throw OutOfRange("the result");
    }

    /// <summary>The argument of a trigonometric function.</summary>
    public static double FiniteArgument(double value) => double.IsInfinity(value) ? throw Argument("an infinite angle has no sine") : value;

    public static QueryException Power(string message) => new(ErrorCode.InvalidArgumentForPower, message);

    public static QueryException Argument(string message) => new(ErrorCode.InvalidParameterValue, message);

    public static QueryException OutOfRange(string what) => new(ErrorCode.NumericValueOutOfRange, $"{what} is out of range");
}

/// <summary>Rounding to a number of digits.</summary>
internal static class Rounding
{
    /// <summary>Rounds half away from zero, by the decimal digits that the double prints.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 17)
            return value;
        if (digits < -308)
            return 0;
        if (Math.Abs(value) < 1e15 && digits is >= 0 and <= 15 && Math.Abs(value) < 7e27)
            return (double)decimal.Round((decimal)value, digits, MidpointRounding.AwayFromZero);
        double factor = Math.Pow(10, Math.Abs(digits));
        return digits < 0 ? Math.Round(value / factor, MidpointRounding.AwayFromZero) * factor : value;
    }

    /// <summary>The cube root, with one step of Newton's after the library's, which is one bit off for -27.</summary>
    public static double CubeRoot(double value)
    {
        double root = Math.Cbrt(value);
        return root == 0 || !double.IsFinite(root) ? root : root - (((root * root * root) - value) / (3 * root * root));
    }

    /// <summary>Cuts the other digits.</summary>
    public static double Truncate(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 17)
            return value;
        double factor = Math.Pow(10, Math.Abs(digits));
        if (digits < 0)
            return Math.Truncate(value / factor) * factor;
        double scaled = value * factor;
        return double.IsFinite(scaled) ? Math.Truncate(scaled) / factor : value;
    }

    /// <summary>Rounds a whole number to tens, hundreds, ... half away from zero.</summary>
    public static T Round<T>(T value, int digits)
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (digits >= 0)
            return value;
        if (digits < -19)
            return T.Zero;
        Int128 factor = Operators.DecimalMath.PowerOfTen(-digits);
        Int128 rounded = Operators.DecimalMath.DivideRounded(Int128.CreateChecked(value), factor) * factor;
        return rounded >= Int128.CreateChecked(T.MinValue) && rounded <= Int128.CreateChecked(T.MaxValue)
            ? T.CreateTruncating(rounded)
            : throw MathErrors.OutOfRange(string.Create(CultureInfo.InvariantCulture, $"round({value}, {digits})"));
    }
}

/// <summary>Divisors and multiples.</summary>
internal static class Divisors
{
    /// <summary>The greatest common divisor, not negative.</summary>
    public static long Gcd(long left, long right)
    {
        UInt128 l = (UInt128)Int128.Abs(left), r = (UInt128)Int128.Abs(right);
        while (r != 0)
            (l, r) = (r, l % r);
        return l <= long.MaxValue ? (long)l : throw MathErrors.OutOfRange("the greatest common divisor");
    }

    /// <summary>The least common multiple, not negative.</summary>
    public static long Lcm(long left, long right)
    {
        if (left == 0 || right == 0)
            return 0;
        Int128 multiple = Int128.Abs((Int128)left / Gcd(left, right) * right);
        return multiple <= long.MaxValue ? (long)multiple : throw MathErrors.OutOfRange("the least common multiple");
    }

    /// <summary>The greatest common divisor of decimals of one scale, unscaled.</summary>
    public static Int128 Gcd(Int128 left, Int128 right)
    {
        (left, right) = (Int128.Abs(left), Int128.Abs(right));
        while (right != 0)
            (left, right) = (right, left % right);
        return left;
    }

    /// <summary>1 * 2 * ... * n, as far as 38 digits hold it.</summary>
    public static Int128 Factorial(long number)
    {
        if (number < 0)
            throw MathErrors.Argument($"the factorial of {number} is not defined");
        if (number > 33)
            throw MathErrors.OutOfRange($"factorial({number})");
        Int128 product = 1;
        for (long factor = 2; factor <= number; factor++)
            product *= factor;
        return product;
    }
}
