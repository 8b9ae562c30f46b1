using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>Decompresses the raw snappy format (no framing), as Parquet uses it.</summary>
internal static unsafe class Snappy
{
    /// <summary>For each tag of a copy: length, high bits of the offset (8 to 10), bytes that follow (11 and up).</summary>
    private static readonly ushort[] _tags = CreateTags();

    /// <summary>
    /// Decompresses exactly <paramref name="length"/> bytes. Both memories must be followed by <see cref="NativeScratch.Padding"/>
    /// bytes that may be read, and written at the destination: lengths are checked, the overshoot of vector moves is not.
    /// </summary>
    /// <returns>False when the data is corrupt.</returns>
    public static bool TryDecompress(byte* source, int sourceLength, byte* destination, int length)
    {
        byte* input = source;
        byte* inputEnd = source + sourceLength;
        if (!TryReadLength(ref input, inputEnd, out uint declared) || declared != (uint)length)
            return false;

        byte* output = destination;
        byte* outputEnd = destination + length;
        ref ushort tags = ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_tags);
        while (input < inputEnd)
        {
            uint tag = *input++;
            if ((tag & 3) == 0)
            {
                long count = (tag >> 2) + 1;
                if (count <= 16)
                {
                    // Unconditional vector move: the padding takes the overshoot.
                    Vector128.Load(input).Store(output);
                }
                else
                {
                    if (count > 60)
                    {
                        int extra = (int)count - 60;
                        count = (Unsafe.ReadUnaligned<uint>(input) & (uint)((1UL << (8 * extra)) - 1)) + 1L;
                        input += extra;
                    }
                    if (count > inputEnd - input || count > outputEnd - output)
                        return false;
                    ByteCopy.Wild32(output, input, count);
                }

                input += count;
                output += count;
                if (input > inputEnd || output > outputEnd)
                    return false;
                continue;
            }

            uint entry = Unsafe.Add(ref tags, tag);
            int following = (int)(entry >> 11);
            uint trailer = Unsafe.ReadUnaligned<uint>(input) & (uint)((1UL << (8 * following)) - 1);
            input += following;
            long offset = (entry & 0x700) + trailer;
            long copied = entry & 0xFF;
            if ((ulong)(offset - 1) >= (ulong)(output - destination) || copied > outputEnd - output)
                return false;

            ByteCopy.Match(output, offset, copied);
            output += copied;
        }
        return input == inputEnd && output == outputEnd;
    }

    private static bool TryReadLength(ref byte* input, byte* end, out uint length)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35 && input < end; shift += 7)
        {
            byte next = *input++;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                length = (uint)value;
                return value <= uint.MaxValue;
            }
        }
        length = 0;
        return false;
    }

    private static ushort[] CreateTags()
    {
        var tags = new ushort[256];
        for (int tag = 0; tag < 256; tag++)
        {
            int high = tag >> 2;
            tags[tag] = (ushort)((tag & 3) switch
            {
                1 => (4 + (high & 7)) | ((tag >> 5) << 8) | (1 << 11),
                2 => (high + 1) | (2 << 11),
                3 => (high + 1) | (4 << 11),
                _ => 0,
            });
        }
        return tags;
    }
}
