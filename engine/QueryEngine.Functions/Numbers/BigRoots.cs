using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Numbers;

/// <summary>Roots, exponentials and logarithms on whole numbers that stand for fractions: a number times ten to the power of <c>digits</c>.</summary>
internal static class BigRoots
{
    /// <summary>The largest whole number whose square is not above a number that is not negative.</summary>
    public static BigInteger Root(BigInteger value)
    {
        if (value.IsZero)
            return value;

        // Newton from above: the first guess is a power of two not below the root.
        BigInteger guess = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (guess + (value / guess)) >> 1;
            if (next >= guess)
                return guess;
            guess = next;
        }
    }

    /// <summary>e to the power of a number, and the power of ten that it is to be multiplied by.</summary>
    public static (BigInteger Value, int Power) Exp(BigInteger exponent, int digits)
    {
        BigInteger lnTen = LnTen(digits);
        BigInteger power = BigInteger.DivRem(exponent, lnTen, out BigInteger rest);

        // e^r = (e^(r / 2^halvings))^(2^halvings); every squaring doubles the error, which the guard digits take up.
        int halvings = 4 + (int)Math.Sqrt(digits);
        int guard = 4 + (halvings / 2);
        BigInteger one = BigNumber.PowerOfTen(digits + guard);
        BigInteger step = (rest * BigNumber.PowerOfTen(guard)) >> halvings;
        BigInteger sum = one, term = one;
        for (int at = 1; !term.IsZero; at++)
        {
            term = term * step / one / at;
            sum += term;
        }

        for (int halving = 0; halving < halvings; halving++)
            sum = sum * sum / one;
        return (sum / BigNumber.PowerOfTen(guard), (int)power);
    }

    /// <summary>The natural logarithm of a number above zero.</summary>
    public static BigInteger Ln(BigNumber value, int digits)
    {
        // value = mantissa * 10^power with a mantissa from 1 to 10.
        int power = BigMath.Magnitude(value) - 1;
        int guard = 10 + digits / 50;
        int places = digits + guard;
        BigInteger one = BigNumber.PowerOfTen(places);
        BigInteger mantissa = new BigNumber(value.Unscaled, value.Scale + power).UnscaledAt(places);

        // Halley's step y + 2 (x - e^y) / (x + e^y) triples the number of right digits, of which a double has fifteen.
        double start = Math.Log(new BigNumber(mantissa, places).Round(17).ToDouble());
        BigInteger result = new BigInteger(start * 1e16) * BigNumber.PowerOfTen(Math.Max(0, places - 16)) / BigNumber.PowerOfTen(Math.Max(0, 16 - places));
        for (int right = 14; ; right *= 3)
        {
            (BigInteger exp, int expPower) = Exp(result, places);
            exp = expPower >= 0 ? exp * BigNumber.PowerOfTen(expPower) : exp / BigNumber.PowerOfTen(-expPower);
            result += 2 * one * (mantissa - exp) / (mantissa + exp);
            if (right * 3 > places)
                break;
        }

        if (power != 0)
            result += power * LnTen(places);
        return result / BigNumber.PowerOfTen(guard);
    }

    // 46 artanh(1/31) + 34 artanh(1/49) + 20 artanh(1/161)
    private static BigInteger LnTen(int digits)
    {
        BigInteger one = BigNumber.PowerOfTen(digits + 10);
        return ((46 * ArTanhOfInverse(31, one)) + (34 * ArTanhOfInverse(49, one)) + (20 * ArTanhOfInverse(161, one))) / BigNumber.PowerOfTen(10);
    }

    private static BigInteger ArTanhOfInverse(int inverse, BigInteger one)
    {
        BigInteger power = one / inverse, sum = power;
        int square = inverse * inverse;
        for (int at = 3; !power.IsZero; at += 2)
        {
            power /= square;
            sum += power / at;
        }

        return sum;
    }
}
