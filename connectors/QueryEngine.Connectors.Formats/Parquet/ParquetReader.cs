using QueryEngine.Connectors.Formats.Parquet.Columns;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>
/// Reads some columns of some row groups of a Parquet file, as batches of up to <see cref="RecordBatch.MaxRows"/> rows that do not
/// cross row groups. Text columns keep the dictionary of the row group.
/// </summary>
public sealed class ParquetReader : IDisposable
{
    private readonly ByteSource _source;
    private readonly ParquetFile _file;
    private readonly ColumnReader[] _columns;

    /// <summary>Prepares to read; <paramref name="columns"/> are places in <see cref="ParquetFile.Columns"/>.</summary>
    public ParquetReader(ByteSource source, ParquetFile file, ReadOnlySpan<int> columns, MemoryContext memory)
    {
        _source = source;
        _file = file;
        _columns = new ColumnReader[columns.Length];
        for (int column = 0; column < columns.Length; column++)
            _columns[column] = new ColumnReader(source, file.Nodes[columns[column]], memory);
    }

    /// <summary>Bytes read from the file so far.</summary>
    public long BytesRead => _columns.Sum(column => column.BytesRead);

    /// <summary>Reads a row group. The consumer owns the batches.</summary>
    public IEnumerable<RecordBatch> Read(int rowGroup) => Read(rowGroup, TupleDomain.All);

    /// <summary>
    /// Reads a row group but for pages that, by the file's page indexes, have no row inside the domain, which names columns of the file. The consumer
    /// owns the batches.
    /// </summary>
    public IEnumerable<RecordBatch> Read(int rowGroup, TupleDomain domain)
    {
        RowGroup group = _file.Metadata.RowGroups[rowGroup];
        List<(long Start, long End)> ranges = [];
        Translate(() =>
        {
            ranges = ParquetPageRanges.Of(_source, _file, rowGroup, domain);
            Start(group);
        });
        long row = 0;
        foreach ((long start, long end) in ranges)
        {
            if (start > row)
                Translate(() => Skip(start - row));
            for (row = start; row < end; row += RecordBatch.MaxRows)
                yield return ReadBatch((int)Math.Min(RecordBatch.MaxRows, end - row));
            row = end;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ColumnReader column in _columns)
            column.Dispose();
    }

    private void Start(RowGroup group)
    {
        foreach (ColumnReader column in _columns)
            column.Start(group);
    }

    private void Skip(long rows)
    {
        foreach (ColumnReader column in _columns)
            column.Skip(rows);
    }

    private RecordBatch ReadBatch(int rows)
    {
        var vectors = new ColumnVector[_columns.Length];
        int read = 0;
        try
        {
            for (; read < vectors.Length; read++)
                vectors[read] = _columns[read].Read(rows);
        }
        catch (Exception error)
        {
            for (int column = 0; column < read; column++)
                vectors[column].Dispose();
            if (error is QueryException known)
                throw InFile(known);
            throw;
        }
        return new RecordBatch(vectors, rows);
    }

    private void Translate(Action action)
    {
        try
        {
            action();
        }
        catch (QueryException error)
        {
            throw InFile(error);
        }
    }

    private QueryException InFile(QueryException error) => error.Code == ErrorCode.InvalidData || error.Code == ErrorCode.NotSupported
        ? new QueryException(error.Code, $"file '{_source.Name}': {error.Message}", error.Hint, error)
        : error;
}
