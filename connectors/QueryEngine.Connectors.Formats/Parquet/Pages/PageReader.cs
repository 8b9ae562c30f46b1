using QueryEngine.Connectors.Formats.Compression;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Pages;

/// <summary>
/// Walks over the pages of a column chunk: reads ahead in windows, decompresses a page at a time and says where its levels and
/// values are. All of what it points to is padded as <see cref="NativeScratch"/> is.
/// </summary>
internal sealed unsafe class PageReader(ByteSource source, ParquetLeaf leaf, MemoryContext memory) : IDisposable
{
    private const int WindowSize = 4 << 20;
    private const int SmallestHeaderWindow = 1 << 16;

    private readonly PageDecompressor _decompressor = new();
    private readonly NativeScratch _window = new(memory);
    private readonly NativeScratch _page = new(memory);
    private readonly NativeScratch _repetitionRun = new();
    private readonly NativeScratch _definitionRun = new();
    private ColumnChunk _chunk = new();
    private long _fileOffset;
    private long _fileEnd;
    private int _windowStart;
    private int _windowEnd;

    /// <summary>The header of the current page.</summary>
    public PageHeader Header { get; private set; }

    /// <summary>The values of the current page.</summary>
    public byte* Values { get; private set; }

    /// <summary>Bytes at <see cref="Values"/>.</summary>
    public long ValuesLength { get; private set; }

    /// <summary>The definition levels of the current data page.</summary>
    public HybridDecoder DefinitionLevels;

    /// <summary>The repetition levels of the current data page.</summary>
    public HybridDecoder RepetitionLevels;

    /// <summary>Bytes read from the source so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Begins another chunk.</summary>
    public void Start(ColumnChunk chunk)
    {
        if (chunk.IsEncrypted)
            throw ParquetErrors.NotSupported("an encrypted column");
        if (chunk.ExternalFile is not null)
            throw ParquetErrors.NotSupported("a column in another file");
        if (chunk.StartOffset < 0 || chunk.CompressedSize < 0 || chunk.StartOffset > source.Length - chunk.CompressedSize)
            throw ParquetErrors.Corrupt($"column {leaf.Name} lies outside the file");
        _chunk = chunk;
        _fileOffset = chunk.StartOffset;
        _fileEnd = _fileOffset + chunk.CompressedSize;
        _windowStart = 0;
        _windowEnd = 0;
    }

    /// <summary>Goes to the next dictionary or data page.</summary>
    /// <returns>False at the end of the chunk.</returns>
    public bool MoveNext()
    {
        while (true)
        {
            long left = _fileEnd - _fileOffset + _windowEnd - _windowStart;
            if (left <= 0)
                return false;
            byte* start = Ensure((int)Math.Min(left, SmallestHeaderWindow));
            Header = MetadataReader.ReadPageHeader(new ReadOnlySpan<byte>(start, _windowEnd - _windowStart), out int headerLength);
            _windowStart += headerLength;
            if (Header.CompressedSize > left - headerLength)
                throw ParquetErrors.Corrupt($"a page of column {leaf.Name} is longer than its chunk");
            byte* body = Ensure(Header.CompressedSize);
            _windowStart += Header.CompressedSize;
            if (Header.Type == PageType.Index || !Enum.IsDefined(Header.Type))
                continue;
            Load(body);
            return true;
        }
    }

    /// <summary>
    /// Passes over the next data pages as long as they have no more than so many rows in all, without decompressing them, nor reading what was not
    /// read ahead. Only for leaves in no list.
    /// </summary>
    /// <returns>The rows passed over.</returns>
    public long SkipWholePages(long rows)
    {
        long skipped = 0;
        while (true)
        {
            long left = _fileEnd - _fileOffset + _windowEnd - _windowStart;
            if (left <= 0)
                return skipped;
            byte* start = Ensure((int)Math.Min(left, SmallestHeaderWindow));
            PageHeader header = MetadataReader.ReadPageHeader(new ReadOnlySpan<byte>(start, _windowEnd - _windowStart), out int headerLength);
            if (header.Type is not (PageType.Data or PageType.DataV2) || header.ValueCount > rows - skipped)
                return skipped;
            if (header.CompressedSize > left - headerLength)
                throw ParquetErrors.Corrupt($"a page of column {leaf.Name} is longer than its chunk");
            skipped += header.ValueCount;
            _windowStart += headerLength;
            int held = Math.Min(header.CompressedSize, _windowEnd - _windowStart);
            _windowStart += held;
            _fileOffset += header.CompressedSize - held;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decompressor.Dispose();
        _window.Dispose();
        _page.Dispose();
        _repetitionRun.Dispose();
        _definitionRun.Dispose();
    }

    private void Load(byte* body)
    {
        if (Header.Type == PageType.DataV2)
        {
            LoadVersion2(body);
            return;
        }

        byte* page = body;
        long length = Header.CompressedSize;
        if (_chunk.Codec != CompressionCodec.Uncompressed)
        {
            page = _page.Ensure(Header.UncompressedSize);
            length = Header.UncompressedSize;
            _decompressor.Decompress(_chunk.Codec, body, Header.CompressedSize, page, Header.UncompressedSize);
        }
        byte* end = page + length;
        if (Header.Type == PageType.Data)
        {
            if (leaf.MaxRepetition > 0)
                page = LoadLevels(page, end, Header.RepetitionEncoding, leaf.MaxRepetition, _repetitionRun, out RepetitionLevels);
            if (leaf.MaxDefinition > 0)
                page = LoadLevels(page, end, Header.DefinitionEncoding, leaf.MaxDefinition, _definitionRun, out DefinitionLevels);
        }
        Values = page;
        ValuesLength = end - page;
    }

    private void LoadVersion2(byte* body)
    {
        // The levels stand before the compressed part, bare.
        long levelsLength = (long)Header.RepetitionLength + Header.DefinitionLength;
        if (levelsLength > Header.CompressedSize || levelsLength > Header.UncompressedSize)
            throw ParquetErrors.Corrupt($"a page of column {leaf.Name} has levels longer than itself");
        RepetitionLevels = new HybridDecoder(body, Header.RepetitionLength, WidthOf(leaf.MaxRepetition));
        DefinitionLevels = new HybridDecoder(body + Header.RepetitionLength, Header.DefinitionLength, WidthOf(leaf.MaxDefinition));
        byte* values = body + levelsLength;
        int compressed = Header.CompressedSize - (int)levelsLength;
        int uncompressed = Header.UncompressedSize - (int)levelsLength;
        if (Header.IsCompressed && _chunk.Codec != CompressionCodec.Uncompressed && uncompressed > 0)
        {
            byte* page = _page.Ensure(uncompressed);
            _decompressor.Decompress(_chunk.Codec, values, compressed, page, uncompressed);
            values = page;
            compressed = uncompressed;
        }
        Values = values;
        ValuesLength = compressed;
    }

    private byte* LoadLevels(byte* page, byte* end, PageEncoding encoding, int maximum, NativeScratch scratch, out HybridDecoder decoder)
    {
        int width = WidthOf(maximum);
        if (encoding == PageEncoding.BitPacked)
            return LoadBitPackedLevels(page, end, width, scratch, out decoder);
        if (encoding != PageEncoding.Rle)
            throw ParquetErrors.NotSupported($"levels in encoding {encoding}");
        if (end - page < sizeof(int) || *(uint*)page > end - page - sizeof(int))
            throw ParquetErrors.Corrupt($"a page of column {leaf.Name} has levels longer than itself");
        uint length = *(uint*)page;
        decoder = new HybridDecoder(page + sizeof(int), length, width);
        return page + sizeof(int) + length;
    }

    /// <summary>The deprecated encoding: most significant bit first and without a length. Rewritten as one packed run.</summary>
    private byte* LoadBitPackedLevels(byte* page, byte* end, int width, NativeScratch scratch, out HybridDecoder decoder)
    {
        long length = ((long)Header.ValueCount * width + 7) / 8;
        if (length > end - page)
            throw ParquetErrors.Corrupt($"a page of column {leaf.Name} has levels longer than itself");

        int groups = (Header.ValueCount + 7) / 8;
        const int RunHeader = 10;
        int needed = RunHeader + groups * width;
        byte* run = scratch.Ensure(needed);
        new Span<byte>(run, needed).Clear();
        int headerLength = 0;
        for (ulong header = ((ulong)groups << 1) | 1; ; header >>= 7)
        {
            run[headerLength++] = (byte)((header & 0x7F) | (header >= 0x80 ? 0x80u : 0));
            if (header < 0x80)
                break;
        }
        long bit = 0;
        for (int value = 0; value < Header.ValueCount; value++)
        {
            for (int place = width - 1; place >= 0; place--, bit++)
            {
                if ((page[bit >> 3] & (0x80 >> (int)(bit & 7))) != 0)
                    Bits.Set(run + headerLength, (long)value * width + place, true);
            }
        }
        decoder = new HybridDecoder(run, headerLength + (long)groups * width, width);
        return page + length;
    }

    private static int WidthOf(int maximum) => maximum == 0 ? 0 : System.Numerics.BitOperations.Log2((uint)maximum) + 1;

    private byte* Ensure(int length)
    {
        int held = _windowEnd - _windowStart;
        if (held >= length)
            return _window.Pointer + _windowStart;

        long left = _fileEnd - _fileOffset;
        int wanted = (int)Math.Min(Math.Max(length, WindowSize), held + left);
        byte* window = _window.Pointer;
        if (wanted > _window.Capacity)
        {
            // Growing copies from the start, so what is held moves there first.
            if (held > 0)
                Buffer.MemoryCopy(window + _windowStart, window, _window.Capacity, held);
            window = _window.Grow(wanted, held);
        }
        else if (held > 0)
        {
            Buffer.MemoryCopy(window + _windowStart, window, _window.Capacity, held);
        }
        source.ReadExactly(_fileOffset, new Span<byte>(window + held, wanted - held));
        BytesRead += wanted - held;
        _fileOffset += wanted - held;
        _windowStart = 0;
        _windowEnd = wanted;
        return window;
    }
}
