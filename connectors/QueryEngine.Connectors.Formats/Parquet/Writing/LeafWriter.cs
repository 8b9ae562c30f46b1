using System.Buffers.Binary;
using QueryEngine.Connectors.Formats.Compression;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>A page of a chunk: where it begins among the chunk's data pages, its bytes with header, its first row, and what it holds.</summary>
internal sealed record WrittenPage(int Offset, int Bytes, long FirstRow, int NullCount, int EntryCount, StoredBounds Bounds)
{
    /// <summary>Whether the page has no value.</summary>
    public bool IsNull => NullCount == EntryCount;
}

/// <summary>A chunk that is in the file, with what its indexes need.</summary>
internal sealed record WrittenChunk(ColumnChunk Chunk, string[] Path, PageEncoding[] Encodings, WrittenPage[] Pages, long PagesOffset, StoredBounds Bounds);

/// <summary>Writes a leaf column: collects levels and values, makes pages of them, and keeps the pages until the row group ends.</summary>
internal sealed unsafe class LeafWriter : IDisposable
{
    private const int PageBytes = 1 << 20;

    private readonly ParquetLeaf _leaf;
    private readonly string[] _path;
    private readonly PageCompressor _compressor;
    private readonly int _pageEntries;
    private readonly LeafValues _values;
    private readonly NativeOutput _body;
    private readonly NativeOutput _compressed;
    private readonly NativeOutput _chunk;
    private readonly ThriftWriter _header = new();
    private readonly List<WrittenPage> _pages = [];
    private readonly HashSet<PageEncoding> _encodings = [];
    private int[] _definitions = new int[1024];
    private int[] _repetitions = new int[1024];
    private int _entries;
    private int _nulls;
    private long _firstRowOfPage;
    private long _rows;
    private long _chunkEntries;
    private long _uncompressed;

    public LeafWriter(ParquetLeaf leaf, SqlType type, string[] path, PageCompressor compressor, int pageEntries, MemoryContext memory)
    {
        (_leaf, _path, _compressor, _pageEntries) = (leaf, path, compressor, pageEntries);
        _values = LeafValuesFactory.Create(leaf, type, memory);
        _body = new NativeOutput(memory);
        _compressed = new NativeOutput(memory);
        _chunk = new NativeOutput(memory);
    }

    /// <summary>Bytes that the chunk under way has so far, the page under way by guess.</summary>
    public long PendingBytes => _chunk.Length + _values.PageBytes;

    /// <summary>Adds whole rows: an entry for each pair of levels, a value for each of <paramref name="valueRows"/>.</summary>
    public void Append(
        ReadOnlySpan<int> repetitions, ReadOnlySpan<int> definitions, ColumnVector values, ReadOnlySpan<int> valueRows, int rows)
    {
        Reserve(definitions.Length);
        definitions.CopyTo(_definitions.AsSpan(_entries));
        repetitions.CopyTo(_repetitions.AsSpan(_entries));
        AddValues(definitions.Length, values, valueRows, rows);
    }

    /// <summary>Adds rows of a leaf at the top, none of which is null.</summary>
    public void Append(ColumnVector values, ReadOnlySpan<int> valueRows)
    {
        Reserve(valueRows.Length);
        _definitions.AsSpan(_entries, valueRows.Length).Fill(_leaf.MaxDefinition);
        _repetitions.AsSpan(_entries, valueRows.Length).Clear();
        AddValues(valueRows.Length, values, valueRows, valueRows.Length);
    }

    /// <summary>Writes the chunk to the file, from <paramref name="position"/> on, and begins the next one.</summary>
    public WrittenChunk EndChunk(Stream output, ref long position)
    {
        if (_entries > 0 || _pages.Count == 0)
            EndPage();
        long start = position;
        if (_values.HasDictionary)
            WriteDictionary(output, ref position);
        long pagesOffset = position;
        output.Write(_chunk.Written);
        position += _chunk.Length;

        long nulls = _pages.Sum(page => (long)page.NullCount);
        StoredBounds bounds = _values.EndChunk();
        var chunk = new ColumnChunk
        {
            Type = _leaf.Element.Type!.Value,
            Codec = _compressor.Codec,
            ValueCount = _chunkEntries,
            UncompressedSize = _uncompressed,
            CompressedSize = position - start,
            DataPageOffset = pagesOffset,
            DictionaryPageOffset = start < pagesOffset ? start : null,
            Statistics = new ColumnChunkStatistics { MinValue = bounds.Min, MaxValue = bounds.Max, NullCount = nulls },
        };
        var written = new WrittenChunk(chunk, _path, [.. _encodings.Append(PageEncoding.Rle).Distinct().Order()], [.. _pages], pagesOffset, bounds);

        _pages.Clear();
        _encodings.Clear();
        _chunk.Clear();
        _rows = 0;
        _firstRowOfPage = 0;
        _chunkEntries = 0;
        _uncompressed = 0;
        return written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        _body.Dispose();
        _compressed.Dispose();
        _chunk.Dispose();
    }

    private void Reserve(int entries)
    {
        if (_definitions.Length >= _entries + entries)
            return;
        Array.Resize(ref _definitions, Math.Max(_entries + entries, _definitions.Length * 2));
        Array.Resize(ref _repetitions, _definitions.Length);
    }

    private void AddValues(int entries, ColumnVector values, ReadOnlySpan<int> valueRows, int rows)
    {
        _entries += entries;
        _nulls += entries - valueRows.Length;
        if (!valueRows.IsEmpty)
            _values.Add(values, valueRows);
        _rows += rows;
        if (_entries >= _pageEntries || _values.PageBytes >= PageBytes)
            EndPage();
    }

    private void EndPage()
    {
        _body.Clear();
        WriteLevels(_repetitions.AsSpan(0, _entries), _leaf.MaxRepetition);
        WriteLevels(_definitions.AsSpan(0, _entries), _leaf.MaxDefinition);
        PageEncoding encoding = _values.WritePage(_body);
        _encodings.Add(encoding);
        StoredBounds bounds = _values.EndPage();

        _compressor.Compress(_body, _compressed);
        _header.Clear();
        MetadataWriter.WriteDataPageHeader(_header, _body.Length, _compressed.Length, _entries, encoding, bounds, _nulls);
        _pages.Add(new WrittenPage(_chunk.Length, _header.Written.Length + _compressed.Length, _firstRowOfPage, _nulls, _entries, bounds));
        _chunk.Append(_header.Written);
        _chunk.Append(_compressed.Written);
        _uncompressed += _header.Written.Length + _body.Length;
        _chunkEntries += _entries;
        _entries = 0;
        _nulls = 0;
        _firstRowOfPage = _rows;
    }

    private void WriteLevels(ReadOnlySpan<int> levels, int maximum)
    {
        if (maximum == 0)
            return;
        int start = _body.Length;
        _body.Reserve(sizeof(int));
        _body.Advance(sizeof(int));
        HybridEncoder.Encode(levels, HybridEncoder.BitWidth(maximum), _body);
        BinaryPrimitives.WriteInt32LittleEndian(_body.At(start, sizeof(int)), _body.Length - start - sizeof(int));
    }

    private void WriteDictionary(Stream output, ref long position)
    {
        _body.Clear();
        _values.WriteDictionary(_body);
        _compressor.Compress(_body, _compressed);
        _header.Clear();
        MetadataWriter.WriteDictionaryPageHeader(_header, _body.Length, _compressed.Length, _values.DictionaryCount);
        output.Write(_header.Written);
        output.Write(_compressed.Written);
        position += _header.Written.Length + _compressed.Length;
        _uncompressed += _header.Written.Length + _body.Length;
        _encodings.Add(PageEncoding.Plain);
    }
}
