using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>How one key is sorted.</summary>
public readonly record struct SortKeyOrder(bool IsDescending, bool NullsFirst);

/// <summary>
/// Writes the sort keys of rows as bytes that compare with memcmp as SQL compares the rows: numbers big-endian with their sign turned, NaN largest and
/// -0.0 as 0.0, text with its zero bytes escaped and an end mark, everything inverted for a descending key. Equal keys have equal bytes.
/// </summary>
public static class SortKeys
{
    /// <summary>
    /// One binary value a row, to be compared with <see cref="MemoryExtensions.SequenceCompareTo{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/>. The caller
    /// owns the result.
    /// </summary>
    public static BytesVector Encode(ReadOnlySpan<ColumnVector> keys, ReadOnlySpan<SortKeyOrder> orders, int rowCount, MemoryContext memory)
    {
        var flat = new ColumnVector[keys.Length];
        try
        {
            for (int column = 0; column < flat.Length; column++)
                flat[column] = Prepare(keys[column], memory);

            NativeBuffer offsets = memory.Allocate((rowCount + 1L) * sizeof(int));
            Span<int> ends = offsets.Span<int>(rowCount + 1);
            Measure(flat, rowCount, ends);
            NativeBuffer data = memory.Allocate(ends[^1]);
            using NativeBuffer cursorBuffer = memory.Allocate((long)rowCount * sizeof(int));
            Span<int> cursors = cursorBuffer.Span<int>(rowCount);
            ends[..rowCount].CopyTo(cursors);
            Span<byte> target = data.Bytes[..ends[^1]];
            for (int column = 0; column < flat.Length; column++)
                Write(flat[column], orders[column], target, cursors);
            return new BytesVector(SqlType.Varbinary, rowCount, offsets, data);
        }
        finally
        {
            foreach (ColumnVector? vector in flat)
                vector?.Dispose();
        }
    }

    /// <summary>Bytes that a value of a type takes in a key, its null mark included; null when they vary.</summary>
    public static int? FixedSize(SqlType type) => type.Physical switch
    {
        PhysicalType.Bool or PhysicalType.Int8 => 2,
        PhysicalType.Int16 => 3,
        PhysicalType.Int32 or PhysicalType.Float32 => 5,
        PhysicalType.Int64 or PhysicalType.Float64 => 9,
        PhysicalType.Int128 or PhysicalType.UInt128 => 17,
        _ => null,
    };

    // Text may stay encoded; it is read in place.
    private static ColumnVector Prepare(ColumnVector key, MemoryContext memory)
    {
        if (key.Type.Physical != PhysicalType.Bytes)
            return Gather.Flatten(key, memory);
        key.Retain();
        return key;
    }

    private static void Measure(ColumnVector[] keys, int rowCount, Span<int> ends)
    {
        int fixedBytes = 0;
        foreach (ColumnVector key in keys)
            fixedBytes += FixedSize(key.Type) ?? 0;
        ends.Fill(fixedBytes);
        foreach (ColumnVector key in keys)
        {
            if (FixedSize(key.Type) is not null)
                continue;
            Validity validity = key.Validity;
            if (key.Type.Physical == PhysicalType.Bytes)
            {
                var reader = new BytesReader(key);
                for (int row = 0; row < rowCount; row++)
                    ends[row] += validity[row] ? TextSize(reader[row]) : 1;
            }
            else
            {
                for (int row = 0; row < rowCount; row++)
                    ends[row] += SizeOf(key, row);
            }
        }

        long at = 0;
        for (int row = 0; row < rowCount; row++)
        {
            int size = ends[row];
            ends[row] = (int)at;
            at += size;
            if (at > int.MaxValue)
                throw new QueryException(ErrorCode.StatementTooComplex, $"the sort keys of one batch have more than {int.MaxValue} bytes");
        }

        ends[rowCount] = (int)at;
    }

    private static void Write(ColumnVector key, SortKeyOrder order, Span<byte> target, Span<int> cursors)
    {
        switch (key)
        {
            case FixedWidthVector<int> ints:
                WriteInts(ints.Values, key.Validity, order, target, cursors);
                return;
            case FixedWidthVector<long> longs:
                WriteLongs(longs.Values, key.Validity, order, target, cursors);
                return;
        }

        Validity validity = key.Validity;
        byte flip = order.IsDescending ? (byte)0xFF : (byte)0;
        if (key.Type.Physical == PhysicalType.Bytes)
        {
            var reader = new BytesReader(key);
            for (int row = 0; row < cursors.Length; row++)
            {
                ref int at = ref cursors[row];
                target[at++] = Mark(validity[row], order);
                if (validity[row])
                    at = WriteText(reader[row], flip, target, at);
            }

            return;
        }

        for (int row = 0; row < cursors.Length; row++)
        {
            ref int at = ref cursors[row];
            target[at++] = Mark(validity[row], order);
            if (validity[row])
                at = WriteValue(key, row, flip, target, at);
            else
                at = SkipFixed(key.Type, target, at);
        }
    }

    private static void WriteInts(ReadOnlySpan<int> values, Validity validity, SortKeyOrder order, Span<byte> target, Span<int> cursors)
    {
        uint flip = order.IsDescending ? 0x7FFFFFFFu : 0x80000000u;
        byte valid = Mark(true, order), invalid = Mark(false, order);
        for (int row = 0; row < cursors.Length; row++)
        {
            Span<byte> place = target.Slice(cursors[row], 5);
            bool isValid = validity[row];
            place[0] = isValid ? valid : invalid;
            BinaryPrimitives.WriteUInt32BigEndian(place[1..], isValid ? (uint)values[row] ^ flip : 0);
            cursors[row] += 5;
        }
    }

    private static void WriteLongs(ReadOnlySpan<long> values, Validity validity, SortKeyOrder order, Span<byte> target, Span<int> cursors)
    {
        ulong flip = order.IsDescending ? 0x7FFFFFFFFFFFFFFFu : 0x8000000000000000u;
        byte valid = Mark(true, order), invalid = Mark(false, order);
        for (int row = 0; row < cursors.Length; row++)
        {
            Span<byte> place = target.Slice(cursors[row], 9);
            bool isValid = validity[row];
            place[0] = isValid ? valid : invalid;
            BinaryPrimitives.WriteUInt64BigEndian(place[1..], isValid ? (ulong)values[row] ^ flip : 0);
            cursors[row] += 9;
        }
    }

    // Before the value stands whether it is null; this byte is not inverted, for NULLS FIRST is not bound to the direction.
    private static byte Mark(bool isValid, SortKeyOrder order) => isValid == order.NullsFirst ? (byte)1 : (byte)0;

    private static int SkipFixed(SqlType type, Span<byte> target, int at)
    {
        int size = (FixedSize(type) ?? 1) - 1;
        target.Slice(at, size).Clear();
        return at + size;
    }

    // A value that is not null, without its mark; the slots of nested values have marks of their own, with nulls last.
    private static int WriteValue(ColumnVector vector, int row, byte flip, Span<byte> target, int at)
    {
        Span<byte> place = target[at..];
        switch (vector)
        {
            case FixedWidthVector<bool> bools:
                place[0] = (byte)((bools.Values[row] ? 1 : 0) ^ flip);
                return at + 1;
            case FixedWidthVector<sbyte> bytes:
                place[0] = (byte)((byte)bytes.Values[row] ^ 0x80 ^ flip);
                return at + 1;
            case FixedWidthVector<short> shorts:
                BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)((ushort)shorts.Values[row] ^ 0x8000));
                return Flip(target, at, 2, flip);
            case FixedWidthVector<int> ints:
                BinaryPrimitives.WriteUInt32BigEndian(place, (uint)ints.Values[row] ^ 0x80000000);
                return Flip(target, at, 4, flip);
            case FixedWidthVector<long> longs:
                BinaryPrimitives.WriteUInt64BigEndian(place, (ulong)longs.Values[row] ^ 0x8000000000000000);
                return Flip(target, at, 8, flip);
            case FixedWidthVector<Int128> wide:
                BinaryPrimitives.WriteUInt128BigEndian(place, (UInt128)wide.Values[row] ^ ((UInt128)1 << 127));
                return Flip(target, at, 16, flip);
            case FixedWidthVector<UInt128> uuids:
                BinaryPrimitives.WriteUInt128BigEndian(place, uuids.Values[row]);
                return Flip(target, at, 16, flip);
            case FixedWidthVector<float> floats:
                BinaryPrimitives.WriteUInt32BigEndian(place, Ordered(floats.Values[row]));
                return Flip(target, at, 4, flip);
            case FixedWidthVector<double> doubles:
                BinaryPrimitives.WriteUInt64BigEndian(place, Ordered(doubles.Values[row]));
                return Flip(target, at, 8, flip);
            default:
                return WriteNested(vector, row, flip, target, at);
        }
    }

    private static int WriteNested(ColumnVector vector, int row, byte flip, Span<byte> target, int at)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (vector)
        {
            case ConstantVector constant:
                return WriteValue(constant.Value, 0, flip, target, at);
            case DictionaryVector dictionary:
                return WriteValue(dictionary.Dictionary, dictionary.Indices[row], flip, target, at);
            case BytesVector text:
                return WriteText(text[row], flip, target, at);
            case RowVector fields:
                foreach (ColumnVector child in fields.Fields)
                    at = WriteElement(child, row, flip, target, at);
                return at;
            case ArrayVector array:
                for (int element = array.Offsets[row]; element < array.Offsets[row + 1]; element++)
                {
                    target[at++] = (byte)(1 ^ flip);
                    at = WriteElement(array.Elements, element, flip, target, at);
                }

                target[at++] = flip;
                return at;
            default:
                throw QueryException.NotSupported($"an order of {vector.Type}");
        }
    }

    private static int WriteElement(ColumnVector vector, int row, byte flip, Span<byte> target, int at)
    {
        bool isNull = vector.IsNull(row);
        target[at++] = (byte)((isNull ? 1 : 0) ^ flip);
        return isNull ? at : WriteValue(vector, row, flip, target, at);
    }

    private static int WriteText(ReadOnlySpan<byte> text, byte flip, Span<byte> target, int at)
    {
        // A zero byte becomes 0 1, the end is 0 0: a text sorts before all texts that it begins.
        int start = at;
        if (!text.Contains((byte)0))
        {
            text.CopyTo(target[at..]);
            at += text.Length;
        }
        else
        {
            foreach (byte next in text)
            {
                target[at++] = next;
                if (next == 0)
                    target[at++] = 1;
            }
        }

        target[at++] = 0;
        target[at++] = 0;
        return Flip(target, start, at - start, flip);
    }

    private static int TextSize(ReadOnlySpan<byte> text) => 3 + text.Length + text.Count((byte)0);

    // With its mark; nested values only.
    private static int SizeOf(ColumnVector vector, int row)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (vector.IsNull(row))
            return 1;
        if (FixedSize(vector.Type) is { } size)
            return size;
        switch (vector)
        {
            case ConstantVector constant:
                return SizeOf(constant.Value, 0);
            case DictionaryVector dictionary:
                return SizeOf(dictionary.Dictionary, dictionary.Indices[row]);
            case BytesVector text:
                return TextSize(text[row]);
            case RowVector fields:
                int total = 1;
                foreach (ColumnVector child in fields.Fields)
                    total += SizeOf(child, row);
                return total;
            case ArrayVector array:
                int bytes = 2;
                for (int element = array.Offsets[row]; element < array.Offsets[row + 1]; element++)
                    bytes += 1 + SizeOf(array.Elements, element);
                return bytes;
            default:
                throw QueryException.NotSupported($"an order of {vector.Type}");
        }
    }

    private static int Flip(Span<byte> target, int at, int length, byte flip)
    {
        if (flip != 0)
            foreach (ref byte next in target.Slice(at, length))
                next = (byte)~next;
        return at + length;
    }

    // IEEE bits in numeric order: positive numbers get their sign bit set, negative ones are inverted.
    private static ulong Ordered(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : double.IsNaN(value) ? BitConverter.Int64BitsToDouble(0x7FF8000000000000) : value);
        return bits < 0 ? ~(ulong)bits : (ulong)bits ^ 0x8000000000000000;
    }

    private static uint Ordered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value == 0 ? 0 : float.IsNaN(value) ? BitConverter.Int32BitsToSingle(0x7FC00000) : value);
        return bits < 0 ? ~(uint)bits : (uint)bits ^ 0x80000000;
    }
}
