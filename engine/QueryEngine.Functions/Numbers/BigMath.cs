using System.Numerics;
using QueryEngine.Functions.Operators;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Numbers;

/// <summary>
/// Arithmetic on numbers of any size, with the digits that PostgreSQL gives: exact where a finite number of digits is, else sixteen significant ones
/// and no fewer after the point than the arguments have.
/// </summary>
internal static class BigMath
{
    /// <summary>The significant digits of results that are not exact.</summary>
    public const int SignificantDigits = 16;

    /// <summary>The most digits after the point of results that are not exact.</summary>
    public const int MaxResultScale = 1000;

    public static readonly BigNumber One = new(1);

    public static BigNumber Add(BigNumber left, BigNumber right)
    {
        if (!left.IsFinite || !right.IsFinite)
            return left.IsNaN || right.IsNaN || (left.IsInfinity && right.IsInfinity && left.Sign != right.Sign) ? BigNumber.NaN : left.IsInfinity ? left : right;
        int scale = Math.Max(left.Scale, right.Scale);
        return new BigNumber(left.UnscaledAt(scale) + right.UnscaledAt(scale), scale);
    }

    public static BigNumber Subtract(BigNumber left, BigNumber right) => Add(left, -right);

    public static BigNumber Multiply(BigNumber left, BigNumber right)
    {
        if (left.IsFinite && right.IsFinite)
            return Checked(new BigNumber(left.Unscaled * right.Unscaled, left.Scale + right.Scale).Round(BigNumber.MaxScale));
        return left.IsNaN || right.IsNaN ? BigNumber.NaN : Infinity(left.Sign * right.Sign);
    }

    public static BigNumber Divide(BigNumber left, BigNumber right)
    {
        if (SpecialQuotient(left, right) is { } special)
            return special;
        if (left.Unscaled.IsZero)
            return default;
        return Divide(left, right, QuotientScale(left, right));
    }

    /// <summary>The quotient of finite numbers with so many digits after the point, halves away from zero.</summary>
    public static BigNumber Divide(BigNumber left, BigNumber right, int scale)
    {
        (BigInteger dividend, BigInteger divisor) = Align(left, right, scale);
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        if (BigInteger.Abs(rest) * 2 >= BigInteger.Abs(divisor))
            quotient += dividend.Sign * divisor.Sign;
        return new BigNumber(quotient, scale);
    }

    /// <summary>The whole part of a quotient.</summary>
    public static BigNumber DivideWhole(BigNumber left, BigNumber right)
    {
        if (SpecialQuotient(left, right) is { } special)
            return special;
        (BigInteger dividend, BigInteger divisor) = Align(left, right, 0);
        return new BigNumber(dividend / divisor);
    }

    public static BigNumber Modulus(BigNumber left, BigNumber right)
    {
        if (left.IsNaN || right.IsNaN)
            return BigNumber.NaN;
        if (right.IsFinite && right.Unscaled.IsZero)
            throw DecimalMath.DivisionByZero();
        if (left.IsInfinity)
            return BigNumber.NaN;
        if (right.IsInfinity)
            return left;
        int scale = Math.Max(left.Scale, right.Scale);
        return new BigNumber(left.UnscaledAt(scale) % right.UnscaledAt(scale), scale);
    }

    public static BigNumber Abs(BigNumber value) => value.Sign < 0 ? -value : value;

    public static BigNumber Floor(BigNumber value)
    {
        BigNumber whole = value.Truncate(0);
        return value.Sign < 0 && whole != value ? Subtract(whole, One) : whole;
    }

    public static BigNumber Ceiling(BigNumber value) => -Floor(-value);

    public static BigNumber Gcd(BigNumber left, BigNumber right)
    {
        if (!left.IsFinite || !right.IsFinite)
            return BigNumber.NaN;
        int scale = Math.Max(left.Scale, right.Scale);
        return new BigNumber(BigInteger.GreatestCommonDivisor(left.UnscaledAt(scale), right.UnscaledAt(scale)), scale);
    }

    public static BigNumber Lcm(BigNumber left, BigNumber right)
    {
        if (!left.IsFinite || !right.IsFinite)
            return BigNumber.NaN;
        if (left.Sign == 0 || right.Sign == 0)
            return default;
        return Abs(Multiply(DivideWhole(left, Gcd(left, right)), right));
    }

    public static BigNumber Sqrt(BigNumber value)
    {
        if (value.Sign < 0)
            throw Maths.MathErrors.Power($"the square root of {value} is not real");
        if (!value.IsFinite || value.Unscaled.IsZero)
            return value;
        int scale = Math.Clamp(Math.Max(SignificantDigits - ((FirstPlace(value) / 2) + 1), value.Scale), 0, MaxResultScale);
        return new BigNumber(BigRoots.Root(value.UnscaledAt((scale + 1) * 2)), scale + 1).Round(scale);
    }

    /// <summary>The digits of the whole part; not positive where zeros follow the point: the value is below ten to this power.</summary>
    public static int Magnitude(BigNumber value)
    {
        BigInteger magnitude = BigInteger.Abs(value.Unscaled);
        if (magnitude.IsZero)
            return -value.Scale;
        int digits = (int)((magnitude.GetBitLength() - 1) * 0.30102999566398119) + 1;
        if (magnitude >= BigNumber.PowerOfTen(digits))
            digits++;
        return digits - value.Scale;
    }

    /// <summary>A number that is not beyond the range.</summary>
    /// <exception cref="QueryException">NUMERIC_VALUE_OUT_OF_RANGE.</exception>
    public static BigNumber Checked(BigNumber value) => value.IsFinite && !value.Unscaled.IsZero && Magnitude(value) > BigNumber.MaxWholeDigits ? throw Overflow() : value;

    public static QueryException Overflow() => new(ErrorCode.NumericValueOutOfRange, "the value overflows the type numeric");

    private static BigNumber Infinity(int sign) => sign switch
    {
        > 0 => BigNumber.PositiveInfinity,
        < 0 => BigNumber.NegativeInfinity,
        _ => BigNumber.NaN,
    };

    private static BigNumber? SpecialQuotient(BigNumber left, BigNumber right)
    {
        if (left.IsNaN || right.IsNaN)
            return BigNumber.NaN;
        if (right.IsFinite && right.Unscaled.IsZero)
            throw DecimalMath.DivisionByZero();
        if (left.IsInfinity)
            return right.IsInfinity ? BigNumber.NaN : Infinity(left.Sign * right.Sign);
        return right.IsInfinity ? default(BigNumber) : null;
    }

    // Whole numbers whose quotient is that of the two times ten to the scale.
    private static (BigInteger Dividend, BigInteger Divisor) Align(BigNumber left, BigNumber right, int scale)
    {
        int shift = scale + right.Scale - left.Scale;
        return shift >= 0
            ? (left.Unscaled * BigNumber.PowerOfTen(shift), right.Unscaled)
            : (left.Unscaled, right.Unscaled * BigNumber.PowerOfTen(-shift));
    }

    // PostgreSQL counts digits by fours; so the place of the quotient's first four decides how many follow the point.
    private static int QuotientScale(BigNumber left, BigNumber right)
    {
        (int leftPlace, int leftFirst) = FirstFour(left);
        (int rightPlace, int rightFirst) = FirstFour(right);
        int place = leftPlace - rightPlace - (leftFirst <= rightFirst ? 1 : 0);
        return Math.Clamp(Math.Max(SignificantDigits - (place * 4), Math.Max(left.Scale, right.Scale)), 0, MaxResultScale);
    }

    private static (int Place, int First) FirstFour(BigNumber value)
    {
        int magnitude = Magnitude(value);
        int place = (int)Math.Floor((magnitude - 1) / 4.0);
        BigNumber first = new BigNumber(BigInteger.Abs(value.Unscaled), value.Scale + (place * 4)).Truncate(0);
        return (place, (int)first.UnscaledAt(0));
    }

    private static int FirstPlace(BigNumber value) => Magnitude(value) - 1;
}
