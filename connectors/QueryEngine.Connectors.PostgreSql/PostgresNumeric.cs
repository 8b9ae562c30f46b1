using System.Buffers.Binary;
using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Why a numeric has no value as a decimal.</summary>
internal enum NumericProblem
{
    None,
    NaN,
    Infinity,
    TooLarge,
    TooManyDigits,
    Malformed,
}

/// <summary>Decodes PostgreSQL's numeric: words of four decimal digits, a weight, a sign, a display scale.</summary>
internal static class PostgresNumeric
{
    private const ushort Negative = 0x4000;
    private const ushort NotANumber = 0xC000;
    private const ushort PositiveInfinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;
    private static readonly int[] _powers = [1, 10, 100, 1000, 10_000];
    private static readonly Int128[] _limits = Limits();

    /// <summary>10 to a power of 0 to 38.</summary>
    public static Int128 PowerOfTen(int power) => _limits[power];

    /// <summary>The unscaled number of a precision and scale. With <paramref name="round"/> further digits are rounded half away from zero.</summary>
    public static NumericProblem Decode(ReadOnlySpan<byte> field, int precision, int scale, bool round, out Int128 value)
    {
        value = 0;
        if (field.Length < 8)
            return NumericProblem.Malformed;
        int words = BinaryPrimitives.ReadInt16BigEndian(field);
        int weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        if (sign is NotANumber)
            return NumericProblem.NaN;
        if (sign is PositiveInfinity or NegativeInfinity)
            return NumericProblem.Infinity;
        if (words < 0 || field.Length != 8 + (2 * words))
            return NumericProblem.Malformed;
        if (words == 0)
            return NumericProblem.None;

        // Each word stands for word * 10^shift units of the last digit that we keep.
        int firstShift = (4 * weight) + scale;
        NumericProblem problem;
        if (firstShift + 4 <= 18)
        {
            problem = DecodeShort(field[8..], firstShift, round, out long small);
            value = small;
        }
        else
        {
            problem = DecodeLong(field[8..], firstShift, round, out value);
        }

        if (problem != NumericProblem.None)
            return problem;
        if (value >= _limits[precision])
            return NumericProblem.TooLarge;
        if (sign == Negative)
            value = -value;
        return NumericProblem.None;
    }

    /// <summary>The number of any size; false when the bytes are none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> field, out BigNumber value)
    {
        value = default;
        if (field.Length < 8)
            return false;
        int words = BinaryPrimitives.ReadInt16BigEndian(field);
        int weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        value = sign switch
        {
            NotANumber => BigNumber.NaN,
            PositiveInfinity => BigNumber.PositiveInfinity,
            NegativeInfinity => BigNumber.NegativeInfinity,
            _ => default,
        };
        if (!value.IsFinite)
            return true;
        if (words < 0 || field.Length != 8 + (2 * words))
            return false;
        BigInteger digits = BigInteger.Zero;
        for (ReadOnlySpan<byte> rest = field[8..]; rest.Length > 0; rest = rest[2..])
            digits = (digits * 10_000) + BinaryPrimitives.ReadInt16BigEndian(rest);
        value = new BigNumber(sign == Negative ? -digits : digits, 4 * (words - 1 - weight));
        return true;
    }

    // All of it fits an int64.
    private static NumericProblem DecodeShort(ReadOnlySpan<byte> words, int shift, bool round, out long value)
    {
        value = 0;
        for (; words.Length > 0; words = words[2..], shift -= 4)
        {
            int word = BinaryPrimitives.ReadInt16BigEndian(words);
            if (shift >= 0)
            {
                value = (value * 10_000) + word;
            }
            else if (shift > -4)
            {
                int dropped = _powers[-shift];
                value = (value * _powers[4 + shift]) + (word / dropped);
                if (word % dropped is var rest and not 0 && !Keep(rest * 2 >= dropped, round, ref value))
                    return NumericProblem.TooManyDigits;
            }
            else if (word != 0 && !Keep(shift == -4 && word >= 5_000, round, ref value))
            {
                return NumericProblem.TooManyDigits;
            }
        }

        if (shift + 4 > 0)
            value = checked(value * (long)_limits[shift + 4]);
        return NumericProblem.None;
    }

    private static NumericProblem DecodeLong(ReadOnlySpan<byte> words, int shift, bool round, out Int128 value)
    {
        value = 0;
        for (; words.Length > 0; words = words[2..], shift -= 4)
        {
            // Another word of four digits would pass 38, and what Int128 holds. A shorter one may fit.
            if (value >= _limits[34 + Math.Min(4, Math.Max(0, -shift))])
                return shift > -4 ? NumericProblem.TooLarge : DecodeRest(words, shift, round, ref value);
            int word = BinaryPrimitives.ReadInt16BigEndian(words);
            if (shift >= 0)
            {
                value = (value * 10_000) + word;
            }
            else if (shift > -4)
            {
                int dropped = _powers[-shift];
                value = (value * _powers[4 + shift]) + (word / dropped);
                long up = 0;
                if (word % dropped is var rest and not 0 && !Keep(rest * 2 >= dropped, round, ref up))
                    return NumericProblem.TooManyDigits;
                value += up;
            }
            else
            {
                return DecodeRest(words, shift, round, ref value);
            }
        }

        int zeros = shift + 4;
        if (zeros > 0 && (zeros > 38 || value >= _limits[38 - zeros]))
            return NumericProblem.TooLarge;
        if (zeros > 0)
            value *= _limits[zeros];
        return NumericProblem.None;
    }

    // Words behind the last digit that is kept.
    private static NumericProblem DecodeRest(ReadOnlySpan<byte> words, int shift, bool round, ref Int128 value)
    {
        bool isFirst = shift == -4;
        long up = 0;
        for (; words.Length > 0; words = words[2..], isFirst = false)
            if (BinaryPrimitives.ReadInt16BigEndian(words) is var word and not 0 && !Keep(isFirst && word >= 5_000, round, ref up))
                return NumericProblem.TooManyDigits;
        value += up;
        return NumericProblem.None;
    }

    private static bool Keep(bool up, bool round, ref long value)
    {
        if (up && round)
            value++;
        return round;
    }

    private static Int128[] Limits()
    {
        var limits = new Int128[39];
        limits[0] = 1;
        for (int power = 1; power < limits.Length; power++)
            limits[power] = limits[power - 1] * 10;
        return limits;
    }
}
