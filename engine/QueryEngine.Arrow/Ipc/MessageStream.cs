using System.Buffers.Binary;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Messages in a stream of bytes: a marker, the length of the header, the header padded to 8 bytes, the body.</summary>
internal static class MessageStream
{
    private const uint Marker = 0xFFFFFFFF;
    private const int MaxHeaderLength = 256 * 1024 * 1024;
    private static readonly byte[] _end = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    /// <summary>Writes a message; gives its length without and with the body.</summary>
    public static async ValueTask<(int MetadataLength, long Length)> WriteAsync(Stream stream, ArrowMessage message, CancellationToken cancellationToken)
    {
        byte[] prefixed = Prefix(message);
        await stream.WriteAsync(prefixed, cancellationToken);
        if (message.BodyLength > 0)
        {
            using var body = new NativeMemoryManager(message.BodyBuffer!, message.BodyLength);
            await stream.WriteAsync(body.Memory, cancellationToken);
        }

        return (prefixed.Length, prefixed.Length + (long)message.BodyLength);
    }

    /// <summary>Writes the mark of the end.</summary>
    public static ValueTask WriteEndAsync(Stream stream, CancellationToken cancellationToken) => stream.WriteAsync(_end, cancellationToken);

    /// <summary>The header with its marker and length, padded.</summary>
    public static byte[] Prefix(ArrowMessage message)
    {
        byte[] bytes = new byte[8 + ArrowFormat.Pad(message.Header.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Marker);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        message.Header.Span.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    /// <summary>Reads the next message, which the caller owns; null at the end.</summary>
    public static async ValueTask<ArrowMessage?> ReadAsync(Stream stream, MemoryContext memory, CancellationToken cancellationToken)
    {
        byte[] word = new byte[4];
        int read = await stream.ReadAtLeastAsync(word, word.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return null;
        if (read < word.Length)
            throw Truncated();

        // Streams from before 2019 have no marker ahead of the length.
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(word);
        if (first == Marker)
            await FillAsync(stream, word, cancellationToken);
        int length = BinaryPrimitives.ReadInt32LittleEndian(word);
        if (length == 0)
            return null;
        if (length is < 0 or > MaxHeaderLength)
            throw new QueryException(ErrorCode.InvalidData, $"the Arrow stream has a header of {length} bytes");

        byte[] header = new byte[length];
        await FillAsync(stream, header, cancellationToken);
        long bodyLength = ReadBodyLength(header);
        if (bodyLength == 0)
            return new ArrowMessage(header, body: null, bodyLength: 0);

        NativeBuffer body = memory.Allocate(bodyLength);
        try
        {
            using var manager = new NativeMemoryManager(body, (int)bodyLength);
            await FillAsync(stream, manager.Memory, cancellationToken);
            return new ArrowMessage(header, body, (int)bodyLength);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The length of the body that belongs to a header.</summary>
    public static long ReadBodyLength(ReadOnlySpan<byte> header)
    {
        long length = FlatTable.Root(header).Get<long>(ArrowFormat.Message.BodyLength);
        return length is >= 0 and <= int.MaxValue
            ? length
            : throw new QueryException(ErrorCode.InvalidData, $"the Arrow stream has a body of {length} bytes");
    }

    private static async ValueTask FillAsync(Stream stream, Memory<byte> target, CancellationToken cancellationToken)
    {
        if (await stream.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancellationToken) < target.Length)
            throw Truncated();
    }

    private static QueryException Truncated() => new(ErrorCode.InvalidData, "the Arrow stream ends within a message");
}
