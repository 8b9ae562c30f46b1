using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>Decompresses LZ4 blocks, bare or in the frames that Hadoop put around them.</summary>
internal static unsafe class Lz4
{
    private const int MinimumMatch = 4;

    /// <summary>Decompresses one block to exactly <paramref name="length"/> bytes; padding as for <see cref="Snappy"/>.</summary>
    /// <returns>False when the data is corrupt.</returns>
    public static bool TryDecompress(byte* source, int sourceLength, byte* destination, int length)
    {
        byte* input = source;
        byte* inputEnd = source + sourceLength;
        byte* output = destination;
        byte* outputEnd = destination + length;
        while (input < inputEnd)
        {
            uint token = *input++;
            long literals = token >> 4;
            if (literals < 15)
            {
                Vector128.Load(input).Store(output);
            }
            else
            {
                if (!TryReadLength(ref input, inputEnd, ref literals) || literals > inputEnd - input || literals > outputEnd - output)
                    return false;
                ByteCopy.Wild32(output, input, literals);
            }

            input += literals;
            output += literals;
            if (input > inputEnd || output > outputEnd)
                return false;

            // The last sequence ends after its literals.
            if (input == inputEnd)
                break;
            if (inputEnd - input < 2)
                return false;

            long offset = Unsafe.ReadUnaligned<ushort>(input);
            input += 2;
            long match = token & 15;
            if (match == 15 && !TryReadLength(ref input, inputEnd, ref match))
                return false;
            match += MinimumMatch;
            if ((ulong)(offset - 1) >= (ulong)(output - destination) || match > outputEnd - output)
                return false;

            ByteCopy.Match(output, offset, match);
            output += match;
        }
        return output == outputEnd;
    }

    /// <summary>
    /// Decompresses what Parquet's deprecated LZ4 codec holds: Hadoop's frames (big-endian sizes before each block),
    /// or a bare block as some writers made it.
    /// </summary>
    public static bool TryDecompressHadoop(byte* source, int sourceLength, byte* destination, int length) =>
        TryDecompressFrames(source, sourceLength, destination, length) || TryDecompress(source, sourceLength, destination, length);

    private static bool TryDecompressFrames(byte* source, int sourceLength, byte* destination, int length)
    {
        int read = 0;
        int written = 0;
        while (read < sourceLength)
        {
            if (sourceLength - read < 8)
                return false;
            uint blockLength = BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(source + read, 4));
            uint compressed = BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(source + read + 4, 4));
            read += 8;
            if (compressed > (uint)(sourceLength - read) || blockLength > (uint)(length - written))
                return false;
            if (!TryDecompress(source + read, (int)compressed, destination + written, (int)blockLength))
                return false;
            read += (int)compressed;
            written += (int)blockLength;
        }
        return written == length;
    }

    private static bool TryReadLength(ref byte* input, byte* end, ref long length)
    {
        while (input < end)
        {
            byte next = *input++;
            length += next;
            if (next != 255)
                return true;
        }
        return false;
    }
}
