using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Columns;

/// <summary>Picks rows of columns: fixed-width values are copied, all others become dictionaries over the source.</summary>
internal static class Gather
{
    /// <summary>The rows of a column, in that order. The caller owns the result and keeps its ownership of the source.</summary>
    public static ColumnVector Rows(ColumnVector source, ReadOnlySpan<int> rows, MemoryContext memory) => source switch
    {
        FixedWidthVector<long> vector => Fixed(vector, rows, memory),
        FixedWidthVector<int> vector => Fixed(vector, rows, memory),
        FixedWidthVector<double> vector => Fixed(vector, rows, memory),
        FixedWidthVector<Int128> vector => Fixed(vector, rows, memory),
        FixedWidthVector<bool> vector => Fixed(vector, rows, memory),
        FixedWidthVector<short> vector => Fixed(vector, rows, memory),
        FixedWidthVector<sbyte> vector => Fixed(vector, rows, memory),
        FixedWidthVector<float> vector => Fixed(vector, rows, memory),
        FixedWidthVector<UInt128> vector => Fixed(vector, rows, memory),
        _ => DictionaryVector.Select(source, rows, memory),
    };

    /// <summary>A batch of the rows of some columns. The caller owns the result.</summary>
    public static RecordBatch Rows(RecordBatch source, ReadOnlySpan<int> columns, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        var result = new ColumnVector[columns.Length];
        try
        {
            for (int column = 0; column < columns.Length; column++)
                result[column] = Rows(source[columns[column]], rows, memory);
        }
        catch
        {
            Dispose(result);
            throw;
        }

        return new RecordBatch(result, rows.Length);
    }

    /// <summary>
    /// Rows of a column where -1 stands for a row of NULL. The caller owns the result.
    /// </summary>
    public static ColumnVector RowsOrNull(ColumnVector source, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        if (source.Length == 0)
            return NullVector(source.Type, rows.Length, memory);

        int[] places = new int[rows.Length];
        NativeBuffer? validity = null;
        Validity valid = source.Validity;
        for (int row = 0; row < rows.Length; row++)
        {
            int place = rows[row];
            if (place >= 0 && valid[place])
            {
                places[row] = place;
                continue;
            }

            validity ??= AllValid(rows.Length, memory);
            validity.Bytes[row >> 3] &= (byte)~(1 << (row & 7));
        }

        using ColumnVector values = Rows(source, places, memory);
        return WithValidity(values, validity, memory);
    }

    /// <summary>A column of NULLs. The caller owns it.</summary>
    public static ColumnVector NullVector(SqlType type, int length, MemoryContext memory) => VectorBuilder.Constant(type, null, length, memory);

    /// <summary>A bitmap of ones.</summary>
    public static NativeBuffer AllValid(int rows, MemoryContext memory)
    {
        NativeBuffer bits = memory.Allocate(Validity.BytesFor(rows));
        bits.Span<byte>(Validity.BytesFor(rows)).Fill(0xFF);
        return bits;
    }

    /// <summary>Lets go of the columns made so far.</summary>
    public static void Dispose(ReadOnlySpan<ColumnVector> columns)
    {
        foreach (ColumnVector? column in columns)
            column?.Dispose();
    }

    // Takes over the bitmap, which already holds the nulls of the values; keeps its caller's ownership of the values.
    private static ColumnVector WithValidity(ColumnVector values, NativeBuffer? validity, MemoryContext memory)
    {
        if (validity is null)
        {
            values.Retain();
            return values;
        }

        switch (values)
        {
            case FixedWidthVector<long> v: return Copy(v, validity, memory);
            case FixedWidthVector<int> v: return Copy(v, validity, memory);
            case FixedWidthVector<double> v: return Copy(v, validity, memory);
            case FixedWidthVector<Int128> v: return Copy(v, validity, memory);
            case FixedWidthVector<bool> v: return Copy(v, validity, memory);
            case FixedWidthVector<short> v: return Copy(v, validity, memory);
            case FixedWidthVector<sbyte> v: return Copy(v, validity, memory);
            case FixedWidthVector<float> v: return Copy(v, validity, memory);
            case FixedWidthVector<UInt128> v: return Copy(v, validity, memory);
        }

        NativeBuffer indices = memory.Allocate((long)values.Length * sizeof(int));
        ColumnVector dictionary = values is DictionaryVector inner ? inner.Dictionary : ((ConstantVector)values).Value;
        if (values is DictionaryVector coded)
            coded.Indices.CopyTo(indices.Span<int>(values.Length));
        else
            indices.Span<int>(values.Length).Clear();
        dictionary.Retain();
        return new DictionaryVector(dictionary, values.Length, indices, validity);
    }

    private static FixedWidthVector<T> Copy<T>(FixedWidthVector<T> source, NativeBuffer validity, MemoryContext memory)
        where T : unmanaged
    {
        NativeBuffer values = memory.Allocate((long)source.Length * Unsafe.SizeOf<T>());
        source.Values.CopyTo(values.Span<T>(source.Length));
        return new FixedWidthVector<T>(source.Type, source.Length, values, validity);
    }

    private static FixedWidthVector<T> Fixed<T>(FixedWidthVector<T> source, ReadOnlySpan<int> rows, MemoryContext memory)
        where T : unmanaged
    {
        NativeBuffer buffer = memory.Allocate((long)rows.Length * Unsafe.SizeOf<T>());
        Span<T> target = buffer.Span<T>(rows.Length);
        ReadOnlySpan<T> values = source.Values;
        if (values.Length > 0)
        {
            ref T from = ref MemoryMarshal.GetReference(values);
            for (int row = 0; row < rows.Length; row++)
            {
                int place = rows[row];
                if ((uint)place >= (uint)values.Length)
                    throw new ArgumentOutOfRangeException(nameof(rows), place, "no such row");
                target[row] = Unsafe.Add(ref from, place);
            }
        }

        return new FixedWidthVector<T>(source.Type, rows.Length, buffer, GatherValidity(source, rows, memory));
    }

    private static NativeBuffer? GatherValidity(ColumnVector source, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        if (!source.MayHaveNulls)
            return null;

        NativeBuffer buffer = memory.AllocateCleared(Validity.BytesFor(rows.Length));
        Span<byte> bits = buffer.Span<byte>(Validity.BytesFor(rows.Length));
        Validity valid = source.Validity;
        for (int row = 0; row < rows.Length; row++)
            if (valid[rows[row]])
                bits[row >> 3] |= (byte)(1 << (row & 7));
        return buffer;
    }
}
