using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>Copies rows of vectors into new flat vectors.</summary>
public static class Gather
{
    /// <summary>The vector itself, retained, when it is flat; else a flat copy. The caller owns the result.</summary>
    public static ColumnVector Flatten(ColumnVector vector, MemoryContext memory)
    {
        switch (vector)
        {
            case ConstantVector constant:
                return Repeat(constant, constant.Length, memory);
            case DictionaryVector dictionary:
                return TakeFlat(dictionary.Dictionary, dictionary.Indices, ShareValidity(dictionary), memory);
            default:
                vector.Retain();
                return vector;
        }
    }

    /// <summary>The rows of <paramref name="vector"/> (of any encoding) at <paramref name="rows"/>, in that order, as a flat vector that the caller owns.</summary>
    public static ColumnVector Take(ColumnVector vector, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        switch (vector)
        {
            case ConstantVector constant:
                return Repeat(constant, rows.Length, memory);
            case DictionaryVector dictionary:
                using (NativeBuffer codes = memory.Allocate((long)rows.Length * sizeof(int)))
                {
                    Span<int> targets = codes.Span<int>(rows.Length);
                    TakeValues(dictionary.Indices, rows, targets);
                    return TakeFlat(dictionary.Dictionary, targets, TakeValidity(dictionary.Validity, rows, memory), memory);
                }

            default:
                return TakeFlat(vector, rows, TakeValidity(vector.Validity, rows, memory), memory);
        }
    }

    /// <summary>
    /// As <see cref="Take(ColumnVector, ReadOnlySpan{int}, MemoryContext)"/>, but rows given as -1 are null: the missing side of an outer join.
    /// </summary>
    public static ColumnVector TakeOrNull(ColumnVector vector, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        if (!rows.Contains(-1))
            return Take(vector, rows, memory);
        if (vector.Length == 0)
            return Nulls(vector.Type, rows.Length, memory);

        using NativeBuffer safe = memory.Allocate((long)rows.Length * sizeof(int));
        Span<int> targets = safe.Span<int>(rows.Length);
        NativeBuffer validity = memory.AllocateCleared(Validity.BytesFor(rows.Length));
        Span<byte> bits = validity.Span<byte>(Validity.BytesFor(rows.Length));
        Validity source = vector.Validity;
        ReadOnlySpan<int> codes = vector is DictionaryVector coded ? coded.Indices : default;
        for (int row = 0; row < rows.Length; row++)
        {
            int from = rows[row];
            if (from >= 0 && source[from])
                bits[row >> 3] |= (byte)(1 << (row & 7));
            targets[row] = from < 0 || vector is ConstantVector ? 0 : codes.IsEmpty ? from : codes[from];
        }

        ColumnVector values = vector switch
        {
            ConstantVector constant => constant.Value,
            DictionaryVector dictionary => dictionary.Dictionary,
            _ => vector,
        };
        return TakeFlat(values, targets, validity, memory);
    }

    /// <summary>A vector of nulls, constant. The caller owns it.</summary>
    public static ColumnVector Nulls(SqlType type, int rowCount, MemoryContext memory) =>
        VectorBuilder.Constant(type, null, rowCount, memory);

    /// <summary>Writes <c>values[rows[n]]</c> to <c>result[n]</c>.</summary>
    public static void TakeValues<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, Span<T> result)
        where T : unmanaged
    {
        // One comparison a row, for the bounds of values; the lengths of the other two are tested once.
        result = result[..rows.Length];
        for (int row = 0; row < rows.Length; row++)
            result[row] = values[rows[row]];
    }

    /// <summary>The bits of some rows; null when no row of the source can be null. The caller owns the result.</summary>
    public static NativeBuffer? TakeValidity(Validity validity, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        if (validity.AllValid)
            return null;

        NativeBuffer buffer = memory.AllocateCleared(Validity.BytesFor(rows.Length));
        Span<byte> bits = buffer.Span<byte>(Validity.BytesFor(rows.Length));
        for (int row = 0; row < rows.Length; row++)
            if (validity[rows[row]])
                bits[row >> 3] |= (byte)(1 << (row & 7));
        return buffer;
    }

    // The values of a flat vector at rows, with a bitmap that is taken over.
    private static ColumnVector TakeFlat(ColumnVector source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
    {
        switch (source)
        {
            case FixedWidthVector<bool> bools: return TakeFixed(bools, rows, validity, memory);
            case FixedWidthVector<sbyte> bytes: return TakeFixed(bytes, rows, validity, memory);
            case FixedWidthVector<short> shorts: return TakeFixed(shorts, rows, validity, memory);
            case FixedWidthVector<int> ints: return TakeFixed(ints, rows, validity, memory);
            case FixedWidthVector<long> longs: return TakeFixed(longs, rows, validity, memory);
            case FixedWidthVector<Int128> wide: return TakeFixed(wide, rows, validity, memory);
            case FixedWidthVector<float> floats: return TakeFixed(floats, rows, validity, memory);
            case FixedWidthVector<double> doubles: return TakeFixed(doubles, rows, validity, memory);
            case FixedWidthVector<UInt128> uuids: return TakeFixed(uuids, rows, validity, memory);
            case BytesVector text: return TakeBytes(text, rows, validity, memory);
            case RowVector row: return TakeRow(row, rows, validity, memory);
            case ArrayVector array:
                {
                    using ElementRows elements = ElementsOf(array.Offsets, rows, new Validity(Bits(validity, rows.Length)), memory);
                    return new ArrayVector(array.Type, rows.Length, elements.TakeOffsets(), Take(array.Elements, elements.Rows, memory), validity);
                }

            case MapVector map:
                {
                    using ElementRows entries = ElementsOf(map.Offsets, rows, new Validity(Bits(validity, rows.Length)), memory);
                    ColumnVector keys = Take(map.Keys, entries.Rows, memory);
                    return new MapVector(map.Type, rows.Length, entries.TakeOffsets(), keys, Take(map.Values, entries.Rows, memory), validity);
                }

            default:
                validity?.Dispose();
                throw new ArgumentException($"{source.GetType().Name} is not a flat vector", nameof(source));
        }
    }

    private static FixedWidthVector<T> TakeFixed<T>(FixedWidthVector<T> source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
        where T : unmanaged
    {
        NativeBuffer values = memory.Allocate((long)rows.Length * Unsafe.SizeOf<T>());
        TakeValues(source.Values, rows, values.Span<T>(rows.Length));
        return new FixedWidthVector<T>(source.Type, rows.Length, values, validity);
    }

    private static BytesVector TakeBytes(BytesVector source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
    {
        ReadOnlySpan<int> from = source.Offsets;
        var valid = new Validity(Bits(validity, rows.Length));
        NativeBuffer offsets = memory.Allocate((rows.Length + 1L) * sizeof(int));
        Span<int> to = offsets.Span<int>(rows.Length + 1);
        long total = 0;
        to[0] = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            int at = rows[row];
            total += valid[row] ? from[at + 1] - from[at] : 0;
            to[row + 1] = (int)total;
        }

        if (total > int.MaxValue)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a column of one batch has more than {int.MaxValue} bytes");
        NativeBuffer data = memory.Allocate(total);
        ReadOnlySpan<byte> bytes = source.Data;
        Span<byte> target = data.Bytes;
        for (int row = 0; row < rows.Length; row++)
        {
            int length = to[row + 1] - to[row];
            if (length > 0)
                bytes.Slice(from[rows[row]], length).CopyTo(target[to[row]..]);
        }

        return new BytesVector(source.Type, rows.Length, offsets, data, validity);
    }

    private static RowVector TakeRow(RowVector source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
    {
        var fields = new ColumnVector[source.Fields.Length];
        for (int column = 0; column < fields.Length; column++)
            fields[column] = Take(source.Fields[column], rows, memory);
        return new RowVector(source.Type, rows.Length, fields, validity);
    }

    private static ElementRows ElementsOf(ReadOnlySpan<int> from, ReadOnlySpan<int> rows, Validity valid, MemoryContext memory)
    {
        NativeBuffer offsets = memory.Allocate((rows.Length + 1L) * sizeof(int));
        Span<int> to = offsets.Span<int>(rows.Length + 1);
        to[0] = 0;
        for (int row = 0; row < rows.Length; row++)
            to[row + 1] = to[row] + (valid[row] ? from[rows[row] + 1] - from[rows[row]] : 0);

        NativeBuffer elements = memory.Allocate((long)to[^1] * sizeof(int));
        Span<int> target = elements.Span<int>(to[^1]);
        for (int row = 0; row < rows.Length; row++)
            for (int at = to[row]; at < to[row + 1]; at++)
                target[at] = from[rows[row]] + at - to[row];
        return new ElementRows(offsets, elements, to[^1]);
    }

    private static ColumnVector Repeat(ConstantVector constant, int rowCount, MemoryContext memory)
    {
        using NativeBuffer zeros = memory.AllocateCleared((long)rowCount * sizeof(int));
        NativeBuffer? validity = constant.IsNullConstant ? memory.AllocateCleared(Validity.BytesFor(rowCount)) : null;
        return TakeFlat(constant.Value, zeros.Span<int>(rowCount), validity, memory);
    }

    private static ReadOnlySpan<byte> Bits(NativeBuffer? validity, int rowCount) =>
        validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount));

    private static NativeBuffer? ShareValidity(ColumnVector vector)
    {
        vector.ValidityBuffer?.Retain();
        return vector.ValidityBuffer;
    }

    /// <summary>The element rows and offsets of a nested gather.</summary>
    private sealed class ElementRows(NativeBuffer offsets, NativeBuffer elements, int count) : IDisposable
    {
        public ReadOnlySpan<int> Rows => elements.Span<int>(count);

        public NativeBuffer TakeOffsets() => offsets;

        public void Dispose() => elements.Dispose();
    }
}
