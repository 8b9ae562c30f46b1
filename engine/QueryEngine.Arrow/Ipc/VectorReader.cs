using System.Buffers.Binary;
using System.Text.Unicode;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Reads one vector out of a body: a window into it where the layouts agree, else converted.</summary>
internal static class VectorReader
{
    /// <summary>The vector of a column, which the caller owns.</summary>
    public static ColumnVector Read(ref BodyReader body, ArrowColumn column, IReadOnlyDictionary<long, ColumnVector> dictionaries)
    {
        ColumnVector vector = column.Dictionary is { } reference
            ? DictionaryReader.Read(ref body, column, reference, dictionaries)
            : ReadFlat(ref body, column, dictionaries);
        if (column.Type == vector.Type)
            return vector;

        ColumnVector typed = vector.WithType(column.Type);
        vector.Dispose();
        return typed;
    }

    /// <summary>A vector that is not dictionary-encoded itself.</summary>
    public static ColumnVector ReadFlat(ref BodyReader body, ArrowColumn column, IReadOnlyDictionary<long, ColumnVector> dictionaries)
    {
        (int length, int nulls) = body.NextNode();
        SqlType type = column.DecodedType;
        if (column.Kind == ArrowKind.Null)
            return new FixedWidthVector<bool>(type, length, body.Memory.AllocateCleared(length), body.Memory.AllocateCleared(Validity.BytesFor(length)));

        NativeBuffer? validity = body.NextValidity(length, nulls);
        try
        {
            switch (column.Kind)
            {
                case ArrowKind.Bool:
                    return ReadBooleans(ref body, type, length, validity);
                case ArrowKind.Int or ArrowKind.FloatingPoint or ArrowKind.Decimal or ArrowKind.Date or ArrowKind.Time
                    or ArrowKind.Timestamp or ArrowKind.Duration or ArrowKind.Interval:
                    return NumberReader.Read(ref body, column, length, validity);
                case ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Binary or ArrowKind.LargeBinary:
                    return ReadBytes(ref body, column, length, validity);
                case ArrowKind.FixedSizeBinary when type.Kind == TypeKind.Uuid:
                    return ReadUuids(ref body, type, length, validity);
                case ArrowKind.FixedSizeBinary:
                    NativeBuffer steps = Steps(length, column.Width, body.Memory);
                    return new BytesVector(type, length, steps, body.NextBuffer<byte>(length * column.Width), validity);
                case ArrowKind.List or ArrowKind.LargeList:
                    (NativeBuffer offsets, int end) = body.NextOffsets(length, column.Kind == ArrowKind.LargeList);
                    return new ArrayVector(type, length, offsets, ReadChild(ref body, column.Children[0], end, dictionaries), validity);
                case ArrowKind.FixedSizeList:
                    NativeBuffer starts = Steps(length, column.Width, body.Memory);
                    return new ArrayVector(type, length, starts, ReadChild(ref body, column.Children[0], length * column.Width, dictionaries), validity);
                case ArrowKind.Map:
                    (offsets, end) = body.NextOffsets(length, isLarge: false);
                    ArrowColumn entries = column.Children[0];
                    if (body.NextNode().Length < end)
                        throw BodyReader.Broken("a map of too few entries");
                    body.SkipBuffer();
                    ColumnVector keys = ReadChild(ref body, entries.Children[0], end, dictionaries);
                    return new MapVector(type, length, offsets, keys, ReadChild(ref body, entries.Children[1], end, dictionaries), validity);
                case ArrowKind.Struct:
                    var fields = new ColumnVector[column.Children.Count];
                    for (int child = 0; child < fields.Length; child++)
                        fields[child] = Cut(ReadChild(ref body, column.Children[child], length, dictionaries), length);
                    return new RowVector(type, length, fields, validity);
                default:
                    throw new System.Diagnostics.UnreachableException(column.Kind.ToString());
            }
        }
        catch
        {
            validity?.Dispose();
            throw;
        }
    }

    private static ColumnVector ReadChild(ref BodyReader body, ArrowColumn column, int required, IReadOnlyDictionary<long, ColumnVector> dictionaries)
    {
        ColumnVector child = Read(ref body, column, dictionaries);
        if (child.Length >= required)
            return child;

        child.Dispose();
        throw BodyReader.Broken("a nested vector of too few values");
    }

    private static ColumnVector Cut(ColumnVector vector, int length)
    {
        if (vector.Length == length)
            return vector;
        ColumnVector slice = vector.Slice(0, length);
        vector.Dispose();
        return slice;
    }

    private static FixedWidthVector<bool> ReadBooleans(ref BodyReader body, SqlType type, int length, NativeBuffer? validity)
    {
        ReadOnlySpan<byte> bits = body.NextSpan(Validity.BytesFor(length));
        NativeBuffer values = body.Memory.Allocate(length);
        Span<byte> bytes = values.Span<byte>(length);
        for (int row = 0; row < length; row++)
            bytes[row] = (byte)((bits[row >> 3] >> (row & 7)) & 1);
        return new FixedWidthVector<bool>(type, length, values, validity);
    }

    private static BytesVector ReadBytes(ref BodyReader body, ArrowColumn column, int length, NativeBuffer? validity)
    {
        (NativeBuffer offsets, int end) = body.NextOffsets(length, column.Kind is ArrowKind.LargeUtf8 or ArrowKind.LargeBinary);
        NativeBuffer data = body.NextBuffer<byte>(end);
        bool isText = column.Kind is ArrowKind.Utf8 or ArrowKind.LargeUtf8;
        if (isText && !Utf8.IsValid(data.Span<byte>(end)[offsets.Span<int>(1)[0]..]))
            throw BodyReader.Broken($"column '{column.Name}' has text that is not UTF-8");
        if (column.DecodedType.Kind != TypeKind.Number)
            return new BytesVector(column.DecodedType, length, offsets, data, validity);
        validity?.Retain();
        using var text = new BytesVector(SqlType.Varchar, length, offsets, data, validity);
        BytesVector numbers = NumberText.Parse(text, column.Name, body.Memory);
        validity?.Dispose();
        return numbers;
    }

    private static FixedWidthVector<UInt128> ReadUuids(ref BodyReader body, SqlType type, int length, NativeBuffer? validity)
    {
        ReadOnlySpan<byte> bytes = body.NextSpan(length * 16L);
        NativeBuffer values = body.Memory.Allocate(length * 16L);
        Span<UInt128> uuids = values.Span<UInt128>(length);
        for (int row = 0; row < length; row++)
            uuids[row] = BinaryPrimitives.ReadUInt128BigEndian(bytes[(row * 16)..]);
        return new FixedWidthVector<UInt128>(type, length, values, validity);
    }

    private static NativeBuffer Steps(int length, int width, MemoryContext memory)
    {
        if ((long)length * width > int.MaxValue)
            throw BodyReader.Broken("a column of too many bytes");
        NativeBuffer offsets = memory.Allocate((length + 1L) * sizeof(int));
        Span<int> steps = offsets.Span<int>(length + 1);
        for (int row = 0; row <= length; row++)
            steps[row] = row * width;
        return offsets;
    }
}
