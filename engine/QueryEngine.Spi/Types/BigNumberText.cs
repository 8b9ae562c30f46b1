using System.Globalization;
using System.Numerics;

namespace QueryEngine.Spi;

/// <summary>Reads the text of a <see cref="BigNumber"/>: digits with a point and an exponent, hexadecimal, octal and binary digits, NaN and infinity.</summary>
public static class BigNumberText
{
    // Digits to read by way of BigInteger at most: what is longer is out of range whatever it says.
    private const int MaxExponent = int.MaxValue / 2;
    private const int MaxDigits = BigNumber.MaxWholeDigits + BigNumber.MaxScale + 1;

    /// <summary>Reads a value; blanks around it do not count. <paramref name="isTooLarge"/>: it is one, but beyond the range.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BigNumber value, out bool isTooLarge)
    {
        isTooLarge = false;
        text = text.Trim();
        bool isNegative = text.StartsWith('-');
        if (isNegative || text.StartsWith('+'))
            text = text[1..];
        if (text.Length > 0 && !char.IsAsciiDigit(text[0]) && text[0] != '.')
            return TryParseWord(text, isNegative, out value);
        if (text.Length > 2 && text[0] == '0' && RadixOf(text[1]) is { } radix)
            return TryParseRadix(text[2..], radix, isNegative, out value);
        return TryParseDigits(text, isNegative, out value, out isTooLarge);
    }

    private static bool TryParseWord(ReadOnlySpan<char> text, bool isNegative, out BigNumber value)
    {
        value = isNegative ? BigNumber.NegativeInfinity : BigNumber.PositiveInfinity;
        if (text.Equals("infinity", StringComparison.OrdinalIgnoreCase) || text.Equals("inf", StringComparison.OrdinalIgnoreCase))
            return true;
        bool isNaN = !isNegative && text.Equals("nan", StringComparison.OrdinalIgnoreCase);
        value = isNaN ? BigNumber.NaN : default;
        return isNaN;
    }

    private static int? RadixOf(char letter) => letter switch
    {
        'x' or 'X' => 16,
        'o' or 'O' => 8,
        'b' or 'B' => 2,
        _ => null,
    };

    private static bool TryParseRadix(ReadOnlySpan<char> text, int radix, bool isNegative, out BigNumber value)
    {
        BigInteger number = 0;
        value = default;
        bool wasDigit = true;
        foreach (char next in text)
        {
            int digit = char.IsAsciiHexDigit(next) ? Convert.ToInt32(next.ToString(), 16) : int.MaxValue;
            if (digit >= radix && !(next == '_' && wasDigit))
                return false;
            wasDigit = next != '_';
            if (wasDigit)
                number = (number * radix) + digit;
        }

        value = new BigNumber(isNegative ? -number : number);
        return wasDigit && text.Length < MaxDigits;
    }

    private static bool TryParseDigits(ReadOnlySpan<char> text, bool isNegative, out BigNumber value, out bool isTooLarge)
    {
        value = default;
        isTooLarge = false;
        char[] digits = new char[text.Length];
        int count = 0, scale = 0, at = 0;
        bool isFraction = false, hasDigit = false;
        for (; at < text.Length; at++)
        {
            char next = text[at];
            if (char.IsAsciiDigit(next))
            {
                hasDigit = true;
                scale += isFraction ? 1 : 0;
                if (count > 0 || next != '0')
                    digits[count++] = next;
            }
            else if (next == '.' && !isFraction)
            {
                isFraction = true;
            }
            else if (next != '_' || at == 0 || at == text.Length - 1 || !char.IsAsciiDigit(text[at - 1]) || !char.IsAsciiDigit(text[at + 1]))
            {
                break;
            }
        }

        if (!hasDigit || !TryParseExponent(text[at..], out long exponent))
            return false;
        isTooLarge = Math.Abs(exponent) >= MaxExponent;
        if (isTooLarge)
            return false;
        if (count == 0)
            return true;

        long newScale = scale - exponent;
        isTooLarge = count - newScale > BigNumber.MaxWholeDigits;
        if (isTooLarge)
            return false;
        if (newScale - count > BigNumber.MaxScale)
            return true;

        // Digits beyond the last place only say how to round.
        int excess = (int)Math.Min(count, newScale - BigNumber.MaxScale - 1);
        if (excess > 0)
            (count, newScale) = (count - excess, newScale - excess);
        BigInteger number = count == 0 ? 0 : count <= 18
            ? long.Parse(digits.AsSpan(0, count), NumberStyles.None, CultureInfo.InvariantCulture)
            : BigInteger.Parse(digits.AsSpan(0, count), NumberStyles.None, CultureInfo.InvariantCulture);
        value = new BigNumber(isNegative ? -number : number, (int)newScale).Round(BigNumber.MaxScale);
        return true;
    }

    private static bool TryParseExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
            return true;
        if (text[0] is not ('e' or 'E') || text.Length == 1)
            return false;
        text = text[1..];
        bool isNegative = text[0] == '-';
        if (isNegative || text[0] == '+')
            text = text[1..];
        if (text.IsEmpty || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[^1]))
            return false;
        foreach (char next in text)
        {
            if (next == '_')
                continue;
            if (!char.IsAsciiDigit(next))
                return false;
            exponent = Math.Min(int.MaxValue, (exponent * 10) + (next - '0'));
        }

        exponent = isNegative ? -exponent : exponent;
        return true;
    }
}
