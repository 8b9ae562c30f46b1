using System.Globalization;
using System.Numerics;

namespace QueryEngine.Spi;

/// <summary>
/// <see cref="BigNumber"/> as bytes that compare like their values, and are equal just when those are: a byte for the sign; the place of the point behind
/// the first digit, as three bytes, highest first; the digits without zeros behind them, two to a byte, plus one. Bytes of negative numbers are
/// inverted and end with 255, so that of two numbers that begin alike the longer one comes first.
/// </summary>
public static class BigNumberBytes
{
    private const byte MinusInfinity = 0;
    private const byte Minus = 1;
    private const byte Zero = 128;
    private const byte Plus = 129;
    private const byte PlusInfinity = 254;
    private const byte NotANumber = 255;
    private const int Bias = 1 << 23;
    private const int HeaderLength = 4;

    /// <summary>The bytes of a value.</summary>
    /// <exception cref="QueryException">NUMERIC_VALUE_OUT_OF_RANGE when it has more digits than <see cref="BigNumber"/> may.</exception>
    public static byte[] Write(BigNumber value)
    {
        if (!value.IsFinite || value.Unscaled.IsZero)
            return [value.IsNaN ? NotANumber : value.Sign < 0 ? MinusInfinity : value.Sign > 0 ? PlusInfinity : Zero];

        bool isNegative = value.Unscaled.Sign < 0;
        Span<char> few = stackalloc char[64];
        BigInteger magnitude = BigInteger.Abs(value.Unscaled);
        ReadOnlySpan<char> digits = magnitude.TryFormat(few, out int written, default, CultureInfo.InvariantCulture)
            ? few[..written] : magnitude.ToString(CultureInfo.InvariantCulture);
        int point = digits.Length - value.Scale;
        if (point > BigNumber.MaxWholeDigits)
            throw new QueryException(ErrorCode.NumericValueOutOfRange, "the value overflows the type numeric");
        digits = digits.TrimEnd('0');
        int pairs = (digits.Length + 1) / 2;
        int length = HeaderLength + pairs + (isNegative ? 1 : 0);
        byte[] room = new byte[length];
        room[0] = Plus;
        int biased = point + Bias;
        (room[1], room[2], room[3]) = ((byte)(biased >> 16), (byte)(biased >> 8), (byte)biased);
        for (int pair = 0; pair < pairs; pair++)
        {
            int low = (pair * 2) + 1;
            room[HeaderLength + pair] = (byte)(((digits[pair * 2] - '0') * 10) + (low < digits.Length ? digits[low] - '0' : 0) + 1);
        }

        if (isNegative)
        {
            foreach (ref byte one in room.AsSpan(1..^1))
                one = (byte)~one;
            (room[0], room[^1]) = (Minus, 255);
        }

        return room;
    }

    /// <summary>The value of bytes.</summary>
    public static BigNumber Read(ReadOnlySpan<byte> bytes)
    {
        switch (bytes[0])
        {
            case Zero: return default;
            case NotANumber: return BigNumber.NaN;
            case PlusInfinity: return BigNumber.PositiveInfinity;
            case MinusInfinity: return BigNumber.NegativeInfinity;
        }

        bool isNegative = bytes[0] == Minus;
        int flip = isNegative ? 255 : 0;
        int point = (((bytes[1] ^ flip) << 16) | ((bytes[2] ^ flip) << 8) | (bytes[3] ^ flip)) - Bias;
        ReadOnlySpan<byte> pairs = isNegative ? bytes[HeaderLength..^1] : bytes[HeaderLength..];
        int count = pairs.Length * 2;
        BigInteger number;
        if (count <= 18)
        {
            long small = 0;
            foreach (byte pair in pairs)
                small = (small * 100) + (pair ^ flip) - 1;
            if (small % 10 == 0)
                (small, count) = (small / 10, count - 1);
            number = small;
        }
        else
        {
            Span<char> digits = count <= 256 ? stackalloc char[count] : new char[count];
            for (int at = 0; at < pairs.Length; at++)
            {
                int pair = (pairs[at] ^ flip) - 1;
                (digits[at * 2], digits[(at * 2) + 1]) = ((char)('0' + (pair / 10)), (char)('0' + (pair % 10)));
            }

            if (digits[^1] == '0')
                digits = digits[..--count];
            number = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return new BigNumber(isNegative ? -number : number, count - point);
    }
}
