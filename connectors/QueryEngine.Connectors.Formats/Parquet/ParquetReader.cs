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
    private readonly string[] _names;
    private readonly long[] _behind;
    private readonly LateColumns _late = new();

    /// <summary>Prepares to read; <paramref name="columns"/> are places in <see cref="ParquetFile.Columns"/>.</summary>
    public ParquetReader(ByteSource source, ParquetFile file, ReadOnlySpan<int> columns, MemoryContext memory)
    {
        _source = source;
        _file = file;
        _columns = new ColumnReader[columns.Length];
        _names = new string[columns.Length];
        _behind = new long[columns.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            _columns[column] = new ColumnReader(source, file.Nodes[columns[column]], memory);
            _names[column] = file.Columns[columns[column]].Name;
        }
    }

    /// <summary>Bytes read from the file so far.</summary>
    public long BytesRead => _columns.Sum(column => column.BytesRead);

    /// <summary>Reads a row group. The consumer owns the batches.</summary>
    public IEnumerable<RecordBatch> Read(int rowGroup) => Read(rowGroup, TupleDomain.All, NoDynamicFilter.Instance);

    /// <summary>
    /// Reads a row group but for pages that, by the file's page indexes, have no row inside the domain, which names columns of the file, as the filter does.
    /// The columns that the filter speaks of are read first: where they leave few rows, or none, the others are read for those alone. The consumer owns
    /// the batches.
    /// </summary>
    public IEnumerable<RecordBatch> Read(int rowGroup, TupleDomain domain, IDynamicFilter filter)
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
                Skip(start - row);
            for (row = start; row < end; row += RecordBatch.MaxRows)
                if (ReadBatch((int)Math.Min(RecordBatch.MaxRows, end - row), filter.Current) is { } batch)
                    yield return batch;
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
        _behind.AsSpan().Clear();
        foreach (ColumnReader column in _columns)
            column.Start(group);
    }

    // Nothing is passed over before it is clear where the next row wanted is: pages in between need not be unpacked.
    private void Skip(long rows)
    {
        foreach (ref long behind in _behind.AsSpan())
            behind += rows;
    }

    private RecordBatch? ReadBatch(int rows, TupleDomain wanted)
    {
        var vectors = new ColumnVector?[_columns.Length];
        try
        {
            (int start, int end) = (0, rows);
            foreach ((string name, Domain allowed) in wanted.Columns)
            {
                int column = Array.IndexOf(_names, name);
                if (column < 0 || start == end || vectors[column] is not null || !_late.IsWorthwhile)
                    continue;
                vectors[column] = Read(column, rows);
                LateColumns.Narrow(vectors[column]!, allowed, ref start, ref end);
            }

            if (!wanted.IsAll)
                _late.Note(rows, end - start);
            for (int column = 0; column < vectors.Length; column++)
            {
                if (vectors[column] is { } whole)
                {
                    if (end - start < rows)
                    {
                        vectors[column] = end > start ? whole.Slice(start, end - start) : null;
                        whole.Dispose();
                    }

                    continue;
                }

                _behind[column] += start;
                if (end > start)
                    vectors[column] = Read(column, end - start);
                _behind[column] += rows - end;
            }

            return end > start ? new RecordBatch(vectors!, end - start) : null;
        }
        catch (Exception error)
        {
            foreach (ColumnVector? vector in vectors)
                vector?.Dispose();
            if (error is QueryException known)
                throw InFile(known);
            throw;
        }
    }

    private ColumnVector Read(int column, int rows)
    {
        if (_behind[column] > 0)
            _columns[column].Skip(_behind[column]);
        _behind[column] = 0;
        return _columns[column].Read(rows);
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
