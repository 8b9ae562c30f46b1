using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace QueryEngine.Rpc.Framing;

/// <summary>Messages in a stream of bytes: a flag byte (compressed or not), the length in four bytes, and the message.</summary>
internal static class MessageFrames
{
    private const int PrefixLength = 5;

    /// <summary>Writes one message; the caller flushes. A message that is disposable is disposed of.</summary>
    public static void Write<T>(PipeWriter writer, Marshaller<T> marshaller, T message, int maxSize)
    {
        try
        {
            int size = marshaller.Measure(message);
            if (size > maxSize)
                throw new RpcException(RpcStatusCode.ResourceExhausted, $"message of {size} bytes to send is larger than the limit of {maxSize} bytes");

            Span<byte> prefix = writer.GetSpan(PrefixLength);
            prefix[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(prefix[1..], size);
            writer.Advance(PrefixLength);
            marshaller.Write(message, writer);
        }
        finally
        {
            (message as IDisposable)?.Dispose();
        }
    }

    /// <summary>Reads messages until the stream ends.</summary>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        PipeReader reader, Marshaller<T> marshaller, int maxSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            (bool found, T message) = await ReadAsync(reader, marshaller, maxSize, cancellationToken);
            if (!found)
                yield break;
            yield return message;
        }
    }

    /// <summary>Reads the next message, or finds the end of the stream.</summary>
    public static async ValueTask<(bool Found, T Message)> ReadAsync<T>(
        PipeReader reader, Marshaller<T> marshaller, int maxSize, CancellationToken cancellationToken)
    {
        ReadResult result = await reader.ReadAtLeastAsync(PrefixLength, cancellationToken);
        if (result.Buffer.IsEmpty)
        {
            reader.AdvanceTo(result.Buffer.End);
            return (false, default!);
        }

        int length;
        try
        {
            length = ReadPrefix(result.Buffer, maxSize);
        }
        catch (RpcException)
        {
            reader.AdvanceTo(result.Buffer.End);
            throw;
        }

        if (result.Buffer.Length < PrefixLength + length)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await reader.ReadAtLeastAsync(PrefixLength + length, cancellationToken);
            if (result.Buffer.Length < PrefixLength + length)
            {
                reader.AdvanceTo(result.Buffer.End);
                throw new RpcException(RpcStatusCode.Internal, "the stream ended within a message");
            }
        }

        ReadOnlySequence<byte> body = result.Buffer.Slice(PrefixLength, length);
        try
        {
            return (true, marshaller.Read(body));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException exception)
        {
            throw new RpcException(RpcStatusCode.Internal, "the message cannot be read: " + exception.Message, inner: exception);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    private static int ReadPrefix(in ReadOnlySequence<byte> buffer, int maxSize)
    {
        if (buffer.Length < PrefixLength)
            throw new RpcException(RpcStatusCode.Internal, "the stream ended within a message");

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        if (prefix[0] == 1)
            throw new RpcException(RpcStatusCode.Unimplemented, "compressed messages are not supported");
        if (prefix[0] != 0)
            throw new RpcException(RpcStatusCode.Internal, $"a message begins with the unknown flag {prefix[0]}");

        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= maxSize
            ? (int)length
            : throw new RpcException(RpcStatusCode.ResourceExhausted, $"received message of {length} bytes is larger than the limit of {maxSize} bytes");
    }
}
