using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>
/// Copies batches into other memory. Dictionaries much shorter than their rows stay dictionaries, and stay the same one
/// while the source's does.
/// </summary>
internal sealed class BatchCopy(ValueList<TableColumn> columns, MemoryContext memory) : IDisposable
{
    private const int RowsPerDictionaryEntry = 4;

    private readonly (ColumnVector? Source, ColumnVector? Copy)[] _dictionaries = new (ColumnVector?, ColumnVector?)[columns.Count];

    /// <summary>One flat batch of the rows of several.</summary>
    public static RecordBatch Join(ReadOnlySpan<RecordBatch> batches, ValueList<TableColumn> columns, MemoryContext memory)
    {
        int rows = 0;
        foreach (RecordBatch batch in batches)
            rows += batch.RowCount;
        using var builder = new BatchBuilder(columns.Select(column => column.Type), memory, rows);
        foreach (RecordBatch batch in batches)
            AppendTo(builder, batch);
        return builder.Build();
    }

    /// <summary>Adds the rows of a batch to a builder of the same columns.</summary>
    public static void AppendTo(BatchBuilder builder, RecordBatch batch)
    {
        for (int column = 0; column < batch.ColumnCount; column++)
        {
            for (int row = 0; row < batch.RowCount; row++)
                builder[column].AppendFrom(batch[column], row);
        }

        for (int row = 0; row < batch.RowCount; row++)
            builder.EndRow();
    }

    /// <summary>A copy of a batch of the table's columns, which the caller owns.</summary>
    public RecordBatch Copy(RecordBatch batch)
    {
        var copies = new ColumnVector[batch.ColumnCount];
        int made = 0;
        try
        {
            for (; made < copies.Length; made++)
                copies[made] = Copy(batch[made], made);
        }
        catch
        {
            foreach (ColumnVector copy in copies.AsSpan(0, made))
                copy.Dispose();
            throw;
        }

        return new RecordBatch(copies, batch.RowCount);
    }

    public void Dispose()
    {
        foreach ((_, ColumnVector? copy) in _dictionaries)
            copy?.Dispose();
        Array.Clear(_dictionaries);
    }

    private ColumnVector Copy(ColumnVector source, int column) => source switch
    {
        ConstantVector constant => new ConstantVector(CopyRows(constant.Value), source.Length),
        DictionaryVector dictionary when dictionary.Dictionary.Length <= source.Length / RowsPerDictionaryEntry =>
            CopyDictionary(dictionary, column),
        FixedWidthVector<int> fixedWidth => CopyFixed(fixedWidth),
        FixedWidthVector<long> fixedWidth => CopyFixed(fixedWidth),
        FixedWidthVector<double> fixedWidth => CopyFixed(fixedWidth),
        FixedWidthVector<bool> fixedWidth => CopyFixed(fixedWidth),
        FixedWidthVector<Int128> fixedWidth => CopyFixed(fixedWidth),
        BytesVector bytes => CopyBytes(bytes),
        _ => CopyRows(source),
    };

    private DictionaryVector CopyDictionary(DictionaryVector source, int column)
    {
        ref (ColumnVector? Source, ColumnVector? Copy) cached = ref _dictionaries[column];
        if (!ReferenceEquals(cached.Source, source.Dictionary))
        {
            ColumnVector copy = CopyRows(source.Dictionary);
            cached.Copy?.Dispose();
            cached = (source.Dictionary, copy);
        }

        NativeBuffer indices = memory.Allocate((long)source.Length * sizeof(int));
        source.Indices.CopyTo(indices.Span<int>(source.Length));
        cached.Copy!.Retain();
        return new DictionaryVector(cached.Copy, source.Length, indices, CopyValidity(source));
    }

    private FixedWidthVector<T> CopyFixed<T>(FixedWidthVector<T> source)
        where T : unmanaged
    {
        NativeBuffer values = memory.Allocate((long)source.Length * Unsafe.SizeOf<T>());
        source.Values.CopyTo(values.Span<T>(source.Length));
        return new FixedWidthVector<T>(source.Type, source.Length, values, CopyValidity(source));
    }

    private BytesVector CopyBytes(BytesVector source)
    {
        ReadOnlySpan<int> from = source.Offsets;
        int start = from[0];
        NativeBuffer offsets = memory.Allocate((long)from.Length * sizeof(int));
        Span<int> to = offsets.Span<int>(from.Length);
        for (int row = 0; row < from.Length; row++)
            to[row] = from[row] - start;

        int length = from[^1] - start;
        NativeBuffer data = memory.Allocate(length);
        source.Data.Slice(start, length).CopyTo(data.Span<byte>(length));
        return new BytesVector(source.Type, source.Length, offsets, data, CopyValidity(source));
    }

    private NativeBuffer? CopyValidity(ColumnVector source)
    {
        if (!source.MayHaveNulls)
            return null;

        int length = Validity.BytesFor(source.Length);
        NativeBuffer bits = memory.Allocate(length);
        source.Validity.Bits[..length].CopyTo(bits.Span<byte>(length));
        return bits;
    }

    private ColumnVector CopyRows(ColumnVector source)
    {
        using var builder = VectorBuilder.Create(source.Type, memory, source.Length);
        for (int row = 0; row < source.Length; row++)
            builder.AppendFrom(source, row);
        return builder.Build();
    }
}
