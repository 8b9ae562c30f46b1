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
    /// <summary>Reads a whole number; <paramref name="isTooLarge"/> tells that it is one, but out of range.</summary>
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

        isTooLarge = BigInteger.TryParse(Encoding.UTF8.GetString(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return false;
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
