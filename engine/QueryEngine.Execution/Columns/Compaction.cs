using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Columns;

/// <summary>Keeps some rows of columns, at the least cost: fixed-width values are copied, text and nested values become dictionaries over the source.</summary>
internal static class Compaction
{
    /// <summary>The rows of a column, in that order. The caller owns the result and keeps its ownership of the source.</summary>
    public static ColumnVector Rows(ColumnVector source, ReadOnlySpan<int> rows, MemoryContext memory) =>
        source.Type.Physical >= PhysicalType.Bytes || source is ConstantVector
            ? DictionaryVector.Select(source, rows, memory)
            : Gather.Take(source, rows, memory);

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
            DisposeAll(result);
            throw;
        }

        return new RecordBatch(result, rows.Length);
    }

    /// <summary>All columns of a batch copied flat, so that they keep nothing else alive. The caller owns the result.</summary>
    public static RecordBatch Flat(RecordBatch source, ReadOnlySpan<int> columns, MemoryContext memory)
    {
        var result = new ColumnVector[columns.Length];
        try
        {
            for (int column = 0; column < columns.Length; column++)
                result[column] = Gather.Flatten(source[columns[column]], memory);
        }
        catch
        {
            DisposeAll(result);
            throw;
        }

        return new RecordBatch(result, source.RowCount);
    }

    /// <summary>The rows of a batch copied flat, in that order. The caller owns the result.</summary>
    public static RecordBatch Taken(RecordBatch source, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        var result = new ColumnVector[source.ColumnCount];
        try
        {
            for (int column = 0; column < result.Length; column++)
                result[column] = Gather.Take(source[column], rows, memory);
        }
        catch
        {
            DisposeAll(result);
            throw;
        }

        return new RecordBatch(result, rows.Length);
    }

    /// <summary>Lets go of the columns made so far; entries may be missing.</summary>
    public static void DisposeAll(ReadOnlySpan<ColumnVector> columns)
    {
        foreach (ColumnVector? column in columns)
            column?.Dispose();
    }
}
