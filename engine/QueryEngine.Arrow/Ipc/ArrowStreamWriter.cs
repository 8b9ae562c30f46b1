using QueryEngine.Arrow.Ipc;
using QueryEngine.Spi;

namespace QueryEngine.Arrow;

/// <summary>Writes batches as an Arrow IPC stream. Does not own the stream below.</summary>
public sealed class ArrowStreamWriter(Stream stream, ArrowSchema schema, MemoryContext memory, bool keepDictionaries = true) : IDisposable
{
    private readonly ArrowEncoder _encoder = new(schema, memory, keepDictionaries);

    /// <summary>Writes a batch; the caller keeps it.</summary>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken = default) =>
        WriteAsync(_encoder.Encode(batch), cancellationToken);

    /// <summary>Ends the stream.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken = default)
    {
        await WriteAsync(_encoder.Finish(), cancellationToken);
        await MessageStream.WriteEndAsync(stream, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    private async ValueTask WriteAsync(IReadOnlyList<ArrowMessage> messages, CancellationToken cancellationToken)
    {
        foreach (ArrowMessage message in messages)
        {
            using (message)
                await MessageStream.WriteAsync(stream, message, cancellationToken);
        }
    }
}
