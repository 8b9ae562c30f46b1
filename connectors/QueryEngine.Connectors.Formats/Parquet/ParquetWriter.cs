using System.Buffers.Binary;
using QueryEngine.Connectors.Formats.Compression;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Connectors.Formats.Parquet.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>How the pages of a new Parquet file are compressed.</summary>
public enum ParquetCompression
{
    None,
    Snappy,
    Gzip,
    Zstd,
}

/// <summary>How a Parquet file is written.</summary>
public sealed record ParquetWriterOptions
{
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>A row group ends when it has this many compressed bytes; it is kept in memory until then.</summary>
    public long RowGroupBytes { get; init; } = 64L << 20;

    /// <summary>A row group ends when it has this many rows.</summary>
    public long RowGroupRows { get; init; } = 1 << 18;

    /// <summary>A page ends when it has this many entries, or a mebibyte.</summary>
    public int PageEntries { get; init; } = 20_000;

    /// <summary>Keys and values that the footer keeps.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Writes batches into a Parquet file: pages with dictionaries where they pay, row groups by size, bounds and null counts of pages and chunks,
/// page indexes. Not thread-safe. The file is complete only after <see cref="Finish"/>; the stream stays open.
/// </summary>
public sealed class ParquetWriter : IDisposable
{
    /// <summary>What columns of numbers of any size are in a file; a value that would lose digits is an error.</summary>
    public static readonly DecimalType NumberType = NumbersAsDecimals.Type;

    private const string CreatedBy = "QueryEngine version 1.0.0";
    private const int SliceRows = 1024;
    private const int SliceBytes = 256 * 1024;
    private static readonly byte[] _magic = "PAR1"u8.ToArray();

    private readonly Stream _output;
    private readonly MemoryContext _memory;
    private readonly ParquetWriterOptions _options;
    private readonly SchemaElement[] _schema;
    private readonly ColumnWriter[] _columns;
    private readonly PageCompressor _compressor;
    private readonly List<(WrittenChunk[] Chunks, long Rows)> _groups = [];
    private readonly ColumnWriter.Position _position = new();
    private readonly ThriftWriter _thrift = new();
    private long _groupRows;

    /// <summary>Begins a file.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED for a type that the format does not have.</exception>
    public ParquetWriter(Stream output, IReadOnlyList<FormatColumn> columns, ParquetWriterOptions options, MemoryContext memory)
    {
        (_output, _options, _memory) = (output, options, memory);
        columns = [.. columns.Select(column => column.Type.Kind == TypeKind.Number ? column with { Type = NumbersAsDecimals.Type } : column)];
        (_schema, string[][] paths) = SchemaWriter.Build(columns);
        ParquetNode[] nodes = SchemaBuilder.Build(_schema);
        _compressor = new PageCompressor(options.Compression);
        _columns = [.. nodes.Select((node, column) => new ColumnWriter(node, columns[column].Type, paths, _compressor, options.PageEntries, memory))];
        WriteBytes(_magic);
    }

    /// <summary>Rows so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Bytes that are in the file or will be, the row group under way by guess.</summary>
    public long BytesWritten => _position.Offset + _columns.Sum(column => column.PendingBytes);

    /// <summary>Adds the rows of a batch, whose columns are of the types that the file was begun with. The caller keeps its ownership.</summary>
    public void Write(RecordBatch batch)
    {
        var vectors = new ColumnVector[_columns.Length];
        var converted = new List<ColumnVector>();
        try
        {
            for (int column = 0; column < vectors.Length; column++)
            {
                vectors[column] = batch[column];
                if (batch[column].Type.Kind == TypeKind.Number)
                    converted.Add(vectors[column] = NumbersAsDecimals.Convert(batch[column], _memory));
            }

            Write(batch, vectors);
        }
        finally
        {
            converted.ForEach(vector => vector.Dispose());
        }
    }

    private void Write(RecordBatch batch, ColumnVector[] vectors)
    {
        long rowBytes = Math.Max(1, batch.SizeInBytes / Math.Max(1, batch.RowCount));
        int step = (int)Math.Clamp(SliceBytes / rowBytes, 1, SliceRows);
        for (int start = 0; start < batch.RowCount;)
        {
            int rows = (int)Math.Min(Math.Min(step, batch.RowCount - start), _options.RowGroupRows - _groupRows);
            for (int column = 0; column < _columns.Length; column++)
                _columns[column].Append(vectors[column], start, rows);
            start += rows;
            _groupRows += rows;
            RowCount += rows;
            if (_groupRows >= _options.RowGroupRows || _columns.Sum(column => column.PendingBytes) >= _options.RowGroupBytes)
                EndRowGroup();
        }
    }

    /// <summary>Writes what is left, the indexes and the footer. The number of bytes of the file.</summary>
    public long Finish()
    {
        if (_groupRows > 0)
            EndRowGroup();
        for (int group = 0; group < _groups.Count; group++)
            _groups[group] = (WriteIndexes(_groups[group].Chunks), _groups[group].Rows);

        _thrift.Clear();
        MetadataWriter.WriteFooter(_thrift, _schema, _groups, _options.Properties, CreatedBy);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, _thrift.Written.Length);
        WriteBytes(_thrift.Written);
        WriteBytes(length);
        WriteBytes(_magic);
        return _position.Offset;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ColumnWriter column in _columns)
            column.Dispose();
        _compressor.Dispose();
    }

    private void EndRowGroup()
    {
        WrittenChunk[] chunks = [.. _columns.SelectMany(column => column.EndChunks(_output, _position))];
        _groups.Add((chunks, _groupRows));
        _groupRows = 0;
    }

    private WrittenChunk[] WriteIndexes(WrittenChunk[] chunks)
    {
        var indexed = new WrittenChunk[chunks.Length];
        for (int column = 0; column < chunks.Length; column++)
        {
            ColumnChunk chunk = chunks[column].Chunk;
            if (MetadataWriter.HasColumnIndex(chunks[column]))
            {
                _thrift.Clear();
                MetadataWriter.WriteColumnIndex(_thrift, chunks[column]);
                chunk = chunk with { ColumnIndexOffset = _position.Offset, ColumnIndexLength = _thrift.Written.Length };
                WriteBytes(_thrift.Written);
            }
            _thrift.Clear();
            MetadataWriter.WriteOffsetIndex(_thrift, chunks[column]);
            chunk = chunk with { OffsetIndexOffset = _position.Offset, OffsetIndexLength = _thrift.Written.Length };
            WriteBytes(_thrift.Written);
            indexed[column] = chunks[column] with { Chunk = chunk };
        }
        return indexed;
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _position.Offset += bytes.Length;
    }
}
