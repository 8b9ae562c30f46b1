using QueryEngine.Columnar;
using QueryEngine.Execution.Grouping;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>The whole numbers that a build side has, one bit a number of their range: what a scan of the other side may drop, row by row.</summary>
internal sealed class KeyBitmap : IDisposable
{
    private const long MaxBits = 1L << 28;
    private const long MinBits = 1L << 25;
    private const int BitsPerRow = 256;
    private readonly NativeBuffer _bits;
    private readonly long _low;
    private readonly long _range;

    private KeyBitmap(NativeBuffer bits, long low, long range, ValueRange bounds) => (_bits, _low, _range, Bounds) = (bits, low, range, bounds);

    /// <summary>The least and the greatest of the numbers, as boxed values of the column's type.</summary>
    public ValueRange Bounds { get; }

    /// <summary>The numbers of a column, or null where they are no whole numbers or lie too far apart.</summary>
    public static KeyBitmap? TryCreate(ColumnVector column, MemoryContext memory)
    {
        if (column.Type.Physical is not (PhysicalType.Int16 or PhysicalType.Int32 or PhysicalType.Int64))
            return null;

        using ColumnVector flat = Gather.Flatten(column, memory);
        using var scratch = new GrowingBuffer<long>(memory);
        ReadOnlySpan<long> values = LongKeys.Read(flat, scratch);
        (long low, long high) = (long.MaxValue, long.MinValue);
        Validity validity = flat.Validity;
        (int lowRow, int highRow) = (-1, -1);
        for (int row = 0; row < values.Length; row++)
        {
            if (!validity[row])
                continue;
            if (values[row] < low || lowRow < 0)
                (low, lowRow) = (values[row], row);
            if (values[row] > high || highRow < 0)
                (high, highRow) = (values[row], row);
        }

        if (lowRow < 0 || (UInt128)((Int128)high - low) >= (UInt128)Math.Min(MaxBits, Math.Max(MinBits, (long)values.Length * BitsPerRow)))
            return null;

        long range = high - low + 1;
        NativeBuffer bits = memory.AllocateCleared((range + 7) / 8);
        Span<byte> bytes = bits.Span<byte>((int)((range + 7) / 8));
        for (int row = 0; row < values.Length; row++)
        {
            if (!validity[row])
                continue;
            long place = values[row] - low;
            bytes[(int)(place >> 3)] |= (byte)(1 << (int)(place & 7));
        }

        return new KeyBitmap(bits, low, range, new ValueRange(flat.GetValue(lowRow), true, flat.GetValue(highRow), true));
    }

    /// <summary>Moves the rows whose number is there to the front, in their order; returns how many. NULL is never there.</summary>
    public int Filter(ColumnVector column, Span<int> rows, MemoryContext memory)
    {
        using ColumnVector flat = Gather.Flatten(column, memory);
        ReadOnlySpan<byte> bits = _bits.Span<byte>((int)((_range + 7) / 8));
        Validity validity = flat.Validity;
        int count = 0;
        switch (flat)
        {
            case FixedWidthVector<long> longs when validity.AllValid:
                ReadOnlySpan<long> wide = longs.Values;
                for (int at = 0; at < rows.Length; at++)
                {
                    int row = rows[at];
                    ulong place = (ulong)wide[row] - (ulong)_low;
                    rows[count] = row;
                    count += place < (ulong)_range ? (bits[(int)(place >> 3)] >> (int)(place & 7)) & 1 : 0;
                }

                return count;
            case FixedWidthVector<int> ints when validity.AllValid:
                ReadOnlySpan<int> narrow = ints.Values;
                for (int at = 0; at < rows.Length; at++)
                {
                    int row = rows[at];
                    ulong place = (ulong)narrow[row] - (ulong)_low;
                    rows[count] = row;
                    count += place < (ulong)_range ? (bits[(int)(place >> 3)] >> (int)(place & 7)) & 1 : 0;
                }

                return count;
        }

        long[] values = new long[flat.Length];
        LongKeys.ToLongs(flat, values);
        foreach (int row in rows)
        {
            ulong place = (ulong)values[row] - (ulong)_low;
            rows[count] = row;
            count += validity[row] && place < (ulong)_range ? (bits[(int)(place >> 3)] >> (int)(place & 7)) & 1 : 0;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _bits.Dispose();
}
