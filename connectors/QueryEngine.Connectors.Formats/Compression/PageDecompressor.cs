using System.IO.Compression;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Connectors.Formats.Parquet.Metadata;

namespace QueryEngine.Connectors.Formats.Compression;

/// <summary>Decompresses pages of any codec. Not thread-safe: each reader has its own.</summary>
internal sealed unsafe class PageDecompressor : IDisposable
{
    private nint _zstd;

    ~PageDecompressor() => Zstd.FreeContext(_zstd);

    /// <summary>
    /// Decompresses to exactly <paramref name="length"/> bytes; both memories must be padded as <see cref="NativeScratch"/> is.
    /// </summary>
    public void Decompress(CompressionCodec codec, byte* source, int sourceLength, byte* destination, int length)
    {
        if (length == 0)
            return;

        bool done = codec switch
        {
            CompressionCodec.Uncompressed => TryCopy(source, sourceLength, destination, length),
            CompressionCodec.Snappy => Snappy.TryDecompress(source, sourceLength, destination, length),
            CompressionCodec.Gzip => TryGunzip(source, sourceLength, destination, length),
            CompressionCodec.Brotli => TryBrotli(source, sourceLength, destination, length),
            CompressionCodec.Lz4 => Lz4.TryDecompressHadoop(source, sourceLength, destination, length),
            CompressionCodec.Lz4Raw => Lz4.TryDecompress(source, sourceLength, destination, length),
            CompressionCodec.Zstd => Zstd.TryDecompress(ZstdContext(), source, sourceLength, destination, length),
            CompressionCodec.Lzo => throw ParquetErrors.NotSupported("the LZO codec"),
            _ => throw ParquetErrors.NotSupported($"codec {(int)codec}"),
        };
        if (!done)
            ParquetErrors.ThrowCorrupt($"a page does not decompress ({codec})");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Zstd.FreeContext(_zstd);
        _zstd = 0;
        GC.SuppressFinalize(this);
    }

    private static bool TryCopy(byte* source, int sourceLength, byte* destination, int length)
    {
        if (sourceLength != length)
            return false;
        Buffer.MemoryCopy(source, destination, length, length);
        return true;
    }

    private static bool TryGunzip(byte* source, int sourceLength, byte* destination, int length)
    {
        using var compressed = new UnmanagedMemoryStream(source, sourceLength);
        using var stream = new GZipStream(compressed, CompressionMode.Decompress);
        var target = new Span<byte>(destination, length);
        try
        {
            return stream.ReadAtLeast(target, length, throwOnEndOfStream: false) == length;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool TryBrotli(byte* source, int sourceLength, byte* destination, int length) =>
        BrotliDecoder.TryDecompress(new ReadOnlySpan<byte>(source, sourceLength), new Span<byte>(destination, length), out int written)
        && written == length;

    private nint ZstdContext()
    {
        if (_zstd == 0)
            _zstd = Zstd.CreateContext();
        return _zstd;
    }
}
