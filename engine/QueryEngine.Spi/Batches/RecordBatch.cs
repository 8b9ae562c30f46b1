namespace QueryEngine.Spi;

/// <summary>
/// Some rows of a relation, by column; up to <see cref="MaxRows"/> from the engine's own sources. Owns its columns: the
/// constructor takes over one ownership of each. Whoever receives a batch disposes it; to keep a column longer, retain that column.
/// </summary>
public sealed class RecordBatch : RefCounted
{
    /// <summary>The usual size of a batch, in rows.</summary>
    public const int MaxRows = 8192;

    private readonly ColumnVector[] _columns;

    /// <summary>Takes over one ownership of each column; all have <paramref name="rowCount"/> rows.</summary>
    public RecordBatch(ReadOnlySpan<ColumnVector> columns, int rowCount)
    {
        foreach (ColumnVector column in columns)
            if (column.Length != rowCount)
                throw new ArgumentException($"a column of {column.Length} rows in a batch of {rowCount}", nameof(columns));
        (_columns, RowCount) = (columns.ToArray(), rowCount);
    }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns; still owned by the batch.</summary>
    public ReadOnlySpan<ColumnVector> Columns => _columns;

    /// <summary>The number of columns.</summary>
    public int ColumnCount => _columns.Length;

    /// <summary>Bytes of all columns.</summary>
    public long SizeInBytes => _columns.Sum(column => column.SizeInBytes);

    /// <summary>A column; still owned by the batch.</summary>
    public ColumnVector this[int column] => _columns[column];

    /// <summary>Rows from <paramref name="start"/> on, sharing memory. The caller owns the result.</summary>
    public RecordBatch Slice(int start, int length) => new([.. _columns.Select(column => column.Slice(start, length))], length);

    /// <summary>A batch of some of the columns, in any order, sharing memory. The caller owns the result.</summary>
    public RecordBatch Select(ReadOnlySpan<int> columns)
    {
        var selected = new ColumnVector[columns.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            selected[column] = _columns[columns[column]];
            selected[column].Retain();
        }

        return new RecordBatch(selected, RowCount);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (ColumnVector column in _columns)
            column.Dispose();
    }
}
