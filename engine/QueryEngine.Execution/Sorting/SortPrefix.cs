using System.Buffers.Binary;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Sorting;

/// <summary>
/// The first 64 bits of normalized sort keys: numbers that compare as the rows do, as far as they reach. Per key one bit for NULL, where there may be
/// one, then the value with its sign turned, all turned around for descending.
/// </summary>
internal static class SortPrefix
{
    /// <summary>Writes one prefix a row; returns how many keys are in it completely. <paramref name="mayHaveNulls"/> says it of each key.</summary>
    public static int Write(
        IReadOnlyList<ColumnVector> keys, IReadOnlyList<SortKey> order, ReadOnlySpan<bool> mayHaveNulls, Span<ulong> prefixes)
    {
        prefixes.Clear();
        int free = 64;
        for (int key = 0; key < keys.Count; key++)
        {
            if (keys[key].Type.IsNested)
                return key;
            free = Append(keys[key], order[key], mayHaveNulls[key], free, prefixes, out bool complete);
            if (!complete || free == 0)
                return complete ? key + 1 : key;
        }

        return keys.Count;
    }

    private static int Append(ColumnVector key, SortKey order, bool mayHaveNulls, int free, Span<ulong> prefixes, out bool complete)
    {
        if (mayHaveNulls)
        {
            free--;
            Validity validity = key.Validity;
            for (int row = 0; row < prefixes.Length; row++)
            {
                bool one = validity[row] == order.NullsFirst;
                prefixes[row] |= (one ? 1UL : 0) << free;
            }
        }

        int width = WidthOf(key);
        int taken = Math.Min(width, free);
        complete = taken == width && key is not (BytesVector or FixedWidthVector<Int128> or FixedWidthVector<UInt128>);
        if (taken == 0)
            return free;

        free -= taken;
        Validity valid = key.Validity;
        ulong flip = order.Descending ? ulong.MaxValue : 0;
        switch (key)
        {
            case FixedWidthVector<bool> v: Add<bool, BoolBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<sbyte> v: Add<sbyte, SByteBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<short> v: Add<short, ShortBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<int> v: Add<int, IntBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<long> v: Add<long, LongBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<float> v: Add<float, FloatBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<double> v: Add<double, DoubleBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<Int128> v: Add<Int128, WideBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case FixedWidthVector<UInt128> v: Add<UInt128, UuidBits>(v.Values, valid, flip, taken, free, prefixes); break;
            case BytesVector v:
                for (int row = 0; row < prefixes.Length; row++)
                    if (valid[row])
                        prefixes[row] |= (FirstBytes(v[row]) ^ flip) >> (64 - taken) << free;
                break;
            default:
                throw new ArgumentException($"{key.GetType().Name} is no flat key", nameof(key));
        }

        return free;
    }

    // All NULLs are equal, whatever lies in their slots.
    private static void Add<T, TBits>(ReadOnlySpan<T> values, Validity valid, ulong flip, int taken, int free, Span<ulong> prefixes)
        where T : unmanaged
        where TBits : struct, IHighBits<T>
    {
        values = values[..prefixes.Length];
        if (valid.AllValid)
        {
            for (int row = 0; row < prefixes.Length; row++)
                prefixes[row] |= (TBits.Of(values[row]) ^ flip) >> (64 - taken) << free;
            return;
        }

        for (int row = 0; row < prefixes.Length; row++)
            if (valid[row])
                prefixes[row] |= (TBits.Of(values[row]) ^ flip) >> (64 - taken) << free;
    }

    private static int WidthOf(ColumnVector key) => key switch
    {
        FixedWidthVector<bool> => 1,
        FixedWidthVector<sbyte> => 8,
        FixedWidthVector<short> => 16,
        FixedWidthVector<int> or FixedWidthVector<float> => 32,
        FixedWidthVector<long> or FixedWidthVector<double> => 64,
        _ => 64,
    };

    private static ulong FirstBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 8)
            return BinaryPrimitives.ReadUInt64BigEndian(bytes);
        ulong value = 0;
        foreach (byte one in bytes)
            value = (value << 8) | one;
        return bytes.IsEmpty ? 0 : value << (8 * (8 - bytes.Length));
    }

    /// <summary>A value's bits from the highest one down, so that unsigned numbers compare as the values do.</summary>
    private interface IHighBits<T>
    {
        static abstract ulong Of(T value);
    }

    private readonly struct BoolBits : IHighBits<bool>
    {
        public static ulong Of(bool value) => value ? 1UL << 63 : 0;
    }

    private readonly struct SByteBits : IHighBits<sbyte>
    {
        public static ulong Of(sbyte value) => (ulong)(byte)(value ^ 0x80) << 56;
    }

    private readonly struct ShortBits : IHighBits<short>
    {
        public static ulong Of(short value) => (ulong)(ushort)(value ^ 0x8000) << 48;
    }

    private readonly struct IntBits : IHighBits<int>
    {
        public static ulong Of(int value) => (ulong)((uint)value ^ 0x80000000u) << 32;
    }

    private readonly struct LongBits : IHighBits<long>
    {
        public static ulong Of(long value) => (ulong)value ^ (1UL << 63);
    }

    private readonly struct WideBits : IHighBits<Int128>
    {
        public static ulong Of(Int128 value) => (ulong)(value >> 64) ^ (1UL << 63);
    }

    private readonly struct UuidBits : IHighBits<UInt128>
    {
        public static ulong Of(UInt128 value) => (ulong)(value >> 64);
    }

    // Negative numbers turned around, NaN above all, -0.0 as 0.0.
    private readonly struct DoubleBits : IHighBits<double>
    {
        public static ulong Of(double value)
        {
            if (double.IsNaN(value))
                return ulong.MaxValue;
            long bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
            return bits < 0 ? ~(ulong)bits : (ulong)bits | (1UL << 63);
        }
    }

    private readonly struct FloatBits : IHighBits<float>
    {
        public static ulong Of(float value)
        {
            if (float.IsNaN(value))
                return ulong.MaxValue << 32;
            int bits = BitConverter.SingleToInt32Bits(value == 0 ? 0 : value);
            return (ulong)(bits < 0 ? ~(uint)bits : (uint)bits | 0x80000000u) << 32;
        }
    }
}
