using System.Globalization;
using System.Text;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Decimals as sources write them: whole numbers and text are exact, floating point is rounded to the scale.</summary>
public static class SqlDecimals
{
    private static readonly Int128 _limit = Int128.Parse("1" + new string('0', 38), CultureInfo.InvariantCulture);

    /// <summary>The unscaled number, rounded half away from zero; null when the text is no number or has more than 38 digits.</summary>
    public static Int128? Parse(ReadOnlySpan<byte> text, int scale)
    {
        int at = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            at++;

        // Digits without the point, and where the point was.
        Span<byte> digits = text.Length <= 512 ? stackalloc byte[text.Length] : new byte[text.Length];
        int count = 0, point = -1;
        for (; at < text.Length; at++)
        {
            if (char.IsAsciiDigit((char)text[at]))
                digits[count++] = (byte)(text[at] - '0');
            else if (text[at] == '.' && point < 0)
                point = count;
            else
                break;
        }

        int exponent = 0;
        if (count == 0 || (at < text.Length && !TryExponent(text[at..], out exponent)))
            return null;
        return Round(digits[..count], (point < 0 ? count : point) + (long)exponent + scale, negative);
    }

    /// <summary>The shortest decimal that reads back as the number, at the scale.</summary>
    public static Int128? FromDouble(double value, int scale)
    {
        Span<byte> text = stackalloc byte[32];
        return double.IsFinite(value) && value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture) ? Parse(text[..length], scale) : null;
    }

    /// <summary>A whole number at the scale.</summary>
    public static Int128? FromInteger(long value, int scale)
    {
        Int128 number = value;
        for (int digit = 0; digit < scale; digit++)
        {
            number *= 10;
            if (number >= _limit || number <= -_limit)
                return null;
        }

        return number;
    }

    // The first "kept" digits make the number; the next one decides the rounding.
    private static Int128? Round(ReadOnlySpan<byte> digits, long kept, bool negative)
    {
        Int128 number = 0;
        for (long digit = 0; digit < kept; digit++)
        {
            if (number == 0 && digit >= digits.Length)
                break;
            number = (number * 10) + (digit < digits.Length ? digits[(int)digit] : 0);
            if (number >= _limit)
                return null;
        }

        if (kept >= 0 && kept < digits.Length && digits[(int)kept] >= 5 && ++number >= _limit)
            return null;
        return negative ? -number : number;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        return text[0] is (byte)'e' or (byte)'E'
            && int.TryParse(Encoding.ASCII.GetString(text[1..]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            && Math.Abs(exponent) < 10_000;
    }
}
