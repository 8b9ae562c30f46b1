using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>Decompresses the raw snappy format (no framing), as Parquet uses it.</summary>
internal static unsafe class Snappy
{
    /// <summary>Bytes before either end that the fast loop leaves to the careful one.</summary>
    private const int FastMargin = 80;

    /// <summary>
    /// For each tag: length (bits 0 to 7; 0 for elements that are not short), high bits of the offset (8 to 10), bytes that follow (12 and
    /// 13), whether it is a literal (15), and the mask of the bytes that follow (32 to 47).
    /// </summary>
    private static readonly ulong[] _elements = CreateElements();

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
        return TryDecompressFast(ref input, inputEnd, ref output, destination, outputEnd)
            && TryDecompressRest(input, inputEnd, output, destination, outputEnd);
    }

    /// <summary>
    /// Far from both ends: a literal and a copy differ only in where 64 bytes are moved from, so that there is no branch on the kind
    /// of element, which on most data cannot be predicted. Stops before the ends, false where the data is corrupt.
    /// </summary>
    private static bool TryDecompressFast(ref byte* inputPlace, byte* inputEnd, ref byte* outputPlace, byte* destination, byte* outputEnd)
    {
        byte* input = inputPlace;
        byte* output = outputPlace;
        byte* inputLimit = inputEnd - FastMargin;
        byte* outputLimit = outputEnd - FastMargin;
        ref ulong elements = ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_elements);
        while (input < inputLimit && output < outputLimit)
        {
            ulong element = Unsafe.Add(ref elements, *input);
            long length = (long)(element & 0xFF);
            if (length == 0)
            {
                // A long literal or a far copy.
                if (!TryDecompressOne(ref input, inputEnd, ref output, destination, outputEnd))
                    return false;
                continue;
            }

            long following = (long)(element >> 12 & 3);
            long isLiteral = -(long)(element >> 15 & 1);
            long offset = (long)((element & 0x700) + (Unsafe.ReadUnaligned<ushort>(input + 1) & (element >> 32)));
            byte* next = input + 1 + following;
            if (offset > output - destination)
                return false;
            byte* match = output - offset;
            byte* source = match + ((next - match) & isLiteral);
            input = next + (length & isLiteral);
            if ((ulong)(offset - 1) < 31)
            {
                ByteCopy.Match(output, offset, length);
            }
            else
            {
                if ((offset | isLiteral) == 0)
                    return false;
                Vector256.Load(source).Store(output);
                Vector256.Load(source + 32).Store(output + 32);
            }
            output += length;
        }
        inputPlace = input;
        outputPlace = output;
        return true;
    }

    private static bool TryDecompressRest(byte* input, byte* inputEnd, byte* output, byte* destination, byte* outputEnd)
    {
        while (input < inputEnd)
        {
            if (!TryDecompressOne(ref input, inputEnd, ref output, destination, outputEnd))
                return false;
        }
        return input == inputEnd && output == outputEnd;
    }

    /// <summary>One element of any kind, with every check.</summary>
    private static bool TryDecompressOne(ref byte* inputPlace, byte* inputEnd, ref byte* outputPlace, byte* destination, byte* outputEnd)
    {
        byte* input = inputPlace;
        byte* output = outputPlace;
        uint tag = *input++;
        long count = (tag >> 2) + 1;
        if ((tag & 3) == 0)
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
            inputPlace = input + count;
            outputPlace = output + count;
            return true;
        }

        long offset;
        if ((tag & 3) == 1)
        {
            count = 4 + ((tag >> 2) & 7);
            offset = ((tag >> 5) << 8) | *input;
            input++;
        }
        else if ((tag & 3) == 2)
        {
            offset = Unsafe.ReadUnaligned<ushort>(input);
            input += 2;
        }
        else
        {
            offset = Unsafe.ReadUnaligned<uint>(input);
            input += 4;
        }
        if (input > inputEnd || (ulong)(offset - 1) >= (ulong)(output - destination) || count > outputEnd - output)
            return false;
        ByteCopy.Match(output, offset, count);
        inputPlace = input;
        outputPlace = output + count;
        return true;
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

    private static ulong[] CreateElements()
    {
        var elements = new ulong[256];
        for (uint tag = 0; tag < 256; tag++)
        {
            uint high = tag >> 2;
            elements[tag] = (tag & 3) switch
            {
                0 when high < 60 => (high + 1) | (ulong)1 << 15,
                1 => (4 + (high & 7)) | ((tag >> 5) << 8) | (1 << 12) | (ulong)0xFF << 32,
                2 => (high + 1) | (2 << 12) | (ulong)0xFFFF << 32,
                _ => 0,
            };
        }
        return elements;
    }
}
