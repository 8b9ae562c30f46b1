using System.Buffers.Binary;
using System.Numerics;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Writes the hybrid of run lengths and bit-packed groups of eight that levels and dictionary codes have.</summary>
internal static class HybridEncoder
{
    private const int Group = 8;

    /// <summary>Bits that a number up to <paramref name="maximum"/> takes.</summary>
    public static int BitWidth(int maximum) => 32 - BitOperations.LeadingZeroCount((uint)maximum);

    /// <summary>Appends the values, without a length before them.</summary>
    public static void Encode(ReadOnlySpan<int> values, int bitWidth, NativeOutput output)
    {
        int packedFrom = 0;
        int position = 0;
        while (position < values.Length)
        {
            int run = RunLength(values, position);

            // A packed stretch ends on a whole group: what is missing is taken from the run.
            int missing = (Group - ((position - packedFrom) % Group)) % Group;
            if (run - missing < Group)
            {
                position += run;
                continue;
            }

            position += missing;
            run -= missing;
            WritePacked(values[packedFrom..position], bitWidth, output);
            WriteRun(values[position], run, bitWidth, output);
            position += run;
            packedFrom = position;
        }
        WritePacked(values[packedFrom..], bitWidth, output);
    }

    // Most runs of codes are short: only long ones are worth the call of a search by vectors.
    private static int RunLength(ReadOnlySpan<int> values, int start)
    {
        int value = values[start];
        int near = Math.Min(values.Length, start + (2 * Group));
        int end = start + 1;
        while (end < near && values[end] == value)
            end++;
        if (end < near || end == values.Length)
            return end - start;
        int other = values[end..].IndexOfAnyExcept(value);
        return (other < 0 ? values.Length : end + other) - start;
    }

    private static void WriteRun(int value, int length, int bitWidth, NativeOutput output)
    {
        WriteVarint((uint)length << 1, output);
        for (int shift = 0; shift < bitWidth; shift += 8)
            output.Append((byte)(value >> shift));
    }

    private static void WritePacked(ReadOnlySpan<int> values, int bitWidth, NativeOutput output)
    {
        if (values.IsEmpty)
            return;
        int groups = (values.Length + Group - 1) / Group;
        WriteVarint(((uint)groups << 1) | 1, output);
        Span<byte> target = output.Reserve(groups * bitWidth);
        target.Clear();
        int written = 0;
        ulong bits = 0;
        int held = 0;
        foreach (int value in values)
        {
            bits |= (ulong)(uint)value << held;
            held += bitWidth;
            if (held < 32)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(target[written..], (uint)bits);
            written += sizeof(uint);
            bits >>= 32;
            held -= 32;
        }
        for (; held > 0; held -= 8)
        {
            target[written++] = (byte)bits;
            bits >>= 8;
        }
        output.Advance(groups * bitWidth);
    }

    private static void WriteVarint(uint value, NativeOutput output)
    {
        for (; value >= 0x80; value >>= 7)
            output.Append((byte)(value | 0x80));
        output.Append((byte)value);
    }
}
