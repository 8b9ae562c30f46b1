using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>The copies that LZ77 decoders are made of. All of them may write up to 63 bytes past the end: see <see cref="NativeScratch"/>.</summary>
internal static unsafe class ByteCopy
{
    /// <summary>For each offset below 16: which byte of the pattern stands at each of 16 places.</summary>
    private static readonly Vector128<byte>[] _patterns = CreatePatterns();

    /// <summary>Copies bytes that do not overlap with the place they go to within 32 bytes, 32 at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wild32(byte* destination, byte* source, long length)
    {
        byte* end = destination + length;
        do
        {
            Vector256.Load(source).Store(destination);
            destination += 32;
            source += 32;
        }
        while (destination < end);
    }

    /// <summary>Repeats what was written <paramref name="offset"/> bytes ago, overlapping or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Match(byte* destination, long offset, long length)
    {
        byte* source = destination - offset;
        if (offset >= 16)
        {
            Vector128.Load(source).Store(destination);
            if (length <= 16)
                return;
            byte* end = destination + length;
            do
            {
                source += 16;
                destination += 16;
                Vector128.Load(source).Store(destination);
            }
            while (destination + 16 < end);
            return;
        }
        Repeat(destination, source, offset, length);
    }

    private static void Repeat(byte* destination, byte* source, long offset, long length)
    {
        // The pattern of fewer than 16 bytes is laid out over a vector once; each store then advances by whole patterns.
        Vector128<byte> pattern = Vector128.Shuffle(Vector128.Load(source), _patterns[offset]);
        long step = 16 - (16 % offset);
        for (long written = 0; written < length; written += step)
            pattern.Store(destination + written);
    }

    private static Vector128<byte>[] CreatePatterns()
    {
        var patterns = new Vector128<byte>[16];
        Span<byte> places = stackalloc byte[16];
        for (int offset = 1; offset < 16; offset++)
        {
            for (int place = 0; place < 16; place++)
                places[place] = (byte)(place % offset);
            patterns[offset] = Vector128.Create<byte>(places);
        }
        return patterns;
    }
}
