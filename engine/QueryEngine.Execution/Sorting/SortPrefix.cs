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
        for (int row = 0; row < prefixes.Length; row++)
        {
            // All NULLs are equal, whatever lies in their slots.
            if (!valid[row])
                continue;
            ulong value = HighBits(key, row, taken);
            if (order.Descending)
                value = ~value & (ulong.MaxValue >> (64 - taken));
            prefixes[row] |= value << free;
        }

        return free;
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

    private static ulong HighBits(ColumnVector key, int row, int bits) => key switch
    {
        FixedWidthVector<int> v => (ulong)((uint)v.Values[row] ^ 0x80000000u) >> (32 - bits),
        FixedWidthVector<long> v => ((ulong)v.Values[row] ^ (1UL << 63)) >> (64 - bits),
        FixedWidthVector<double> v => OrderedBits(v.Values[row]) >> (64 - bits),
        BytesVector v => FirstBytes(v[row]) >> (64 - bits),
        FixedWidthVector<bool> v => v.Values[row] ? 1UL : 0,
        FixedWidthVector<sbyte> v => (ulong)(byte)(v.Values[row] ^ 0x80) >> (8 - bits),
        FixedWidthVector<short> v => (ulong)(ushort)(v.Values[row] ^ 0x8000) >> (16 - bits),
        FixedWidthVector<float> v => OrderedBits(v.Values[row]) >> 32 >> (32 - bits),
        FixedWidthVector<Int128> v => ((ulong)(v.Values[row] >> 64) ^ (1UL << 63)) >> (64 - bits),
        FixedWidthVector<UInt128> v => (ulong)(v.Values[row] >> 64) >> (64 - bits),
        _ => throw new ArgumentException($"{key.GetType().Name} is no flat key", nameof(key)),
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

    // Negative numbers turned around, NaN above all, -0.0 as 0.0.
    private static ulong OrderedBits(double value)
    {
        if (double.IsNaN(value))
            return ulong.MaxValue;
        long bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
        return bits < 0 ? ~(ulong)bits : (ulong)bits | (1UL << 63);
    }

    private static ulong OrderedBits(float value)
    {
        if (float.IsNaN(value))
            return ulong.MaxValue;
        int bits = BitConverter.SingleToInt32Bits(value == 0 ? 0 : value);
        return (ulong)(bits < 0 ? ~(uint)bits : (uint)bits | 0x80000000u) << 32;
    }
}
