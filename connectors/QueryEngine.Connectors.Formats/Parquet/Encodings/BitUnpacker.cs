using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QueryEngine.Connectors.Formats.Parquet.Encodings;

/// <summary>
/// Unpacks numbers of a fixed width in bits, least significant bit first. Sources must be followed by
/// <see cref="NativeScratch.Padding"/> readable bytes: whole vectors are loaded.
/// </summary>
internal static unsafe class BitUnpacker
{
    /// <summary>Widths up to this fit a 32-bit window at any bit offset, which is what the vector paths need.</summary>
    private const int WidestVectorWidth = 25;

    private static readonly Vector512<byte>[] _wideShuffles = CreateWideShuffles();
    private static readonly Vector512<uint>[] _wideShifts = CreateWideShifts();
    private static readonly Vector256<byte>[] _shuffles = CreateShuffles();
    private static readonly Vector256<uint>[] _shifts = CreateShifts();

    /// <summary>Unpacks <paramref name="count"/> numbers of <paramref name="width"/> (0 to 32) bits, starting with number <paramref name="first"/>.</summary>
    public static void Unpack(byte* source, long first, int width, int* destination, int count)
    {
        if (width == 0)
        {
            new Span<int>(destination, count).Clear();
            return;
        }

        // Up to the next multiple of eight numbers, which is a whole byte.
        int done = (int)Math.Min(count, (8 - (first & 7)) & 7);
        UnpackScalar(source, first, width, destination, done);
        first += done;
        if (width <= WidestVectorWidth && Avx2.IsSupported)
        {
            byte* aligned = source + (first >> 3) * width;
            int vectors = Avx512Vbmi.IsSupported
                ? UnpackWide(aligned, width, destination + done, count - done)
                : UnpackVectors(aligned, width, destination + done, count - done);
            first += vectors;
            done += vectors;
        }
        UnpackScalar(source, first, width, destination + done, count - done);
    }

    /// <summary>Unpacks numbers of up to 64 bits, as the delta encodings have them.</summary>
    public static void UnpackLong(byte* source, int width, long* destination, int count)
    {
        if (width == 0)
        {
            new Span<long>(destination, count).Clear();
            return;
        }

        ulong mask = ulong.MaxValue >> (64 - width);
        long bit = 0;
        if (width <= 57)
        {
            for (int value = 0; value < count; value++, bit += width)
                destination[value] = (long)((Unsafe.ReadUnaligned<ulong>(source + (bit >> 3)) >> (int)(bit & 7)) & mask);
            return;
        }

        for (int value = 0; value < count; value++, bit += width)
        {
            byte* place = source + (bit >> 3);
            int shift = (int)(bit & 7);
            ulong low = Unsafe.ReadUnaligned<ulong>(place) >> shift;
            ulong high = shift == 0 ? 0 : (ulong)place[8] << (64 - shift);
            destination[value] = (long)((low | high) & mask);
        }
    }

    private static void UnpackScalar(byte* source, long first, int width, int* destination, int count)
    {
        ulong mask = (1UL << width) - 1;
        long bit = first * width;
        for (int value = 0; value < count; value++, bit += width)
            destination[value] = (int)((Unsafe.ReadUnaligned<ulong>(source + (bit >> 3)) >> (int)(bit & 7)) & mask);
    }

    /// <summary>Eight at a time: bytes to lanes by a shuffle, then a shift of its own for each lane.</summary>
    private static int UnpackVectors(byte* source, int width, int* destination, int count)
    {
        int whole = count & ~7;
        Vector256<byte> shuffle = _shuffles[width];
        Vector256<uint> shift = _shifts[width];
        Vector256<uint> mask = Vector256.Create((uint)((1UL << width) - 1));
        int upper = (4 * width) >> 3;
        for (int value = 0; value < whole; value += 8, source += width)
        {
            Vector256<byte> raw = Vector256.Create(Vector128.Load(source), Vector128.Load(source + upper));
            Vector256<uint> lanes = Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(raw, shuffle).AsUInt32(), shift);
            (lanes & mask).AsInt32().Store(destination + value);
        }
        return whole;
    }

    /// <summary>Sixteen at a time where bytes can be permuted across a 512-bit vector.</summary>
    private static int UnpackWide(byte* source, int width, int* destination, int count)
    {
        int whole = count & ~15;
        Vector512<byte> shuffle = _wideShuffles[width];
        Vector512<uint> shift = _wideShifts[width];
        Vector512<uint> mask = Vector512.Create((uint)((1UL << width) - 1));
        int step = 2 * width;
        for (int value = 0; value < whole; value += 16, source += step)
        {
            Vector512<uint> lanes = Avx512Vbmi.PermuteVar64x8(Vector512.Load(source), shuffle).AsUInt32();
            (Avx512F.ShiftRightLogicalVariable(lanes, shift) & mask).AsInt32().Store(destination + value);
        }
        return whole;
    }

    private static Vector512<byte>[] CreateWideShuffles()
    {
        var shuffles = new Vector512<byte>[WidestVectorWidth + 1];
        Span<byte> places = stackalloc byte[64];
        for (int width = 1; width <= WidestVectorWidth; width++)
        {
            for (int place = 0; place < 64; place++)
                places[place] = (byte)((((place >> 2) * width) >> 3) + (place & 3));
            shuffles[width] = Vector512.Create<byte>(places);
        }
        return shuffles;
    }

    private static Vector512<uint>[] CreateWideShifts()
    {
        var shifts = new Vector512<uint>[WidestVectorWidth + 1];
        Span<uint> lanes = stackalloc uint[16];
        for (int width = 1; width <= WidestVectorWidth; width++)
        {
            for (int lane = 0; lane < 16; lane++)
                lanes[lane] = (uint)((lane * width) & 7);
            shifts[width] = Vector512.Create<uint>(lanes);
        }
        return shifts;
    }

    private static Vector256<byte>[] CreateShuffles()
    {
        var shuffles = new Vector256<byte>[WidestVectorWidth + 1];
        Span<byte> places = stackalloc byte[32];
        for (int width = 1; width <= WidestVectorWidth; width++)
        {
            int upper = ((4 * width) >> 3) * 8;
            for (int place = 0; place < 32; place++)
            {
                int bit = (place >> 2) * width - (place >= 16 ? upper : 0);
                places[place] = (byte)((bit >> 3) + (place & 3));
            }
            shuffles[width] = Vector256.Create<byte>(places);
        }
        return shuffles;
    }

    private static Vector256<uint>[] CreateShifts()
    {
        var shifts = new Vector256<uint>[WidestVectorWidth + 1];
        Span<uint> lanes = stackalloc uint[8];
        for (int width = 1; width <= WidestVectorWidth; width++)
        {
            for (int lane = 0; lane < 8; lane++)
                lanes[lane] = (uint)((lane * width) & 7);
            shifts[width] = Vector256.Create<uint>(lanes);
        }
        return shifts;
    }
}
