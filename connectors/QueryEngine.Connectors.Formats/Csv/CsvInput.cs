using System.IO.Compression;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>The bytes of a text file in order: a stretch of a file, or all of a compressed one.</summary>
internal abstract class CsvInput : IDisposable
{
    /// <summary>Bytes taken from the file so far.</summary>
    public long BytesRead { get; protected set; }

    /// <summary>Reads some of the next bytes; 0 at the end.</summary>
    public abstract int Read(Span<byte> destination);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Whether a file of that name is compressed.</summary>
    public static bool IsCompressed(string name) => name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Bytes <paramref name="start"/> to <paramref name="end"/> of a file, counted in what it decompresses to.</summary>
    public static CsvInput Open(ByteSource source, long start, long end)
    {
        if (!IsCompressed(source.Name))
            return new Range(source, start, Math.Min(end, source.Length));
        var input = new Compressed(source);
        input.Skip(start);
        return input;
    }

    private sealed class Range(ByteSource source, long start, long end) : CsvInput
    {
        private long _next = start;

        public override int Read(Span<byte> destination)
        {
            int length = (int)Math.Min(destination.Length, end - _next);
            if (length <= 0)
                return 0;
            source.ReadExactly(_next, destination[..length]);
            _next += length;
            BytesRead += length;
            return length;
        }
    }

    private sealed class Compressed : CsvInput
    {
        private readonly ByteSource _source;
        private readonly GZipStream _stream;

        public Compressed(ByteSource source)
        {
            _source = source;
            _stream = new GZipStream(new SourceStream(this, source), CompressionMode.Decompress);
        }

        public override int Read(Span<byte> destination)
        {
            try
            {
                return _stream.Read(destination);
            }
            catch (InvalidDataException error)
            {
                throw new QueryException(ErrorCode.InvalidData, $"file '{_source.Name}' does not decompress: {error.Message}", inner: error);
            }
        }

        public void Skip(long count)
        {
            Span<byte> skipped = stackalloc byte[1024];
            while (count > 0)
            {
                int read = Read(skipped[..(int)Math.Min(count, skipped.Length)]);
                if (read == 0)
                    return;
                count -= read;
            }
        }

        public override void Dispose()
        {
            base.Dispose();
            _stream.Dispose();
        }
    }

    private sealed class SourceStream(CsvInput owner, ByteSource source) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => source.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int length = (int)Math.Min(buffer.Length, source.Length - _position);
            if (length <= 0)
                return 0;
            source.ReadExactly(_position, buffer[..length]);
            _position += length;
            owner.BytesRead += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
