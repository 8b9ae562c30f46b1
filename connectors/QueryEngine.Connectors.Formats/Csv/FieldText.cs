using System.Buffers.Text;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>
/// Writes values as <see cref="SqlValueText"/> does, as UTF-8 and without a string between. Every method takes room for <see cref="Room"/> bytes and
/// gives the bytes written, or 0 for a value that the slow way must write.
/// </summary>
internal static class FieldText
{
    /// <summary>Bytes that every value written here fits in.</summary>
    public const int Room = 48;

    private const long MicrosPerSecond = 1_000_000;
    private const long MicrosPerDay = 86_400 * MicrosPerSecond;
    private const long FirstDay = -719_162; // 0001-01-01
    private const long LastDay = 2_932_896; // 9999-12-31

    private static readonly ulong[] _powers = [.. Enumerable.Range(0, 19).Select(exponent => (ulong)Math.Pow(10, exponent))];

    /// <summary>A whole number.</summary>
    public static int Write(long value, Span<byte> target)
    {
        Utf8Formatter.TryFormat(value, target, out int written);
        return written;
    }

    /// <summary>An unscaled number of up to 18 digits with its point.</summary>
    public static int WriteDecimal(long unscaled, int scale, Span<byte> target)
    {
        int sign = 0;
        if (unscaled < 0)
            target[sign++] = (byte)'-';
        ulong magnitude = unscaled < 0 ? 0UL - (ulong)unscaled : (ulong)unscaled;
        (ulong whole, ulong fraction) = Math.DivRem(magnitude, _powers[scale]);
        Utf8Formatter.TryFormat(whole, target[sign..], out int written);
        written += sign;
        if (scale == 0)
            return written;
        target[written++] = (byte)'.';
        WriteDigits(fraction, scale, target[written..]);
        return written + scale;
    }

    /// <summary>A day of the years 1 to 9999.</summary>
    public static int WriteDate(int days, Span<byte> target)
    {
        if (days is < (int)FirstDay or > (int)LastDay)
            return 0;
        (long year, int month, int day) = SqlValueText.Civil(days);
        WriteDigits((ulong)year, 4, target);
        target[4] = (byte)'-';
        WriteDigits((ulong)month, 2, target[5..]);
        target[7] = (byte)'-';
        WriteDigits((ulong)day, 2, target[8..]);
        return 10;
    }

    /// <summary>A timestamp of the years 1 to 9999 with up to six digits of a second, in microseconds.</summary>
    public static int WriteTimestamp(long micros, int precision, Span<byte> target)
    {
        long days = Math.DivRem(micros, MicrosPerDay, out long rest);
        if (rest < 0)
            (days, rest) = (days - 1, rest + MicrosPerDay);
        if (days is < FirstDay or > LastDay)
            return 0;
        WriteDate((int)days, target);
        target[10] = (byte)' ';
        long seconds = rest / MicrosPerSecond;
        WriteDigits((ulong)(seconds / 3600), 2, target[11..]);
        target[13] = (byte)':';
        WriteDigits((ulong)(seconds / 60 % 60), 2, target[14..]);
        target[16] = (byte)':';
        WriteDigits((ulong)(seconds % 60), 2, target[17..]);
        ulong fraction = (ulong)(rest % MicrosPerSecond) / _powers[6 - precision];
        if (fraction == 0)
            return 19;

        // Without trailing zeros.
        int digits = precision;
        for (; fraction % 10 == 0; fraction /= 10)
            digits--;
        target[19] = (byte)'.';
        WriteDigits(fraction, digits, target[20..]);
        return 20 + digits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteDigits(ulong value, int digits, Span<byte> target)
    {
        for (int digit = digits - 1; digit >= 0; digit--)
        {
            target[digit] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
