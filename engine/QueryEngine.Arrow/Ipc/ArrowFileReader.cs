using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow;

/// <summary>Reads an Arrow IPC file (Feather, version 2), any batch of it. Does not own the stream below, which must seek.</summary>
public sealed class ArrowFileReader : IDisposable
{
    private const int TrailerLength = 10;
    private readonly Stream _stream;
    private readonly MemoryContext _memory;
    private readonly ArrowDecoder _decoder;
    private readonly FileBlock[] _batches;

    private ArrowFileReader(Stream stream, MemoryContext memory, ArrowDecoder decoder, FileBlock[] batches) =>
        (_stream, _memory, _decoder, _batches) = (stream, memory, decoder, batches);

    /// <summary>The file's schema.</summary>
    public ArrowSchema Schema => _decoder.Schema!;

    /// <summary>The number of batches.</summary>
    public int BatchCount => _batches.Length;

    /// <summary>Reads the footer and the dictionaries.</summary>
    public static async ValueTask<ArrowFileReader> OpenAsync(Stream stream, MemoryContext memory, CancellationToken cancellationToken = default)
    {
        byte[] footer = await ReadFooterAsync(stream, cancellationToken);
        var decoder = new ArrowDecoder(memory);
        (FileBlock[] dictionaries, FileBlock[] batches) = ReadBlocks(footer, decoder);
        var reader = new ArrowFileReader(stream, memory, decoder, batches);
        foreach (FileBlock block in dictionaries)
        {
            using ArrowMessage message = await reader.ReadMessageAsync(block, cancellationToken);
            if (decoder.Decode(message) is { } batch)
                batch.Dispose();
        }

        return reader;
    }

    /// <summary>Reads one batch, which the caller owns.</summary>
    public async ValueTask<RecordBatch> ReadBatchAsync(int index, CancellationToken cancellationToken = default)
    {
        using ArrowMessage message = await ReadMessageAsync(_batches[index], cancellationToken);
        return _decoder.Decode(message) ?? throw BodyReader.Broken($"block {index} is no batch");
    }

    /// <summary>Reads all batches. The reader of the sequence owns each.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int index = 0; index < _batches.Length; index++)
            yield return await ReadBatchAsync(index, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    private static async ValueTask<byte[]> ReadFooterAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] trailer = new byte[TrailerLength];
        if (stream.Length >= TrailerLength + ArrowFileWriter.Magic.Length)
        {
            stream.Seek(-TrailerLength, SeekOrigin.End);
            await stream.ReadExactlyAsync(trailer, cancellationToken);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        if (!trailer.AsSpan(4).SequenceEqual(ArrowFileWriter.Magic[..6]) || length <= 0 || length > stream.Length - TrailerLength)
            throw new QueryException(ErrorCode.InvalidData, "the file is not an Arrow file, or its end is missing");

        byte[] footer = new byte[length];
        stream.Seek(-TrailerLength - length, SeekOrigin.End);
        await stream.ReadExactlyAsync(footer, cancellationToken);
        return footer;
    }

    private static (FileBlock[] Dictionaries, FileBlock[] Batches) ReadBlocks(byte[] footer, ArrowDecoder decoder)
    {
        FlatTable table = FlatTable.Root(footer);
        FlatTable schema = table.GetTable(Slots.Footer.Schema);
        if (!schema.Exists)
            throw BodyReader.Broken("the footer has no schema");

        decoder.ReadSchema(schema);
        return (
            table.GetStructs<FileBlock>(Slots.Footer.Dictionaries).ToArray(),
            table.GetStructs<FileBlock>(Slots.Footer.RecordBatches).ToArray());
    }

    private async ValueTask<ArrowMessage> ReadMessageAsync(FileBlock block, CancellationToken cancellationToken)
    {
        if (block.Offset < 0 || block.Offset >= _stream.Length)
            throw BodyReader.Broken("a block outside the file");
        _stream.Seek(block.Offset, SeekOrigin.Begin);
        return await MessageStream.ReadAsync(_stream, _memory, cancellationToken) ?? throw BodyReader.Broken("an empty block");
    }
}
