using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Decodes BOOLEAN: single bits, plain or in runs, to one byte each.</summary>
internal sealed unsafe class BooleanReader(SqlType type, MemoryContext memory) : FixedReader<bool>(type, memory)
{
    private readonly NativeScratch _scratch = new();
    private bool _isRuns;
    private HybridDecoder _runs;
    private byte* _bits;
    private long _count;
    private long _position;

    /// <inheritdoc/>
    public override void LoadDictionary(byte* data, long length, int count) =>
        throw UnknownEncoding(PageEncoding.PlainDictionary, ParquetType.Boolean);

    /// <inheritdoc/>
    protected override void StartPlainPage(PageEncoding encoding, byte* data, long length, int entries)
    {
        _isRuns = encoding == PageEncoding.Rle;
        _position = 0;
        if (encoding == PageEncoding.Plain)
        {
            _bits = data;
            _count = length * 8;
        }
        else if (_isRuns)
        {
            // Booleans in runs have their length before them, in both versions of data pages.
            long runs = length < sizeof(int) ? 0 : Math.Min(*(uint*)data, length - sizeof(int));
            _runs = new HybridDecoder(data + sizeof(int), runs, 1);
        }
        else
        {
            throw UnknownEncoding(encoding, ParquetType.Boolean);
        }
    }

    /// <inheritdoc/>
    protected override void ReadPlain(bool* target, int values)
    {
        byte* bytes = (byte*)target;
        int* scratch = (int*)_scratch.Ensure((long)values * sizeof(int));
        if (_isRuns)
        {
            _runs.Decode(scratch, values);
        }
        else
        {
            Require(values);
            BitUnpacker.Unpack(_bits, _position, 1, scratch, values);
            _position += values;
        }
        for (int value = 0; value < values; value++)
            bytes[value] = (byte)(scratch[value] & 1);
    }

    /// <inheritdoc/>
    protected override void SkipPlain(int values)
    {
        if (_isRuns)
        {
            _runs.Skip(values);
            return;
        }
        Require(values);
        _position += values;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _scratch.Dispose();
    }

    private void Require(int values)
    {
        if (values > _count - _position)
            ParquetErrors.ThrowCorrupt("a page has fewer values than its header says");
    }
}
