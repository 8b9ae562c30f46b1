using System.Buffers.Binary;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Writes one vector, of any encoding, flat.</summary>
internal static class VectorWriter
{
    /// <summary>Adds the vector's nodes and buffers, children after parents.</summary>
    public static void Write(BodyWriter body, ColumnVector vector, MemoryContext memory)
    {
        if (vector is ConstantVector or DictionaryVector)
        {
            using ColumnVector flat = Flattening.Flatten(vector, memory);
            Write(body, flat, memory);
            return;
        }

        if (vector.Type.Kind == TypeKind.Unknown)
        {
            body.AddNode(vector.Length, vector.Length);
            return;
        }

        int nulls = vector.Validity.CountNulls(vector.Length);
        body.AddNode(vector.Length, nulls);
        WriteValidity(body, vector, nulls);
        switch (vector)
        {
            case FixedWidthVector<bool> booleans:
                WriteBits(body, MemoryMarshal.AsBytes(booleans.Values));
                break;
            case FixedWidthVector<sbyte> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<short> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<int> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<long> { Type.Kind: TypeKind.Decimal } decimals:
                WriteWidened(body, decimals.Values);
                break;
            case FixedWidthVector<long> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<Int128> { Type.Kind: TypeKind.Interval } intervals:
                WriteIntervals(body, intervals);
                break;
            case FixedWidthVector<Int128> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<float> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<double> values:
                body.AddBuffer(values.Values);
                break;
            case FixedWidthVector<UInt128> uuids:
                WriteBigEndian(body, uuids.Values);
                break;
            case BytesVector { Type.Kind: TypeKind.Number } numbers:
                using (BytesVector text = NumberText.Format(numbers, memory))
                {
                    WriteOffsets(body, text.Offsets);
                    body.AddBuffer(text.Data[..text.Offsets[^1]]);
                }

                break;
            case BytesVector bytes:
                (int start, int end) = WriteOffsets(body, bytes.Offsets);
                body.AddBuffer(bytes.Data[start..end]);
                break;
            case ArrayVector array:
                (start, end) = WriteOffsets(body, array.Offsets);
                WriteSlice(body, array.Elements, start, end, memory);
                break;
            case MapVector map:
                (start, end) = WriteOffsets(body, map.Offsets);
                body.AddNode(end - start, 0);
                body.AddBuffer(0);
                WriteSlice(body, map.Keys, start, end, memory);
                WriteSlice(body, map.Values, start, end, memory);
                break;
            case RowVector row:
                foreach (ColumnVector child in row.Fields)
                    Write(body, child, memory);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(vector.GetType().Name);
        }
    }

    /// <summary>Writes the bitmap, or nothing where no row is null.</summary>
    public static void WriteValidity(BodyWriter body, ColumnVector vector, int nulls) =>
        body.AddBuffer(nulls == 0 ? default : vector.Validity.Bits[..Validity.BytesFor(vector.Length)]);

    private static void WriteSlice(BodyWriter body, ColumnVector vector, int start, int end, MemoryContext memory)
    {
        if (start == 0 && end == vector.Length)
        {
            Write(body, vector, memory);
            return;
        }

        using ColumnVector slice = vector.Slice(start, end - start);
        Write(body, slice, memory);
    }

    /// <summary>Writes offsets that begin at 0; gives the first and the last as they are in memory.</summary>
    private static (int Start, int End) WriteOffsets(BodyWriter body, ReadOnlySpan<int> offsets)
    {
        int first = offsets[0];
        if (first == 0)
        {
            body.AddBuffer(offsets);
            return (0, offsets[^1]);
        }

        Span<int> targets = MemoryMarshal.Cast<byte, int>(body.AddBuffer(offsets.Length * sizeof(int)));
        for (int row = 0; row < offsets.Length; row++)
            targets[row] = offsets[row] - first;
        return (first, offsets[^1]);
    }

    private static void WriteBits(BodyWriter body, ReadOnlySpan<byte> values)
    {
        Span<byte> bits = body.AddBuffer(Validity.BytesFor(values.Length));
        bits.Clear();
        int row = 0;
        for (; row + 8 <= values.Length; row += 8)
        {
            // Gathers the lowest bit of each of eight bytes into one byte.
            ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(values[row..]) & 0x0101010101010101UL;
            bits[row >> 3] = (byte)((eight * 0x0102040810204080UL) >> 56);
        }

        for (; row < values.Length; row++)
            bits[row >> 3] |= (byte)((values[row] & 1) << (row & 7));
    }

    private static void WriteWidened(BodyWriter body, ReadOnlySpan<long> values)
    {
        Span<long> words = MemoryMarshal.Cast<byte, long>(body.AddBuffer(values.Length * 2 * sizeof(long)));
        for (int row = 0; row < values.Length; row++)
        {
            words[2 * row] = values[row];
            words[(2 * row) + 1] = values[row] >> 63;
        }
    }

    private static void WriteIntervals(BodyWriter body, FixedWidthVector<Int128> intervals)
    {
        var parts = new MonthDayNano[intervals.Length];
        Validity valid = intervals.Validity;
        for (int row = 0; row < parts.Length; row++)
            parts[row] = valid[row] ? MonthDayNano.Of(new Interval(intervals.Values[row])) : default;
        body.AddBuffer<MonthDayNano>(parts);
    }

    private static void WriteBigEndian(BodyWriter body, ReadOnlySpan<UInt128> values)
    {
        Span<byte> bytes = body.AddBuffer(values.Length * 16);
        for (int row = 0; row < values.Length; row++)
            BinaryPrimitives.WriteUInt128BigEndian(bytes[(row * 16)..], values[row]);
    }
}
