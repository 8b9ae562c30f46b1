using System.Numerics;
using QueryEngine.Functions.Maths;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Numbers;

/// <summary>Powers, exponentials and logarithms of numbers of any size, with as many digits as PostgreSQL gives.</summary>
internal static class BigPowers
{
    private const double DigitsOfE = 0.434294481903252;

    // Whole powers of no more digits are multiplied out, which takes far less time than logarithms of as many digits.
    private const int MaxExactDigits = 4 * BigNumber.MaxWholeDigits;

    private static readonly BigNumber _tenth = new(1, 1);

    public static BigNumber Exp(BigNumber value)
    {
        if (!value.IsFinite)
            return value.Sign < 0 ? default : value;

        double approximate = value.ToDouble() * DigitsOfE;
        if (Math.Abs(approximate) >= BigNumber.MaxWholeDigits)
            return approximate > 0 ? throw BigMath.Overflow() : default;
        int scale = ScaleOf(approximate, value.Scale);
        return ExpOf(value.UnscaledAt, approximate, scale);
    }

    public static BigNumber Ln(BigNumber value)
    {
        CheckArgument(value);
        if (!value.IsFinite)
            return value;
        int scale = Math.Clamp(Math.Max(BigMath.SignificantDigits - PlaceOfLn(value), value.Scale), 0, BigMath.MaxResultScale);
        return new BigNumber(BigRoots.Ln(value, scale + 5), scale + 5).Round(scale);
    }

    public static BigNumber Log(BigNumber numberBase, BigNumber value)
    {
        if (numberBase.IsNaN || value.IsNaN)
            return BigNumber.NaN;
        CheckArgument(numberBase);
        CheckArgument(value);
        if (numberBase.IsInfinity)
            return value.IsInfinity ? BigNumber.NaN : default;
        if (value.IsInfinity)
            return value;
        if (value == BigMath.One && numberBase != BigMath.One)
            return default;
        if (numberBase == BigMath.One)
            throw Operators.DecimalMath.DivisionByZero();

        int place = PlaceOfLn(value) - PlaceOfLn(numberBase);
        int scale = Math.Clamp(Math.Max(BigMath.SignificantDigits - place, Math.Max(numberBase.Scale, value.Scale)), 0, BigMath.MaxResultScale);
        int digits = scale + 10 + Math.Max(0, -PlaceOfLn(numberBase) * 2) + Math.Max(0, place);
        var ofValue = new BigNumber(BigRoots.Ln(value, digits), digits);
        var ofBase = new BigNumber(BigRoots.Ln(numberBase, digits), digits);
        return BigMath.Divide(ofValue, ofBase, scale);
    }

    public static BigNumber Power(BigNumber number, BigNumber exponent)
    {
        if (number.IsNaN || exponent.IsNaN)
            return exponent == default || number == BigMath.One ? BigMath.One : BigNumber.NaN;
        if (number.Sign == 0 && exponent.Sign < 0)
            throw MathErrors.Power($"zero to the power of {exponent} is not defined");
        bool isWhole = exponent.IsInfinity || exponent == exponent.Truncate(0);
        if (number.Sign < 0 && !isWhole)
            throw MathErrors.Power($"{number} to the power of {exponent} is not real");
        if (number == BigMath.One || exponent.Sign == 0)
            return BigMath.One;
        if (number.Sign == 0)
            return default;
        bool isOdd = exponent.IsFinite && isWhole && !exponent.UnscaledAt(0).IsEven;
        if (!number.IsFinite || !exponent.IsFinite)
            return PowerOfInfinity(number, exponent, isOdd);

        if (isWhole && exponent.UnscaledAt(0) is var whole && whole > 0 && whole * Digits(number) < MaxExactDigits)
            return Exact(number, (int)whole, exponent.Scale);
        return OfLogarithm(number, exponent, isOdd && number.Sign < 0);
    }

    private static BigNumber Exact(BigNumber number, int exponent, int exponentScale)
    {
        var power = new BigNumber(BigInteger.Pow(number.Unscaled, exponent), number.Scale * exponent);
        double approximate = Approximate(number, new BigNumber(exponent));
        return BigMath.Checked(power.Round(ScaleOf(approximate, Math.Max(number.Scale, exponentScale))));
    }

    private static BigNumber PowerOfInfinity(BigNumber number, BigNumber exponent, bool isOdd)
    {
        if (exponent.IsInfinity)
        {
            int order = number.IsInfinity ? 1 : BigMath.Abs(number).CompareTo(BigMath.One);
            return order == 0 ? BigMath.One : (order > 0) == (exponent.Sign > 0) ? BigNumber.PositiveInfinity : default;
        }

        if (exponent.Sign < 0)
            return default;
        return number.Sign < 0 && isOdd ? BigNumber.NegativeInfinity : BigNumber.PositiveInfinity;
    }

    private static BigNumber OfLogarithm(BigNumber number, BigNumber exponent, bool isNegative)
    {
        BigNumber magnitude = BigMath.Abs(number);
        double approximate = Approximate(magnitude, exponent);
        if (approximate >= BigNumber.MaxWholeDigits + 1)
            throw BigMath.Overflow();
        if (approximate + 1 < -BigMath.MaxResultScale)
            return default;

        // The error of the logarithm is multiplied by the exponent, and then by the result.
        int scale = ScaleOf(approximate, Math.Max(number.Scale, exponent.Scale));
        int digits = scale + Math.Max(0, (int)approximate) + Math.Max(0, BigMath.Magnitude(exponent)) + 10;
        var ln = new BigNumber(BigRoots.Ln(magnitude, digits), digits);
        BigNumber product = BigMath.Multiply(ln, exponent);
        BigNumber result = ExpOf(product.UnscaledAt, approximate, scale);
        return isNegative ? -result : result;
    }

    private static BigNumber ExpOf(Func<int, BigInteger> exponentAt, double approximate, int scale)
    {
        int digits = scale + Math.Max(0, (int)approximate) + 10;
        (BigInteger value, int power) = BigRoots.Exp(exponentAt(digits), digits);
        return BigMath.Checked(new BigNumber(value, digits - power).Round(scale));
    }

    // The decimal logarithm of a power: of numbers near 1 by the first digits of what they are more than 1.
    private static double Approximate(BigNumber number, BigNumber exponent)
    {
        BigNumber magnitude = BigMath.Abs(number);
        BigNumber excess = BigMath.Subtract(magnitude, BigMath.One);
        if (BigMath.Magnitude(excess) < -7 && excess.Sign != 0)
            return BigMath.Multiply(excess, exponent).ToDouble() * DigitsOfE;
        int power = BigMath.Magnitude(magnitude);
        double mantissa = new BigNumber(magnitude.Unscaled, magnitude.Scale + power).ToDouble();
        return (power + Math.Log10(mantissa)) * exponent.ToDouble();
    }

    private static int ScaleOf(double approximateDigits, int leastScale) =>
        Math.Clamp(Math.Max(BigMath.SignificantDigits - (int)approximateDigits, leastScale), 0, BigMath.MaxResultScale);

    private static int Digits(BigNumber value) => BigMath.Magnitude(value) + value.Scale;

    // The place of the first digit of the logarithm, as near as PostgreSQL guesses it: 0 of the ones, -1 of the first one after the point.
    private static int PlaceOfLn(BigNumber value)
    {
        BigNumber excess = BigMath.Abs(BigMath.Subtract(value, BigMath.One));
        if (excess.Sign == 0)
            return 0;
        if (excess <= _tenth)
            return BigMath.Magnitude(excess) - 1;
        int power = BigMath.Magnitude(value);
        double mantissa = new BigNumber(value.Unscaled, value.Scale + power).ToDouble();
        return (int)Math.Log10(Math.Abs((power / DigitsOfE) + Math.Log(mantissa)));
    }

    private static void CheckArgument(BigNumber value)
    {
        if (!value.IsNaN && value.Sign <= 0)
            throw new QueryException(ErrorCode.InvalidArgumentForLogarithm, $"the logarithm of {value} is not real");
    }
}
