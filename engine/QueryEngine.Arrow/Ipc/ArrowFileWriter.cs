using System.Buffers.Binary;
using System.Runtime.InteropServices;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Arrow.Schema;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow;

/// <summary>
/// Writes batches as an Arrow IPC file (Feather, version 2). Columns are written flat: a file may not replace a dictionary. Does not own
/// the stream below, which need not seek.
/// </summary>
public sealed class ArrowFileWriter(Stream stream, ArrowSchema schema, MemoryContext memory) : IDisposable
{
    private readonly ArrowEncoder _encoder = new(schema, memory, keepDictionaries: false);
    private readonly List<FileBlock> _batches = [];
    private long _position;

    /// <summary>What a file begins with, padded to 8 bytes, and ends with.</summary>
    internal static ReadOnlySpan<byte> Magic => "ARROW1\0\0"u8;

    /// <summary>Writes a batch; the caller keeps it.</summary>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken = default) =>
        WriteAsync(_encoder.Encode(batch), cancellationToken);

    /// <summary>Writes the footer.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken = default)
    {
        await WriteAsync(_encoder.Finish(), cancellationToken);
        await MessageStream.WriteEndAsync(stream, cancellationToken);
        await stream.WriteAsync(BuildFooter(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    private async ValueTask WriteAsync(IReadOnlyList<ArrowMessage> messages, CancellationToken cancellationToken)
    {
        if (_position == 0)
        {
            await stream.WriteAsync(Magic.ToArray(), cancellationToken);
            _position = Magic.Length;
        }

        foreach (ArrowMessage message in messages)
        {
            using (message)
            {
                (int metadata, long length) = await MessageStream.WriteAsync(stream, message, cancellationToken);
                if (message.BodyBuffer is not null)
                    _batches.Add(new FileBlock(_position, metadata, message.BodyLength));
                _position += length;
            }
        }
    }

    private byte[] BuildFooter()
    {
        var builder = new FlatBuilder();
        int batches = builder.CreateStructs<FileBlock>(CollectionsMarshal.AsSpan(_batches));
        int dictionaries = builder.CreateStructs<FileBlock>(default);
        int schemaTable = SchemaWriter.Write(builder, schema, default);
        builder.StartTable(Slots.Footer.Slots);
        builder.AddOffset(Slots.Footer.Schema, schemaTable);
        builder.AddOffset(Slots.Footer.Dictionaries, dictionaries);
        builder.AddOffset(Slots.Footer.RecordBatches, batches);
        builder.Add(Slots.Footer.Version, Slots.VersionV5);
        byte[] footer = builder.Finish(builder.EndTable());

        byte[] end = new byte[footer.Length + 10];
        footer.CopyTo(end, 0);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(footer.Length), footer.Length);
        Magic[..6].CopyTo(end.AsSpan(footer.Length + 4));
        return end;
    }
}
