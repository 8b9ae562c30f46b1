namespace QueryEngine.Spi;

/// <summary>Collects rows and makes batches: append a value to every column, then end the row.</summary>
public sealed class BatchBuilder : IDisposable
{
    private readonly VectorBuilder[] _columns;

    /// <summary>Makes a builder of columns of these types.</summary>
    public BatchBuilder(IEnumerable<SqlType> types, MemoryContext memory, int capacity = RecordBatch.MaxRows) =>
        _columns = [.. types.Select(type => VectorBuilder.Create(type, memory, capacity))];

    /// <summary>Rows ended so far.</summary>
    public int RowCount { get; private set; }

    /// <summary>Whether a batch is full.</summary>
    public bool IsFull => RowCount >= RecordBatch.MaxRows;

    /// <summary>The columns.</summary>
    public IReadOnlyList<VectorBuilder> Columns => _columns;

    /// <summary>A column.</summary>
    public VectorBuilder this[int column] => _columns[column];

    /// <summary>Ends a row.</summary>
    public void EndRow() => RowCount++;

    /// <summary>Adds a row of boxed values.</summary>
    public void AppendRow(params ReadOnlySpan<object?> values)
    {
        for (int column = 0; column < _columns.Length; column++)
            _columns[column].AppendBoxed(values[column]);
        RowCount++;
    }

    /// <summary>The rows as a batch, which the caller owns. The builder starts again.</summary>
    public RecordBatch Build()
    {
        var batch = new RecordBatch([.. _columns.Select(column => column.Build())], RowCount);
        RowCount = 0;
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (VectorBuilder column in _columns)
            column.Dispose();
    }
}
