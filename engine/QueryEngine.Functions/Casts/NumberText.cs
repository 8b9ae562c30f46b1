using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using QueryEngine.Functions.Operators;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Reads numbers from text: blanks around them are no part of them, anything else is.</summary>
internal static class NumberText
{
    /// <summary>
    /// Reads a whole number, also as literals write it (<c>0xFF</c>, <c>0o17</c>, <c>0b11</c>, <c>1_000</c>); <paramref name="isTooLarge"/> tells that it is
    /// one, but out of range.
    /// </summary>
    public static bool TryParseInteger<T>(ReadOnlySpan<byte> text, out T value, out bool isTooLarge)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        text = text.Trim(" \t\r\n"u8);
        value = T.Zero;
        isTooLarge = false;
        if (text.Length > 0 && text[0] == '+' && text.Length > 1 && text[1] is >= (byte)'0' and <= (byte)'9')
            text = text[1..];
        if (Utf8Parser.TryParse(text, out long number, out int consumed) && consumed == text.Length)
        {
            isTooLarge = number < long.CreateTruncating(T.MinValue) || number > long.CreateTruncating(T.MaxValue);
            value = T.CreateTruncating(number);
            return !isTooLarge;
        }

        if (!TryParseLiteral(text, out BigInteger literal))
            return false;
        isTooLarge = literal < BigInteger.CreateChecked(T.MinValue) || literal > BigInteger.CreateChecked(T.MaxValue);
        value = isTooLarge ? T.Zero : T.CreateChecked(literal);
        return !isTooLarge;
    }

    // A sign, the base's prefix, and digits with single underscores between them; one may stand behind the prefix.
    private static bool TryParseLiteral(ReadOnlySpan<byte> text, out BigInteger value)
    {
        value = BigInteger.Zero;
        bool isNegative = text.StartsWith("-"u8);
        if (isNegative || text.StartsWith("+"u8))
            text = text[1..];
        int radix = text.Length > 2 && text[0] == '0' ? (text[1] | 0x20) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 } : 10;
        bool mayPause = radix != 10;
        if (radix != 10)
            text = text[2..];

        var digits = new StringBuilder(text.Length);
        foreach (byte next in text)
        {
            int digit = char.IsAsciiDigit((char)next) ? next - '0' : char.IsAsciiHexDigit((char)next) ? (next | 0x20) - 'a' + 10 : int.MaxValue;
            if (next == '_' ? !mayPause : digit >= radix)
                return false;
            mayPause = next != '_';
            if (!mayPause)
                continue;
            if (radix == 8)
                digits.Append(CultureInfo.InvariantCulture, $"{digit:B3}");
            else
                digits.Append((char)next);
        }

        if (digits.Length == 0 || text[^1] == '_')
            return false;

        // The zero in front: without it a first bit that is set would be a sign.
        NumberStyles style = radix switch { 16 => NumberStyles.AllowHexSpecifier, 10 => NumberStyles.None, _ => NumberStyles.AllowBinarySpecifier };
        value = BigInteger.Parse(digits.Insert(0, '0').ToString(), style, CultureInfo.InvariantCulture);
        if (isNegative)
            value = -value;
        return true;
    }

    /// <summary>Reads a double: digits with an exponent, NaN, Infinity, -Infinity, inf.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value, out bool isTooLarge)
    {
        text = text.Trim(" \t\r\n"u8);
        isTooLarge = false;
        if (Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length && double.IsFinite(value))
            return true;

        string special = Encoding.UTF8.GetString(text).ToLowerInvariant();
        switch (special)
        {
            case "nan": value = double.NaN; return true;
            case "infinity" or "+infinity" or "inf" or "+inf": value = double.PositiveInfinity; return true;
            case "-infinity" or "-inf": value = double.NegativeInfinity; return true;
        }

        bool isNumber = double.TryParse(special, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        isTooLarge = isNumber && double.IsInfinity(value);
        return isNumber && !isTooLarge;
    }

    /// <summary>Reads a decimal of a type, rounded half away from zero to its scale: digits, point, exponent.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, DecimalType type, out Int128 value, out bool isTooLarge)
    {
        text = text.Trim(" \t\r\n"u8);
        value = 0;
        isTooLarge = false;
        int at = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            at++;

        // The digits as written, where the point stands among them, and the exponent.
        Span<byte> digits = text.Length <= 128 ? stackalloc byte[128] : new byte[text.Length];
        int count = 0, point = -1, seen = 0;
        for (; at < text.Length; at++)
        {
            byte next = text[at];
            if (next == '.' && point < 0)
            {
                point = count;
            }
            else if (next is >= (byte)'0' and <= (byte)'9')
            {
                seen++;
                if (count > 0 || next != '0' || point >= 0)
                    digits[count++] = (byte)(next - '0');
            }
            else
            {
                break;
            }
        }

        if (seen == 0)
            return false;
        if (point < 0)
            point = count;
        int exponent = 0;
        if (at < text.Length)
        {
            if (text[at] is not ((byte)'e' or (byte)'E') || !Utf8Parser.TryParse(text[(at + 1)..].TrimStart((byte)'+'), out exponent, out int consumed)
                || at + 1 + consumed + (text.Length > at + 1 && text[at + 1] == '+' ? 1 : 0) != text.Length)
                return false;
        }

        long keep = (long)point + exponent + type.Scale;
        UInt128 number = 0;
        for (int digit = 0; digit < Math.Min(keep, Math.Max(count, keep)); digit++)
        {
            number = (number * 10) + (digit < count ? digits[digit] : 0u);
            if (number >= (UInt128)DecimalMath.Limit)
            {
                isTooLarge = true;
                return false;
            }

            if (digit >= count && number == 0)
                break;
        }

        if (keep >= 0 && keep < count && digits[(int)keep] >= 5)
            number++;
        isTooLarge = number >= (UInt128)DecimalMath.PowerOfTen(type.Precision);
        value = isNegative ? -(Int128)number : (Int128)number;
        return !isTooLarge;
    }
}
