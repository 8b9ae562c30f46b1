using System.Buffers;
using QueryEngine.Spi;

namespace QueryEngine.Arrow;

/// <summary>
/// The <c>FlightData</c> message of Arrow Flight, read and written by hand so that a body goes between native memory and the connection
/// with one copy. Owns its message.
/// </summary>
public sealed class FlightData(ArrowMessage message, ReadOnlyMemory<byte> descriptor = default, ReadOnlyMemory<byte> appMetadata = default) : IDisposable
{
    // Tags of protobuf: the field's number shifted by three, and 2 for bytes.
    private const uint DescriptorTag = (1 << 3) | 2;
    private const uint HeaderTag = (2 << 3) | 2;
    private const uint MetadataTag = (3 << 3) | 2;
    private const uint BodyTag = (1000 << 3) | 2;

    /// <summary>The Arrow message; empty where only metadata travels.</summary>
    public ArrowMessage Message { get; } = message;

    /// <summary>A serialized <c>FlightDescriptor</c>; empty but in a first upload.</summary>
    public ReadOnlyMemory<byte> Descriptor { get; } = descriptor;

    /// <summary>What the application adds.</summary>
    public ReadOnlyMemory<byte> AppMetadata { get; } = appMetadata;

    /// <summary>Bytes that <see cref="Write(IBufferWriter{byte})"/> writes.</summary>
    public int Measure() => checked(
        SizeOf(DescriptorTag, Descriptor.Length) + SizeOf(HeaderTag, Message.Header.Length)
        + SizeOf(MetadataTag, AppMetadata.Length) + SizeOf(BodyTag, Message.BodyLength));

    /// <summary>Writes the message.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        Write(writer, DescriptorTag, Descriptor.Span);
        Write(writer, HeaderTag, Message.Header.Span);
        Write(writer, MetadataTag, AppMetadata.Span);
        Write(writer, BodyTag, Message.Body);
    }

    /// <summary>Reads a message; the body is copied once, into aligned native memory.</summary>
    public static FlightData Read(ReadOnlySequence<byte> sequence, MemoryContext memory)
    {
        var reader = new SequenceReader<byte>(sequence);
        byte[] descriptor = [], header = [], metadata = [];
        NativeBuffer? body = null;
        int bodyLength = 0;
        try
        {
            while (!reader.End)
            {
                ulong tag = ReadVarint(ref reader);
                if ((tag & 7) != 2)
                {
                    SkipScalar(ref reader, (int)(tag & 7));
                    continue;
                }

                ReadOnlySequence<byte> field = ReadBytes(ref reader);
                switch (tag)
                {
                    case DescriptorTag:
                        descriptor = field.ToArray();
                        break;
                    case HeaderTag:
                        header = field.ToArray();
                        break;
                    case MetadataTag:
                        metadata = field.ToArray();
                        break;
                    case BodyTag:
                        body?.Dispose();
                        bodyLength = (int)field.Length;
                        body = memory.Allocate(bodyLength);
                        field.CopyTo(body.Bytes);
                        break;
                }
            }

            return new FlightData(new ArrowMessage(header, body, bodyLength), descriptor, metadata);
        }
        catch
        {
            body?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Message.Dispose();

    private static int SizeOf(uint tag, int length) => length == 0 ? 0 : SizeOfVarint(tag) + SizeOfVarint((uint)length) + length;

    private static int SizeOfVarint(uint value)
    {
        int size = 1;
        while ((value >>= 7) != 0)
            size++;
        return size;
    }

    private static void Write(IBufferWriter<byte> writer, uint tag, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;

        WriteVarint(writer, tag);
        WriteVarint(writer, (uint)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteVarint(IBufferWriter<byte> writer, uint value)
    {
        Span<byte> span = writer.GetSpan(5);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        writer.Advance(length);
    }

    private static ulong ReadVarint(ref SequenceReader<byte> reader)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (!reader.TryRead(out byte part))
                break;
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw Broken();
    }

    private static ReadOnlySequence<byte> ReadBytes(ref SequenceReader<byte> reader)
    {
        ulong length = ReadVarint(ref reader);
        return length <= int.MaxValue && reader.TryReadExact((int)length, out ReadOnlySequence<byte> field) ? field : throw Broken();
    }

    private static void SkipScalar(ref SequenceReader<byte> reader, int wireType)
    {
        switch (wireType)
        {
            case 0:
                ReadVarint(ref reader);
                return;
            case 1 when reader.Remaining >= 8:
                reader.Advance(8);
                return;
            case 5 when reader.Remaining >= 4:
                reader.Advance(4);
                return;
            default:
                throw Broken();
        }
    }

    private static QueryException Broken() => new(ErrorCode.ProtocolViolation, "a FlightData message is damaged");
}
