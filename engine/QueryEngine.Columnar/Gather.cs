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

    // The values of a flat vector at rows, with a bitmap that is taken over, also where memory ends.
    private static ColumnVector TakeFlat(ColumnVector source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
    {
        try
        {
            return source switch
            {
                FixedWidthVector<bool> bools => TakeFixed(bools, rows, validity, memory),
                FixedWidthVector<sbyte> bytes => TakeFixed(bytes, rows, validity, memory),
                FixedWidthVector<short> shorts => TakeFixed(shorts, rows, validity, memory),
                FixedWidthVector<int> ints => TakeFixed(ints, rows, validity, memory),
                FixedWidthVector<long> longs => TakeFixed(longs, rows, validity, memory),
                FixedWidthVector<Int128> wide => TakeFixed(wide, rows, validity, memory),
                FixedWidthVector<float> floats => TakeFixed(floats, rows, validity, memory),
                FixedWidthVector<double> doubles => TakeFixed(doubles, rows, validity, memory),
                FixedWidthVector<UInt128> uuids => TakeFixed(uuids, rows, validity, memory),
                BytesVector text => TakeBytes(text, rows, validity, memory),
                RowVector row => TakeRow(row, rows, validity, memory),
                ArrayVector array => TakeArray(array, rows, validity, memory),
                MapVector map => TakeMap(map, rows, validity, memory),
                _ => throw new ArgumentException($"{source.GetType().Name} is not a flat vector", nameof(source)),
            };
        }
        catch
        {
            validity?.Dispose();
            throw;
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

        NativeBuffer data = AllocateText(total, offsets, memory);
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
        try
        {
            for (int column = 0; column < fields.Length; column++)
                fields[column] = Take(source.Fields[column], rows, memory);
        }
        catch
        {
            foreach (ColumnVector? taken in fields)
                taken?.Dispose();
            throw;
        }

        return new RowVector(source.Type, rows.Length, fields, validity);
    }

    private static ArrayVector TakeArray(ArrayVector source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
    {
        using ElementRows elements = ElementsOf(source.Offsets, rows, new Validity(Bits(validity, rows.Length)), memory);
        ColumnVector values = Take(source.Elements, elements.Rows, memory);
        return new ArrayVector(source.Type, rows.Length, elements.TakeOffsets(), values, validity);
    }

    private static MapVector TakeMap(MapVector source, ReadOnlySpan<int> rows, NativeBuffer? validity, MemoryContext memory)
    {
        using ElementRows entries = ElementsOf(source.Offsets, rows, new Validity(Bits(validity, rows.Length)), memory);
        ColumnVector keys = Take(source.Keys, entries.Rows, memory);
        try
        {
            ColumnVector values = Take(source.Values, entries.Rows, memory);
            return new MapVector(source.Type, rows.Length, entries.TakeOffsets(), keys, values, validity);
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Room for the bytes of a text column. Where there is none, its offsets are given back.</summary>
    internal static NativeBuffer AllocateText(long bytes, NativeBuffer offsets, MemoryContext memory)
    {
        try
        {
            return bytes <= int.MaxValue
                ? memory.Allocate(bytes)
                : throw new QueryException(ErrorCode.StatementTooComplex, $"a column of one batch has more than {int.MaxValue} bytes");
        }
        catch
        {
            offsets.Dispose();
            throw;
        }
    }

    private static ElementRows ElementsOf(ReadOnlySpan<int> from, ReadOnlySpan<int> rows, Validity valid, MemoryContext memory)
    {
        NativeBuffer offsets = memory.Allocate((rows.Length + 1L) * sizeof(int));
        Span<int> to = offsets.Span<int>(rows.Length + 1);
        to[0] = 0;
        for (int row = 0; row < rows.Length; row++)
            to[row + 1] = to[row] + (valid[row] ? from[rows[row] + 1] - from[rows[row]] : 0);

        NativeBuffer elements = AllocateText((long)to[^1] * sizeof(int), offsets, memory);
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
        private NativeBuffer? _offsets = offsets;

        public ReadOnlySpan<int> Rows => elements.Span<int>(count);

        public NativeBuffer TakeOffsets()
        {
            NativeBuffer taken = _offsets!;
            _offsets = null;
            return taken;
        }

        public void Dispose()
        {
            elements.Dispose();
            _offsets?.Dispose();
        }
    }
}
