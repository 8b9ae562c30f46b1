using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Makes flat vectors of constant and dictionary ones.</summary>
internal static class Flattening
{
    /// <summary>The same rows as a flat vector, which the caller owns.</summary>
    public static ColumnVector Flatten(ColumnVector vector, MemoryContext memory)
    {
        switch (vector)
        {
            case ConstantVector { IsNullConstant: false } constant:
                using (NativeBuffer zeros = memory.AllocateCleared((long)vector.Length * sizeof(int)))
                    return Gather(constant.Value, zeros.Span<int>(vector.Length), vector, memory);
            case DictionaryVector { Dictionary: not (DictionaryVector or ConstantVector) } dictionary:
                return Gather(dictionary.Dictionary, dictionary.Indices, vector, memory);
            default:
                return Copy(vector, memory);
        }
    }

    private static ColumnVector Gather(ColumnVector source, ReadOnlySpan<int> rows, ColumnVector result, MemoryContext memory)
    {
        switch (source)
        {
            case FixedWidthVector<bool> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<sbyte> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<short> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<int> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<long> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<Int128> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<UInt128> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<float> values: return Gather(values, rows, result, memory);
            case FixedWidthVector<double> values: return Gather(values, rows, result, memory);
            case BytesVector values: return GatherBytes(values, rows, result, memory);
            default: return Copy(result, memory);
        }
    }

    private static FixedWidthVector<T> Gather<T>(FixedWidthVector<T> source, ReadOnlySpan<int> rows, ColumnVector result, MemoryContext memory)
        where T : unmanaged
    {
        NativeBuffer buffer = memory.Allocate((long)rows.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        Span<T> targets = buffer.Span<T>(rows.Length);
        ReadOnlySpan<T> values = source.Values;
        for (int row = 0; row < rows.Length; row++)
        {
            // The row number of a null row may point anywhere, even into an empty dictionary.
            int index = rows[row];
            targets[row] = (uint)index < (uint)values.Length ? values[index] : default;
        }

        return new FixedWidthVector<T>(result.Type, rows.Length, buffer, ShareValidity(result));
    }

    private static BytesVector GatherBytes(BytesVector source, ReadOnlySpan<int> rows, ColumnVector result, MemoryContext memory)
    {
        Validity valid = result.Validity;
        ReadOnlySpan<int> sources = source.Offsets;
        NativeBuffer offsetBuffer = memory.Allocate((rows.Length + 1L) * sizeof(int));
        Span<int> offsets = offsetBuffer.Span<int>(rows.Length + 1);
        long length = 0;
        offsets[0] = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            if (valid[row])
                length += sources[rows[row] + 1] - sources[rows[row]];
            offsets[row + 1] = (int)length;
        }

        if (length > int.MaxValue)
        {
            offsetBuffer.Dispose();
            throw new QueryException(ErrorCode.StatementTooComplex, $"a column of one batch has more than {int.MaxValue} bytes");
        }

        NativeBuffer dataBuffer = memory.Allocate(length);
        Span<byte> data = dataBuffer.Bytes;
        ReadOnlySpan<byte> bytes = source.Data;
        for (int row = 0; row < rows.Length; row++)
        {
            if (valid[row])
                bytes[sources[rows[row]]..sources[rows[row] + 1]].CopyTo(data[offsets[row]..]);
        }

        return new BytesVector(result.Type, rows.Length, offsetBuffer, dataBuffer, ShareValidity(result));
    }

    private static ColumnVector Copy(ColumnVector vector, MemoryContext memory)
    {
        using var builder = VectorBuilder.Create(vector.Type, memory, Math.Max(vector.Length, 1));
        for (int row = 0; row < vector.Length; row++)
            builder.AppendFrom(vector, row);
        return builder.Build();
    }

    private static NativeBuffer? ShareValidity(ColumnVector vector)
    {
        vector.ValidityBuffer?.Retain();
        return vector.ValidityBuffer;
    }
}
