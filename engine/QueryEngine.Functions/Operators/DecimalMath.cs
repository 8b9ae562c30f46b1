using System.Globalization;
using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Operators;

/// <summary>Exact arithmetic on unscaled decimals of up to 38 digits. What does not fit raises NUMERIC_VALUE_OUT_OF_RANGE.</summary>
internal static class DecimalMath
{
    /// <summary>10^38, the first number of 39 digits.</summary>
    public static readonly Int128 Limit = Power(38);

    private static readonly Int128[] _powers = [.. Enumerable.Range(0, 39).Select(Power)];

    /// <summary>10 to the power of 0 to 38.</summary>
    public static Int128 PowerOfTen(int exponent) => _powers[exponent];

    /// <summary>10 to the power of 0 to 18.</summary>
    public static long ShortPowerOfTen(int exponent) => (long)_powers[exponent];

    /// <summary>The sum. Two numbers of 38 digits can leave even 128 bits.</summary>
    public static Int128 Add(Int128 left, Int128 right)
    {
        Int128 sum = left + right;
        if (((left ^ sum) & (right ^ sum)) < 0)
            Narrow((BigInteger)left + right);
        return sum;
    }

    /// <summary>The product.</summary>
    public static Int128 Multiply(Int128 left, Int128 right)
    {
        if (left == (long)left && right == (long)right)
            return BigMul((long)left, (long)right);

        return Narrow((BigInteger)left * right);
    }

    /// <summary>The product divided by 10^<paramref name="digits"/>, rounded half away from zero.</summary>
    public static Int128 MultiplyRounded(Int128 left, Int128 right, int digits)
    {
        BigInteger product = (BigInteger)left * right;
        BigInteger divisor = BigInteger.Pow(10, digits);
        return Narrow((product + (product.Sign * divisor / 2)) / divisor);
    }

    /// <summary>The 128-bit product of 64-bit numbers.</summary>
    public static Int128 BigMul(long left, long right)
    {
        long high = Math.BigMul(left, right, out long low);
        return new Int128((ulong)high, (ulong)low);
    }

    /// <summary>left * 10^<paramref name="exponent"/> / right, rounded half away from zero.</summary>
    public static Int128 Divide(Int128 left, int exponent, Int128 right)
    {
        if (right == 0)
            throw DivisionByZero();
        if (exponent <= 18 && left == (long)left)
        {
            Int128 product = BigMul((long)left, ShortPowerOfTen(exponent));
            if (product == (long)product && right == (long)right)
                return DivideRounded((long)product, (long)right);
            return DivideRounded(product, right);
        }

        BigInteger scaled = (BigInteger)left * BigInteger.Pow(10, exponent);
        BigInteger quotient = BigInteger.DivRem(scaled, right, out BigInteger remainder);
        if (BigInteger.Abs(remainder) * 2 >= BigInteger.Abs(right))
            quotient += scaled.Sign * Int128.Sign(right);
        return Narrow(quotient);
    }

    /// <summary>The quotient, rounded half away from zero.</summary>
    public static Int128 DivideRounded(Int128 left, Int128 right)
    {
        (Int128 quotient, Int128 remainder) = Int128.DivRem(left, right);
        if ((UInt128)Int128.Abs(remainder) * 2 >= (UInt128)Int128.Abs(right))
            quotient += Int128.Sign(left) * Int128.Sign(right);
        return quotient;
    }

    /// <summary>The quotient, rounded half away from zero.</summary>
    public static long DivideRounded(long left, long right)
    {
        if (right == -1)
            return checked(-left);
        (long quotient, long remainder) = Math.DivRem(left, right);
        if (UnsignedAbs(remainder) >= UnsignedAbs(right) - UnsignedAbs(remainder))
            quotient += (left ^ right) >= 0 ? 1 : -1;
        return quotient;
    }

    /// <summary>The number with another scale, rounded half away from zero.</summary>
    public static Int128 Rescale(Int128 value, int from, int to) => to switch
    {
        _ when to == from => value,
        _ when to < from => DivideRounded(value, PowerOfTen(from - to)),
        _ => value == 0 ? 0 : Multiply(value, PowerOfTen(to - from)),
    };

    /// <summary>The number, if a decimal of so many digits holds it.</summary>
    public static Int128 Check(Int128 value, DecimalType type)
    {
        Int128 limit = PowerOfTen(type.Precision);
        if (value >= limit || value <= -limit)
            throw new QueryException(
                ErrorCode.NumericValueOutOfRange, $"{SqlValueText.FormatDecimal(value, type.Scale)} does not fit {type}");
        return value;
    }

    public static QueryException DivisionByZero() => new(ErrorCode.DivisionByZero, "division by zero");

    private static ulong UnsignedAbs(long value) => value < 0 ? unchecked((ulong)-value) : (ulong)value;

    private static Int128 Narrow(BigInteger value)
    {
        if (BigInteger.Abs(value) >= Limit)
            throw new QueryException(
                ErrorCode.NumericValueOutOfRange, $"a decimal of more than 38 digits: {value.ToString(CultureInfo.InvariantCulture)} before its scale");
        return (Int128)value;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (int digit = 0; digit < exponent; digit++)
            power *= 10;
        return power;
    }
}
