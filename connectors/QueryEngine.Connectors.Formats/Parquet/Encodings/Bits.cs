using System.Numerics;
using System.Runtime.CompilerServices;

namespace QueryEngine.Connectors.Formats.Parquet.Encodings;

/// <summary>Works on runs of single bits, least significant first, as validity bitmaps have them.</summary>
internal static unsafe class Bits
{
    /// <summary>Sets or clears <paramref name="count"/> bits.</summary>
    public static void Fill(byte* bits, long first, long count, bool value)
    {
        while (count > 0 && (first & 7) != 0)
        {
            Set(bits, first++, value);
            count--;
        }
        long whole = count >> 3;
        new Span<byte>(bits + (first >> 3), checked((int)whole)).Fill(value ? (byte)0xFF : (byte)0);
        first += whole << 3;
        for (count &= 7; count > 0; count--)
            Set(bits, first++, value);
    }

    /// <summary>Copies bits between any two places; up to 8 bytes past the end of the source are read.</summary>
    /// <returns>How many of them were one.</returns>
    public static int Copy(byte* source, long sourceFirst, byte* target, long targetFirst, long count)
    {
        int ones = 0;
        while (count > 0 && (targetFirst & 7) != 0)
        {
            bool value = Get(source, sourceFirst++);
            Set(target, targetFirst++, value);
            ones += value ? 1 : 0;
            count--;
        }

        for (; count >= 56; count -= 56, sourceFirst += 56, targetFirst += 56)
        {
            // 56 bits at a time, because a window of 64 loses up to 7 to the shift.
            ulong window = (Unsafe.ReadUnaligned<ulong>(source + (sourceFirst >> 3)) >> (int)(sourceFirst & 7)) & 0x00FF_FFFF_FFFF_FFFF;
            ones += BitOperations.PopCount(window);
            byte* place = target + (targetFirst >> 3);
            Unsafe.WriteUnaligned(place, (uint)window);
            Unsafe.WriteUnaligned(place + 4, (ushort)(window >> 32));
            place[6] = (byte)(window >> 48);
        }

        for (; count > 0; count--)
        {
            bool value = Get(source, sourceFirst++);
            Set(target, targetFirst++, value);
            ones += value ? 1 : 0;
        }
        return ones;
    }

    /// <summary>Reads one bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Get(byte* bits, long place) => ((bits[place >> 3] >> (int)(place & 7)) & 1) != 0;

    /// <summary>Writes one bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(byte* bits, long place, bool value)
    {
        int mask = 1 << (int)(place & 7);
        if (value)
            bits[place >> 3] |= (byte)mask;
        else
            bits[place >> 3] &= (byte)~mask;
    }
}
