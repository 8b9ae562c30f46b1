using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>Makes and combines validity bitmaps: one bit a row, lowest bit first, 1 for a value. A missing buffer means that no row is null.</summary>
public static class ValidityBitmap
{
    /// <summary>
    /// The rows that are not null in any of the vectors, all of <paramref name="rowCount"/> rows: null, a shared buffer, or a new one.
    /// The caller owns the result.
    /// </summary>
    public static NativeBuffer? And(ReadOnlySpan<ColumnVector> vectors, int rowCount, MemoryContext memory)
    {
        NativeBuffer? only = null;
        NativeBuffer? combined = null;
        int bytes = Validity.BytesFor(rowCount);
        foreach (ColumnVector vector in vectors)
        {
            if (vector.ValidityBuffer is not { } buffer || ReferenceEquals(buffer, only))
                continue;
            if (only is null)
            {
                only = buffer;
                continue;
            }

            if (combined is null)
            {
                combined = memory.Allocate(bytes);
                only.Span<byte>(bytes).CopyTo(combined.Span<byte>(bytes));
            }

            And(combined.Span<byte>(bytes), buffer.Span<byte>(bytes));
        }

        if (combined is null)
            only?.Retain();
        return combined ?? only;
    }

    /// <summary>Clears the bits of <paramref name="target"/> that are not set in <paramref name="other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void And(Span<byte> target, ReadOnlySpan<byte> other)
    {
        int at = 0;
        for (; at <= target.Length - Vector<byte>.Count; at += Vector<byte>.Count)
            (new Vector<byte>(target[at..]) & new Vector<byte>(other[at..])).CopyTo(target[at..]);
        for (; at < target.Length; at++)
            target[at] &= other[at];
    }

    /// <summary>Sets the bits of <paramref name="target"/> that are set in <paramref name="other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Or(Span<byte> target, ReadOnlySpan<byte> other)
    {
        int at = 0;
        for (; at <= target.Length - Vector<byte>.Count; at += Vector<byte>.Count)
            (new Vector<byte>(target[at..]) | new Vector<byte>(other[at..])).CopyTo(target[at..]);
        for (; at < target.Length; at++)
            target[at] |= other[at];
    }

    /// <summary>A bitmap of booleans; null when all are true. The caller owns the result.</summary>
    public static NativeBuffer? FromBools(ReadOnlySpan<bool> valid, MemoryContext memory)
    {
        if (!valid.Contains(false))
            return null;

        NativeBuffer buffer = memory.Allocate(Validity.BytesFor(valid.Length));
        Pack(valid, buffer.Span<byte>(Validity.BytesFor(valid.Length)));
        return buffer;
    }

    /// <summary>Writes one bit a boolean; the bits after the last are 0.</summary>
    public static void Pack(ReadOnlySpan<bool> values, Span<byte> bits)
    {
        // Eight bytes of 0 or 1 times the magic number have their lowest bits gathered in the highest byte.
        const ulong gather = 0x0102040810204080;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<bool, ulong>(values[..(values.Length & ~7)]);
        for (int word = 0; word < words.Length; word++)
            bits[word] = (byte)((words[word] * gather) >> 56);
        if ((values.Length & 7) == 0)
            return;

        int last = 0;
        for (int row = words.Length * 8; row < values.Length; row++)
            last |= (values[row] ? 1 : 0) << (row & 7);
        bits[words.Length] = (byte)last;
    }

    /// <summary>Writes one boolean a row: whether it is not null.</summary>
    public static void Unpack(Validity validity, Span<bool> values)
    {
        if (validity.AllValid)
        {
            values.Fill(true);
            return;
        }

        ReadOnlySpan<byte> bits = validity.Bits;
        Span<ulong> words = MemoryMarshal.Cast<bool, ulong>(values[..(values.Length & ~7)]);
        for (int word = 0; word < words.Length; word++)
            words[word] = Spread(bits[word]);
        for (int row = words.Length * 8; row < values.Length; row++)
            values[row] = validity[row];
    }

    /// <summary>The eight bits of a number as eight bytes of 0 or 1, lowest bit first.</summary>
    internal static ulong Spread(int bits)
    {
        if (System.Runtime.Intrinsics.X86.Bmi2.X64.IsSupported)
            return System.Runtime.Intrinsics.X86.Bmi2.X64.ParallelBitDeposit((ulong)bits, 0x0101010101010101);

        // Each byte keeps its own bit of the eight copies; adding 0x7F carries it to the top of the byte.
        ulong picked = ((ulong)(byte)bits * 0x0101010101010101) & 0x8040201008040201;
        return ((picked + 0x7F7F7F7F7F7F7F7F) >> 7) & 0x0101010101010101;
    }
}
