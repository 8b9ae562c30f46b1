using System.Runtime.CompilerServices;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Spi;

namespace QueryEngine.Arrow;

/// <summary>Reads the batches of an Arrow IPC stream. Does not own the stream below.</summary>
public sealed class ArrowStreamReader(Stream stream, MemoryContext memory) : IDisposable
{
    private readonly ArrowDecoder _decoder = new(memory);

    /// <summary>Reads up to the schema, if that is still to come.</summary>
    public async ValueTask<ArrowSchema> ReadSchemaAsync(CancellationToken cancellationToken = default)
    {
        if (_decoder.Schema is null)
        {
            using ArrowMessage? message = await MessageStream.ReadAsync(stream, memory, cancellationToken);
            if (message is not null && _decoder.Decode(message) is { } batch)
                batch.Dispose();
        }

        return _decoder.Schema ?? throw new QueryException(ErrorCode.InvalidData, "the Arrow stream has no schema");
    }

    /// <summary>Reads the batches. The reader of the sequence owns each.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ReadSchemaAsync(cancellationToken);
        while (await MessageStream.ReadAsync(stream, memory, cancellationToken) is { } message)
        {
            RecordBatch? batch;
            using (message)
                batch = _decoder.Decode(message);
            if (batch is not null)
                yield return batch;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();
}
