using System.Numerics;
using System.Runtime.CompilerServices;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>
/// Compresses to the raw snappy format (no framing), greedily with one hash table a block of 64 KiB, as the format's reference does. Not
/// thread-safe.
/// </summary>
internal sealed unsafe class SnappyCompressor
{
    private const int BlockLength = 1 << 16;
    private const int TableBits = 14;
    private const int Margin = 15;

    private readonly ushort[] _table = new ushort[1 << TableBits];

    /// <summary>The most bytes that so many bytes can become.</summary>
    public static int MaximumLength(int length) => checked(32 + length + length / 6);

    /// <summary>Compresses; the target has room for <see cref="MaximumLength"/> bytes. The number of bytes written.</summary>
    public int Compress(byte* source, int length, byte* target)
    {
        byte* output = target;
        uint rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7)
            *output++ = (byte)(rest | 0x80);
        *output++ = (byte)rest;
        for (int start = 0; start < length; start += BlockLength)
            output = CompressBlock(source + start, Math.Min(BlockLength, length - start), output);
        return (int)(output - target);
    }

    private byte* CompressBlock(byte* block, int length, byte* output)
    {
        byte* emitted = block;
        byte* end = block + length;
        if (length >= Margin)
        {
            _table.AsSpan().Clear();
            byte* limit = end - Margin; // four bytes can be read from every place before it
            byte* input = block + 1;
            while (true)
            {
                // The longer nothing is found, the larger the steps.
                byte* match = null;
                for (uint skip = 32; input <= limit; input += skip++ >> 5)
                {
                    match = Lookup(block, input);
                    if (Read(match) == Read(input))
                        break;
                }
                if (input > limit)
                    break;

                output = EmitLiteral(emitted, (int)(input - emitted), output);
                int matched = 4 + MatchLength(match + 4, input + 4, end);
                output = EmitCopy((int)(input - match), matched, output);
                input += matched;
                emitted = input;
                if (input > limit)
                    break;
                Lookup(block, input - 1);
            }
        }
        return emitted < end ? EmitLiteral(emitted, (int)(end - emitted), output) : output;
    }

    /// <summary>The last place with these four bytes' hash; <paramref name="input"/> takes its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Lookup(byte* block, byte* input)
    {
        ref ushort slot = ref _table[(Read(input) * 0x1E35A7BDu) >> (32 - TableBits)];
        byte* found = block + slot;
        slot = (ushort)(input - block);
        return found < input ? found : block;
    }

    private static uint Read(byte* place) => Unsafe.ReadUnaligned<uint>(place);

    private static int MatchLength(byte* earlier, byte* later, byte* end)
    {
        byte* start = later;
        while (later + sizeof(ulong) <= end)
        {
            ulong difference = Unsafe.ReadUnaligned<ulong>(earlier) ^ Unsafe.ReadUnaligned<ulong>(later);
            if (difference != 0)
                return (int)(later - start) + BitOperations.TrailingZeroCount(difference) / 8;
            earlier += sizeof(ulong);
            later += sizeof(ulong);
        }
        while (later < end && *earlier == *later)
        {
            earlier++;
            later++;
        }
        return (int)(later - start);
    }

    private static byte* EmitLiteral(byte* from, int length, byte* output)
    {
        if (length == 0)
            return output;
        int last = length - 1;
        if (last < 60)
        {
            *output++ = (byte)(last << 2);
        }
        else if (last < 1 << 8)
        {
            *output++ = 60 << 2;
            *output++ = (byte)last;
        }
        else
        {
            *output++ = 61 << 2;
            *output++ = (byte)last;
            *output++ = (byte)(last >> 8);
        }
        Buffer.MemoryCopy(from, output, length, length);
        return output + length;
    }

    private static byte* EmitCopy(int offset, int length, byte* output)
    {
        while (length >= 68)
        {
            output = EmitFarCopy(offset, 64, output);
            length -= 64;
        }
        if (length > 64)
        {
            output = EmitFarCopy(offset, 60, output);
            length -= 60;
        }
        if (length >= 12 || offset >= 2048)
            return EmitFarCopy(offset, length, output);
        *output++ = (byte)(1 | ((length - 4) << 2) | ((offset >> 8) << 5));
        *output++ = (byte)offset;
        return output;
    }

    private static byte* EmitFarCopy(int offset, int length, byte* output)
    {
        *output++ = (byte)(2 | ((length - 1) << 2));
        *output++ = (byte)offset;
        *output++ = (byte)(offset >> 8);
        return output;
    }
}
