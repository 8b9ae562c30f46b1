using System.Buffers;
using Google.Protobuf;

namespace QueryEngine.Rpc;

/// <summary>
/// How messages of one type become bytes and come back. <see cref="Measure"/> gives the exact number of bytes that
/// <see cref="Write"/> will write. <see cref="Read"/> must copy what it keeps: the sequence is valid only during the call.
/// A message that is <see cref="IDisposable"/> belongs to the call and is disposed of once it is written.
/// </summary>
public sealed record Marshaller<T>(
    Func<T, int> Measure, Action<T, IBufferWriter<byte>> Write, Func<ReadOnlySequence<byte>, T> Read);

/// <summary>The marshallers that every service needs.</summary>
public static class Marshallers
{
    /// <summary>Messages that are bytes.</summary>
    public static Marshaller<ReadOnlyMemory<byte>> Bytes { get; } = new(
        message => message.Length,
        (message, writer) => writer.Write(message.Span),
        sequence => sequence.ToArray());

    /// <summary>Messages generated from a <c>.proto</c> file.</summary>
    public static Marshaller<T> Proto<T>()
        where T : class, IMessage<T>, new()
    {
        var parser = new MessageParser<T>(static () => new T());
        return new(
            message => message.CalculateSize(),
            (message, writer) => message.WriteTo(writer),
            parser.ParseFrom);
    }
}
