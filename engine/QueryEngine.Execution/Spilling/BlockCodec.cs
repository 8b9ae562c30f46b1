using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Spilling;

/// <summary>
/// Rows as the bytes that they are in memory: for each column its bitmap, where it has one, then its buffers, children after parents, all at multiples of 16. What is
/// read back are windows into one buffer: nothing is copied.
/// </summary>
internal static class BlockCodec
{
    private const int Alignment = 16;

    /// <summary>The rows behind room for a header, as one buffer that the caller owns, and its length.</summary>
    public static NativeBuffer Encode(RecordBatch batch, int headerBytes, MemoryContext memory, out int length)
    {
        var flat = new ColumnVector[batch.ColumnCount];
        try
        {
            long size = headerBytes;
            for (int column = 0; column < flat.Length; column++)
            {
                flat[column] = Flatten(batch[column], memory);
                size += SizeOf(flat[column]);
            }

            length = checked((int)size);
            NativeBuffer buffer = memory.Allocate(size);
            var writer = new Writer(buffer.Bytes[..length], headerBytes);
            foreach (ColumnVector column in flat)
                writer.Write(column);
            return buffer;
        }
        finally
        {
            Compaction.DisposeAll(flat);
        }
    }

    /// <summary>The rows of a block, which share its memory; the buffer stays the caller's.</summary>
    public static RecordBatch Decode(NativeBuffer block, int headerBytes, IReadOnlyList<SqlType> types, int rows)
    {
        var columns = new ColumnVector[types.Count];
        try
        {
            var reader = new Reader(block, headerBytes);
            for (int column = 0; column < columns.Length; column++)
                columns[column] = reader.Read(types[column], rows);
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return new RecordBatch(columns, rows);
    }

    // A gather makes nested values flat all the way down.
    private static ColumnVector Flatten(ColumnVector vector, MemoryContext memory) => vector.Type.IsNested
        ? Gather.Take(vector, RowNumbers.UpTo(vector.Length), memory)
        : Gather.Flatten(vector, memory);

    private static long Aligned(long bytes) => (bytes + Alignment - 1) & ~(Alignment - 1L);

    private static long SizeOf(ColumnVector vector)
    {
        long size = Alignment + (vector.MayHaveNulls ? Aligned(Validity.BytesFor(vector.Length)) : 0);
        return size + vector switch
        {
            BytesVector text => Aligned((vector.Length + 1L) * sizeof(int)) + Aligned(text.Offsets[^1] - text.Offsets[0]),
            ArrayVector array => Aligned((vector.Length + 1L) * sizeof(int)) + SizeOf(array.Elements),
            MapVector map => Aligned((vector.Length + 1L) * sizeof(int)) + SizeOf(map.Keys) + SizeOf(map.Values),
            RowVector row => row.Fields.ToArray().Sum(SizeOf),
            _ => Aligned(BytesOf(vector).Length),
        };
    }

    private static ReadOnlySpan<byte> BytesOf(ColumnVector vector) => vector switch
    {
        FixedWidthVector<bool> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<sbyte> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<short> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<int> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<long> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<Int128> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<float> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<double> v => MemoryMarshal.AsBytes(v.Values),
        FixedWidthVector<UInt128> v => MemoryMarshal.AsBytes(v.Values),
        _ => throw new ArgumentException($"{vector.GetType().Name} is not a flat vector", nameof(vector)),
    };

    private ref struct Writer(Span<byte> target, int start)
    {
        private readonly Span<byte> _target = target;
        private int _at = start;

        public void Write(ColumnVector vector)
        {
            Span<byte> head = Next(Alignment);
            BitConverter.TryWriteBytes(head, vector.Length);
            BitConverter.TryWriteBytes(head[4..], vector.MayHaveNulls ? 1 : 0);
            BitConverter.TryWriteBytes(head[8..], vector is BytesVector bytes ? bytes.Offsets[^1] - bytes.Offsets[0] : 0L);
            if (vector.MayHaveNulls)
                vector.Validity.Bits[..Validity.BytesFor(vector.Length)].CopyTo(Next(Validity.BytesFor(vector.Length)));
            switch (vector)
            {
                case BytesVector text:
                    WriteOffsets(text.Offsets);
                    ReadOnlySpan<byte> data = text.Data[text.Offsets[0]..text.Offsets[^1]];
                    data.CopyTo(Next(data.Length));
                    break;
                case ArrayVector array:
                    WriteOffsets(array.Offsets);
                    Write(array.Elements);
                    break;
                case MapVector map:
                    WriteOffsets(map.Offsets);
                    Write(map.Keys);
                    Write(map.Values);
                    break;
                case RowVector row:
                    foreach (ColumnVector field in row.Fields)
                        Write(field);
                    break;
                default:
                    ReadOnlySpan<byte> values = BytesOf(vector);
                    values.CopyTo(Next(values.Length));
                    break;
            }
        }

        private void WriteOffsets(ReadOnlySpan<int> offsets)
        {
            Span<int> rebased = MemoryMarshal.Cast<byte, int>(Next(offsets.Length * sizeof(int)));
            for (int row = 0; row < offsets.Length; row++)
                rebased[row] = offsets[row] - offsets[0];
        }

        private Span<byte> Next(int length)
        {
            Span<byte> next = _target.Slice(_at, length);
            int end = (int)Aligned(_at + length);
            _target[(_at + length)..end].Clear();
            _at = end;
            return next;
        }
    }

    private struct Reader(NativeBuffer block, int start)
    {
        private long _at = start;

        public ColumnVector Read(SqlType type, int rows)
        {
            ReadOnlySpan<byte> head = block.Bytes.Slice((int)_at, Alignment);
            int length = BitConverter.ToInt32(head);
            if (rows >= 0 && length != rows)
                throw new InvalidOperationException($"a column of {length} rows in a block of {rows}");
            bool hasNulls = BitConverter.ToInt32(head[4..]) != 0;
            long dataLength = BitConverter.ToInt64(head[8..]);
            _at += Alignment;
            NativeBuffer? validity = hasNulls ? Next(Validity.BytesFor(length)) : null;
            switch (type.Physical)
            {
                case PhysicalType.Bytes:
                    NativeBuffer offsets = Next((length + 1L) * sizeof(int));
                    return new BytesVector(type, length, offsets, Next(dataLength), validity);
                case PhysicalType.List:
                    offsets = Next((length + 1L) * sizeof(int));
                    return new ArrayVector(type, length, offsets, Read(((ArrayType)type).Element, -1), validity);
                case PhysicalType.Map:
                    offsets = Next((length + 1L) * sizeof(int));
                    ColumnVector keys = Read(((MapType)type).Key, -1);
                    return new MapVector(type, length, offsets, keys, Read(((MapType)type).Value, -1), validity);
                case PhysicalType.Struct:
                    var fields = new List<ColumnVector>();
                    foreach (RowField field in ((RowType)type).Fields)
                        fields.Add(Read(field.Type, -1));
                    return new RowVector(type, length, [.. fields], validity);
                case PhysicalType.Bool: return Fixed<bool>(type, length, validity);
                case PhysicalType.Int8: return Fixed<sbyte>(type, length, validity);
                case PhysicalType.Int16: return Fixed<short>(type, length, validity);
                case PhysicalType.Int32: return Fixed<int>(type, length, validity);
                case PhysicalType.Int64: return Fixed<long>(type, length, validity);
                case PhysicalType.Int128: return Fixed<Int128>(type, length, validity);
                case PhysicalType.Float32: return Fixed<float>(type, length, validity);
                case PhysicalType.Float64: return Fixed<double>(type, length, validity);
                case PhysicalType.UInt128: return Fixed<UInt128>(type, length, validity);
                default: throw new System.Diagnostics.UnreachableException();
            }
        }

        private FixedWidthVector<T> Fixed<T>(SqlType type, int length, NativeBuffer? validity)
            where T : unmanaged => new(type, length, Next((long)length * Unsafe.SizeOf<T>()), validity);

        private NativeBuffer Next(long length)
        {
            NativeBuffer window = block.Window(_at, length);
            _at += Aligned(length);
            return window;
        }
    }
}
