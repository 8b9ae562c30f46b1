using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Decodes INT32, INT64, FLOAT and DOUBLE.</summary>
internal sealed unsafe class PrimitiveReader<TIn, TOut, TConverter>(SqlType type, MemoryContext memory)
    : FixedReader<TOut>(type, memory)
    where TIn : unmanaged
    where TOut : unmanaged
    where TConverter : struct, IConverter<TIn, TOut>
{
    private readonly NativeScratch _scratch = new();
    private DeltaDecoder? _delta;
    private PageEncoding _encoding;
    private byte* _next;
    private byte* _end;
    private long _streamLength;
    private long _streamPosition;

    /// <inheritdoc/>
    public override void LoadDictionary(byte* data, long length, int count)
    {
        if ((long)count * sizeof(TIn) > length)
            ParquetErrors.ThrowCorrupt("a dictionary is shorter than its header says");
        Convert((TIn*)data, AllocateDictionary(count), count);
    }

    /// <inheritdoc/>
    protected override void StartPlainPage(PageEncoding encoding, byte* data, long length, int entries)
    {
        _encoding = encoding;
        _next = data;
        _end = data + length;
        switch (encoding)
        {
            case PageEncoding.Plain:
                break;
            case PageEncoding.ByteStreamSplit:
                _streamLength = length / sizeof(TIn);
                _streamPosition = 0;
                break;
            case PageEncoding.DeltaBinaryPacked when typeof(TIn) == typeof(int) || typeof(TIn) == typeof(long):
                if (length > 0)
                    (_delta ??= new DeltaDecoder()).Start(data, length);
                break;
            default:
                throw UnknownEncoding(encoding, TypeOf());
        }
    }

    /// <inheritdoc/>
    protected override void ReadPlain(TOut* target, int values)
    {
        if (values == 0)
            return;
        if (_encoding == PageEncoding.Plain)
        {
            Require((long)values * sizeof(TIn));
            Convert((TIn*)_next, target, values);
            _next += (long)values * sizeof(TIn);
            return;
        }

        TIn* scratch = (TIn*)_scratch.Ensure((long)values * Math.Max(sizeof(TIn), sizeof(long)));
        if (_encoding == PageEncoding.ByteStreamSplit)
        {
            RequireStream(values);
            ByteStreamSplit.Decode(_next, _streamLength, _streamPosition, sizeof(TIn), (byte*)scratch, values);
            _streamPosition += values;
        }
        else
        {
            DecodeDelta((long*)scratch, values);
        }
        Convert(scratch, target, values);
    }

    /// <inheritdoc/>
    protected override void SkipPlain(int values)
    {
        switch (_encoding)
        {
            case PageEncoding.Plain:
                Require((long)values * sizeof(TIn));
                _next += (long)values * sizeof(TIn);
                break;
            case PageEncoding.ByteStreamSplit:
                RequireStream(values);
                _streamPosition += values;
                break;
            default:
                if (values > 0)
                    DecodeDelta((long*)_scratch.Ensure((long)values * sizeof(long)), values);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _scratch.Dispose();
        _delta?.Dispose();
    }

    private static void Convert(TIn* source, TOut* target, int values)
    {
        if (typeof(TConverter) == typeof(Same<TIn>))
        {
            Buffer.MemoryCopy(source, target, (long)values * sizeof(TOut), (long)values * sizeof(TIn));
            return;
        }
        for (int value = 0; value < values; value++)
            target[value] = TConverter.Convert(Unsafe.ReadUnaligned<TIn>(source + value));
    }

    private static ParquetType TypeOf() =>
        typeof(TIn) == typeof(int) ? ParquetType.Int32
        : typeof(TIn) == typeof(long) ? ParquetType.Int64
        : typeof(TIn) == typeof(float) ? ParquetType.Float : ParquetType.Double;

    private void DecodeDelta(long* scratch, int values)
    {
        if (_end == _next)
            ParquetErrors.ThrowCorrupt("a page has fewer values than its header says");
        _delta!.Decode(scratch, values);
        if (sizeof(TIn) == sizeof(int))
        {
            int* narrow = (int*)scratch;
            for (int value = 0; value < values; value++)
                narrow[value] = (int)scratch[value];
        }
    }

    private void Require(long bytes)
    {
        if (bytes > _end - _next)
            ParquetErrors.ThrowCorrupt("a page has fewer values than its header says");
    }

    private void RequireStream(int values)
    {
        if (values > _streamLength - _streamPosition)
            ParquetErrors.ThrowCorrupt("a page has fewer values than its header says");
    }
}
