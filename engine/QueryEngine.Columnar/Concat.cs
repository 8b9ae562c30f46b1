using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>Joins vectors end to end.</summary>
public static class Concat
{
    /// <summary>
    /// All rows of vectors of one type, of any encoding, as one vector that the caller owns: flat, or a dictionary where all share one. The
    /// caller keeps its ownership of the parts. One part alone is retained and returned.
    /// </summary>
    public static ColumnVector Vectors(IReadOnlyList<ColumnVector> parts, MemoryContext memory)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        if (parts.Count == 1)
        {
            parts[0].Retain();
            return parts[0];
        }

        int rowCount = parts.Sum(part => part.Length);
        if (parts[0] is DictionaryVector first
            && parts.All(part => part is DictionaryVector other && ReferenceEquals(other.Dictionary, first.Dictionary)))
            return SharedDictionary(parts, first.Dictionary, rowCount, memory);

        return parts[0].Type.Physical switch
        {
            PhysicalType.Bool => Fixed<bool>(parts, rowCount, memory),
            PhysicalType.Int8 => Fixed<sbyte>(parts, rowCount, memory),
            PhysicalType.Int16 => Fixed<short>(parts, rowCount, memory),
            PhysicalType.Int32 => Fixed<int>(parts, rowCount, memory),
            PhysicalType.Int64 => Fixed<long>(parts, rowCount, memory),
            PhysicalType.Int128 => Fixed<Int128>(parts, rowCount, memory),
            PhysicalType.Float32 => Fixed<float>(parts, rowCount, memory),
            PhysicalType.Float64 => Fixed<double>(parts, rowCount, memory),
            PhysicalType.UInt128 => Fixed<UInt128>(parts, rowCount, memory),
            PhysicalType.Bytes => Text(parts, rowCount, memory),
            _ => Built(parts, rowCount, memory),
        };
    }

    /// <summary>All rows of batches of the same columns as one batch that the caller owns. The caller keeps its ownership of the parts.</summary>
    public static RecordBatch Batches(IReadOnlyList<RecordBatch> parts, MemoryContext memory)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        var columns = new ColumnVector[parts[0].ColumnCount];
        try
        {
            for (int column = 0; column < columns.Length; column++)
                columns[column] = Vectors([.. parts.Select(part => part[column])], memory);
        }
        catch
        {
            foreach (ColumnVector? joined in columns)
                joined?.Dispose();
            throw;
        }

        return new RecordBatch(columns, parts.Sum(part => part.RowCount));
    }

    private static unsafe FixedWidthVector<T> Fixed<T>(IReadOnlyList<ColumnVector> parts, int rowCount, MemoryContext memory)
        where T : unmanaged
    {
        NativeBuffer values = memory.Allocate((long)rowCount * sizeof(T));
        Span<T> target = values.Span<T>(rowCount);
        foreach (ColumnVector part in parts)
        {
            switch (part)
            {
                case ConstantVector constant:
                    target[..part.Length].Fill(((FixedWidthVector<T>)constant.Value).Values[0]);
                    break;
                case DictionaryVector dictionary:
                    Gather.TakeValues(((FixedWidthVector<T>)dictionary.Dictionary).Values, dictionary.Indices, target);
                    break;
                default:
                    ((FixedWidthVector<T>)part).Values.CopyTo(target);
                    break;
            }

            target = target[part.Length..];
        }

        return new FixedWidthVector<T>(parts[0].Type, rowCount, values, ValidityOf(parts, rowCount, memory, values));
    }

    private static BytesVector Text(IReadOnlyList<ColumnVector> parts, int rowCount, MemoryContext memory)
    {
        NativeBuffer offsets = memory.Allocate((rowCount + 1L) * sizeof(int));
        Span<int> to = offsets.Span<int>(rowCount + 1);
        long total = 0;
        int at = 0;
        to[0] = 0;
        foreach (ColumnVector part in parts)
        {
            var reader = new BytesReader(part);
            Validity validity = part.Validity;
            for (int row = 0; row < part.Length; row++)
            {
                total += validity[row] ? reader[row].Length : 0;
                to[++at] = (int)total;
            }
        }

        NativeBuffer data = Gather.AllocateText(total, offsets, memory);
        Span<byte> target = data.Bytes;
        at = 0;
        foreach (ColumnVector part in parts)
        {
            if (part is BytesVector flat && !flat.MayHaveNulls)
            {
                ReadOnlySpan<int> from = flat.Offsets;
                flat.Data[from[0]..from[^1]].CopyTo(target[to[at]..]);
                at += part.Length;
                continue;
            }

            var reader = new BytesReader(part);
            Validity validity = part.Validity;
            for (int row = 0; row < part.Length; row++, at++)
                if (validity[row])
                    reader[row].CopyTo(target[to[at]..]);
        }

        return new BytesVector(parts[0].Type, rowCount, offsets, data, ValidityOf(parts, rowCount, memory, offsets, data));
    }

    private static DictionaryVector SharedDictionary(IReadOnlyList<ColumnVector> parts, ColumnVector values, int rowCount, MemoryContext memory)
    {
        NativeBuffer indices = memory.Allocate((long)rowCount * sizeof(int));
        Span<int> target = indices.Span<int>(rowCount);
        foreach (ColumnVector part in parts)
        {
            ((DictionaryVector)part).Indices.CopyTo(target);
            target = target[part.Length..];
        }

        NativeBuffer? validity = ValidityOf(parts, rowCount, memory, indices);
        values.Retain();
        return new DictionaryVector(values, rowCount, indices, validity);
    }

    private static ColumnVector Built(IReadOnlyList<ColumnVector> parts, int rowCount, MemoryContext memory)
    {
        using VectorBuilder builder = VectorBuilder.Create(parts[0].Type, memory, rowCount);
        foreach (ColumnVector part in parts)
            for (int row = 0; row < part.Length; row++)
                builder.AppendFrom(part, row);
        return builder.Build();
    }

    // Where memory ends, what was made before is given back.
    private static NativeBuffer? ValidityOf(IReadOnlyList<ColumnVector> parts, int rowCount, MemoryContext memory, params ReadOnlySpan<NativeBuffer> made)
    {
        if (!parts.Any(part => part.MayHaveNulls))
            return null;

        NativeBuffer buffer;
        try
        {
            buffer = memory.AllocateCleared(Validity.BytesFor(rowCount));
        }
        catch
        {
            foreach (NativeBuffer one in made)
                one.Dispose();
            throw;
        }

        Span<byte> bits = buffer.Span<byte>(Validity.BytesFor(rowCount));
        int at = 0;
        foreach (ColumnVector part in parts)
        {
            Validity validity = part.Validity;
            for (int row = 0; row < part.Length; row++, at++)
                if (validity[row])
                    bits[at >> 3] |= (byte)(1 << (at & 7));
        }

        return buffer;
    }
}
