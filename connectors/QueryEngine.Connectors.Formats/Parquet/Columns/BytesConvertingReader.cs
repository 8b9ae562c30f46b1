using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Decodes fixed-width SQL values that are stored as bytes: decimals, uuids, intervals, half floats, 96-bit timestamps.</summary>
internal sealed unsafe class BytesConvertingReader<T, TConverter>(SqlType type, int fixedLength, MemoryContext memory)
    : FixedReader<T>(type, memory)
    where T : unmanaged
    where TConverter : struct, IBytesConverter<T>
{
    private readonly ByteValues _values = new(fixedLength);

    /// <inheritdoc/>
    public override void LoadDictionary(byte* data, long length, int count)
    {
        // Each value takes at least a byte or its length prefix: a count beyond that must not size the dictionary.
        if (count > length)
            ParquetErrors.ThrowCorrupt("a dictionary is shorter than its header says");
        _values.Start(PageEncoding.Plain, data, length, count);
        ReadPlain(AllocateDictionary(count), count);
    }

    /// <inheritdoc/>
    protected override void StartPlainPage(PageEncoding encoding, byte* data, long length, int entries) =>
        _values.Start(encoding, data, length, entries);

    /// <inheritdoc/>
    protected override void ReadPlain(T* target, int values)
    {
        for (int value = 0; value < values; value++)
        {
            byte* data = _values.Take(out int length);
            target[value] = TConverter.Convert(data, length);
        }
    }

    /// <inheritdoc/>
    protected override void SkipPlain(int values) => _values.Skip(values);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _values.Dispose();
    }
}
