using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace QueryEngine.Connectors.Formats.Text;

/// <summary>
/// Parses values from text, straight from bytes. All may read 16 bytes past the start of a value, whatever its length: callers
/// keep their text in padded memory.
/// </summary>
internal static unsafe class TextParsers
{
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>Powers of ten up to 10^18.</summary>
    private static readonly long[] _powers = [.. Enumerable.Range(0, 19).Select(power => (long)BigInteger.Pow(10, power))];

    private static readonly double[] _doublePowers = [.. Enumerable.Range(0, 23).Select(power => (double)BigInteger.Pow(10, power))];

    /// <summary>A whole number with an optional sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParseLong(byte* text, int length, out long value)
    {
        bool isNegative = false;
        if (length > 0 && (*text == '-' || *text == '+'))
        {
            isNegative = *text == '-';
            text++;
            length--;
        }
        if (length is 0 or > 18)
            return TryParseLongSlowly(text, length, isNegative, out value);

        bool isValid = TryParseDigits(text, length, out value);
        value = isNegative ? -value : value;
        return isValid;
    }

    /// <summary>1 to 18 digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParseDigits(byte* text, int length, out long value)
    {
        if (length <= 8)
            return TryParseEight(text, length, out value);

        int first = length - 8;
        if (first <= 8)
        {
            bool isValid = TryParseEight(text, first, out long high) & TryParseEight(text + first, 8, out long low);
            value = high * 100_000_000 + low;
            return isValid;
        }
        else
        {
            bool isValid = TryParseEight(text, first - 8, out long high) & TryParseEight(text + first - 8, 8, out long middle)
                & TryParseEight(text + first, 8, out long low);
            value = (high * 100_000_000 + middle) * 100_000_000 + low;
            return isValid;
        }
    }

    /// <summary>A number with a point, as a whole number of 10^-<paramref name="scale"/>. More digits than that must be zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParseDecimal(byte* text, int length, int scale, out long value)
    {
        byte* start = text;
        int whole = length;
        bool isNegative = false;
        if (length > 0 && (*text == '-' || *text == '+'))
        {
            isNegative = *text == '-';
            text++;
            whole--;
        }
        int digits = 0;
        while (digits < whole && text[digits] != '.')
            digits++;
        int fraction = Math.Max(0, whole - digits - 1);
        if (digits + fraction is 0 or > 18 || fraction > scale || digits + scale > 18)
            return TryParseDecimalSlowly(start, length, scale, out value);

        bool isValid = true;
        value = 0;
        if (digits > 0)
            isValid = TryParseDigits(text, digits, out value);
        value *= _powers[scale];
        if (fraction > 0)
        {
            isValid &= TryParseDigits(text + digits + 1, fraction, out long part);
            value += part * _powers[scale - fraction];
        }
        value = isNegative ? -value : value;
        return isValid;
    }

    /// <summary>As <see cref="TryParseDecimal"/>, up to 38 digits.</summary>
    public static bool TryParseWideDecimal(byte* text, int length, int scale, out Int128 value)
    {
        value = 0;
        int at = 0;
        bool isNegative = length > 0 && text[0] == '-';
        if (length > 0 && text[0] is (byte)'-' or (byte)'+')
            at++;
        int digits = 0;
        int fraction = -1;
        bool any = false;
        for (; at < length; at++)
        {
            if (text[at] == '.' && fraction < 0)
            {
                fraction = 0;
                continue;
            }
            int digit = text[at] - '0';
            if ((uint)digit > 9)
                return false;
            any = true;
            if (fraction >= scale)
            {
                if (digit != 0)
                    return false;
                continue;
            }
            digits += digits > 0 || digit != 0 ? 1 : 0;
            if (digits > 38)
                return false;
            value = value * 10 + digit;
            fraction += fraction >= 0 ? 1 : 0;
        }
        for (int missing = scale - Math.Max(fraction, 0); missing > 0 && value != 0; missing--)
        {
            if (++digits > 38)
                return false;
            value *= 10;
        }
        value = isNegative ? -value : value;
        return any;
    }

    /// <summary>A floating point number, rounded correctly.</summary>
    public static bool TryParseDouble(byte* text, int length, out double value)
    {
        // Up to 15 digits and a power of ten that is exact in binary: one multiplication or division rounds right (Clinger, 1990).
        int at = 0;
        bool isNegative = false;
        if (length > 0 && text[0] == '-')
        {
            isNegative = true;
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int fraction = 0;
        bool sawPoint = false;
        for (; at < length; at++)
        {
            int digit = text[at] - '0';
            if ((uint)digit <= 9)
            {
                mantissa = mantissa * 10 + digit;
                digits++;
                fraction += sawPoint ? 1 : 0;
                if (digits > 15)
                    break;
            }
            else if (text[at] == '.' && !sawPoint)
            {
                sawPoint = true;
            }
            else
            {
                break;
            }
        }
        if (at == length && digits is > 0 and <= 15)
        {
            value = mantissa / _doublePowers[fraction];
            value = isNegative ? -value : value;
            return true;
        }
        return double.TryParse(new ReadOnlySpan<byte>(text, length), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>yyyy-mm-dd, as days since 1970-01-01.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParseDate(byte* text, int length, out int days)
    {
        days = 0;
        if (length != 10 || text[4] != '-' || text[7] != '-')
            return false;
        bool isValid = TryParseEight(text, 4, out long year) & TryParseEight(text + 5, 2, out long month) & TryParseEight(text + 8, 2, out long day);
        if (!isValid || month - 1 is < 0 or > 11 || day < 1 || year < 1)
            return false;
        if (day > 28 && day > DateTime.DaysInMonth((int)year, (int)month))
            return false;
        days = DaysOf((int)year, (int)month, (int)day);
        return true;
    }

    /// <summary>yyyy-mm-dd hh:mm[:ss[.ffffff]] with a T or a blank between, and an optional zone, as microseconds; with a zone, of UTC.</summary>
    public static bool TryParseTimestamp(byte* text, int length, out long micros, out bool hasZone)
    {
        micros = 0;
        hasZone = false;
        if (length < 10 || !TryParseDate(text, 10, out int days))
            return false;
        micros = days * MicrosPerDay;
        if (length == 10)
            return true;
        if (text[10] is not ((byte)' ' or (byte)'T') || !TryParseTime(text + 11, length - 11, out long time, out int used))
            return false;
        micros += time;
        byte* zone = text + 11 + used;
        int left = length - 11 - used;
        if (left == 0)
            return true;
        hasZone = true;
        if (!TryParseZone(zone, left, out int minutes))
            return false;
        micros -= minutes * 60_000_000L;
        return true;
    }

    /// <summary>true or false, in any case.</summary>
    public static bool TryParseBoolean(byte* text, int length, out bool value)
    {
        // Lower case by setting bit 5 of each letter.
        uint four = length >= 4 ? Unsafe.ReadUnaligned<uint>(text) | 0x2020_2020u : 0;
        value = length == 4 && four == 0x6575_7274; // "true"
        return value || (length == 5 && four == 0x736C_6166 && (text[4] | 0x20) == 'e'); // "false"
    }

    /// <summary>The number of a day, after Howard Hinnant's days_from_civil.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int DaysOf(int year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        int era = year / 400;
        int yearOfEra = year - era * 400;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }

    private static bool TryParseTime(byte* text, int length, out long micros, out int used)
    {
        micros = 0;
        used = 5;
        if (length < 5 || text[2] != ':' || !(TryParseEight(text, 2, out long hours) & TryParseEight(text + 3, 2, out long minutes)) || hours > 23 || minutes > 59)
            return false;
        long seconds = 0;
        long fraction = 0;
        if (length >= 8 && text[5] == ':')
        {
            if (!TryParseEight(text + 6, 2, out seconds) || seconds > 59)
                return false;
            used = 8;
            if (length > 9 && text[8] == '.')
            {
                int digits = 0;
                while (9 + digits < length && text[9 + digits] is >= (byte)'0' and <= (byte)'9')
                {
                    // Beyond microseconds only zeros are exact.
                    if (digits < 6)
                        fraction = fraction * 10 + text[9 + digits] - '0';
                    else if (text[9 + digits] != '0')
                        return false;
                    digits++;
                }
                if (digits == 0)
                    return false;
                for (int missing = digits; missing < 6; missing++)
                    fraction *= 10;
                used = 9 + digits;
            }
        }
        micros = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction;
        return true;
    }

    private static bool TryParseZone(byte* text, int length, out int minutes)
    {
        minutes = 0;
        if (length == 1 && *text is (byte)'Z' or (byte)'z')
            return true;
        if (length is not (3 or 5 or 6) || *text is not ((byte)'+' or (byte)'-') || !TryParseEight(text + 1, 2, out long hours))
            return false;
        long rest = 0;
        if (length > 3 && !TryParseEight(text + length - 2, 2, out rest))
            return false;
        if ((length == 6 && text[3] != ':') || hours > 18 || rest > 59)
            return false;
        minutes = (int)(hours * 60 + rest) * (*text == '-' ? -1 : 1);
        return true;
    }

    /// <summary>1 to 8 digits at once: the digits are moved to the top of a word, tested together and added up pairwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryParseEight(byte* text, int length, out long value)
    {
        ulong digits = (Unsafe.ReadUnaligned<ulong>(text) ^ Zeros) << (64 - 8 * length);
        bool isValid = (((digits + 0x0606_0606_0606_0606) | digits) & 0xF0F0_F0F0_F0F0_F0F0) == 0;
        digits = digits * 10 + (digits >> 8);
        digits = (((digits & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064) + (((digits >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001)) >> 32;
        value = (long)digits;
        return isValid;
    }

    private static bool TryParseLongSlowly(byte* text, int length, bool isNegative, out long value)
    {
        value = 0;
        if (length is 0 or > 40)
            return false;
        Int128 wide = 0;
        for (int at = 0; at < length; at++)
        {
            int digit = text[at] - '0';
            if ((uint)digit > 9)
                return false;
            wide = wide * 10 + digit;
            if (wide > (Int128)long.MaxValue + 1)
                return false;
        }
        wide = isNegative ? -wide : wide;
        if (wide > long.MaxValue)
            return false;
        value = (long)wide;
        return true;
    }

    private static bool TryParseDecimalSlowly(byte* text, int length, int scale, out long value)
    {
        bool isValid = TryParseWideDecimal(text, length, scale, out Int128 wide) && Int128.Abs(wide) < _powers[18];
        value = isValid ? (long)wide : 0;
        return isValid;
    }
}
