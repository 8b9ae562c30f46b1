using System.IO.Compression;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Writing;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>Compresses pages with one codec. Not thread-safe: each writer has its own.</summary>
internal sealed unsafe class PageCompressor(ParquetCompression compression) : IDisposable
{
    private readonly SnappyCompressor _snappy = new();
    private readonly MemoryStream _gzip = new();
    private nint _zstd;

    ~PageCompressor() => Zstd.FreeCompressor(_zstd);

    /// <summary>What the file calls the codec.</summary>
    public CompressionCodec Codec => compression switch
    {
        ParquetCompression.None => CompressionCodec.Uncompressed,
        ParquetCompression.Snappy => CompressionCodec.Snappy,
        ParquetCompression.Gzip => CompressionCodec.Gzip,
        ParquetCompression.Zstd => CompressionCodec.Zstd,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Replaces what is in <paramref name="target"/> by the compressed <paramref name="source"/>.</summary>
    public void Compress(NativeOutput source, NativeOutput target)
    {
        target.Clear();
        switch (compression)
        {
            case ParquetCompression.None:
                target.Append(source.Written);
                break;
            case ParquetCompression.Snappy:
                target.Reserve(SnappyCompressor.MaximumLength(source.Length));
                source.Reserve(0);
                target.Advance(_snappy.Compress(source.Pointer, source.Length, target.Pointer));
                break;
            case ParquetCompression.Gzip:
                _gzip.SetLength(0);
                using (var stream = new GZipStream(_gzip, CompressionLevel.Optimal, leaveOpen: true))
                    stream.Write(source.Written);
                target.Append(_gzip.GetBuffer().AsSpan(0, (int)_gzip.Length));
                break;
            case ParquetCompression.Zstd:
                if (_zstd == 0)
                    _zstd = Zstd.CreateCompressor();
                int room = Zstd.MaximumLength(source.Length);
                target.Reserve(room);
                source.Reserve(0);
                target.Advance(Zstd.Compress(_zstd, source.Pointer, source.Length, target.Pointer, room));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Zstd.FreeCompressor(_zstd);
        _zstd = 0;
        GC.SuppressFinalize(this);
    }
}
