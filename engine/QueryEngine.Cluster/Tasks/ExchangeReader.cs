using System.Threading.Channels;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Execution;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>
/// Reads the outputs of several tasks at once and gives their batches in the order in which they come. Holds two batches a task; beyond that
/// the connections fill up and the tasks wait. Thread-safe.
/// </summary>
internal sealed class ExchangeReader : IExchangeSource
{
    private const int BatchesPerTask = 2;
    private readonly Channel<RecordBatch> _batches;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _pumps;

    /// <summary>Starts reading.</summary>
    public ExchangeReader(IReadOnlyList<TaskPlace> places, TaskSpec spec, ITaskNetwork network)
    {
        _batches = Channel.CreateBounded<RecordBatch>(Math.Max(1, places.Count) * BatchesPerTask);
        _pumps = PumpAllAsync(places, spec, network);
    }

    /// <inheritdoc/>
    public async ValueTask<RecordBatch?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _batches.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_batches.Reader.TryRead(out RecordBatch? batch))
                return batch;
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _pumps;
        while (_batches.Reader.TryRead(out RecordBatch? batch))
            batch.Dispose();
        _closed.Dispose();
    }

    private async Task PumpAllAsync(IReadOnlyList<TaskPlace> places, TaskSpec spec, ITaskNetwork network)
    {
        try
        {
            await Task.WhenAll(places.Select(place => PumpAsync(place, spec, network)));
            _batches.Writer.TryComplete();
        }
#pragma warning disable CA1031 // whatever went wrong is what the reader is told
        catch (Exception exception)
        {
            _batches.Writer.TryComplete(exception);
        }
#pragma warning restore CA1031
    }

    private async Task PumpAsync(TaskPlace place, TaskSpec spec, ITaskNetwork network)
    {
        await Task.Yield();
        try
        {
            await foreach (RecordBatch batch in network.ReadOutputAsync(place, spec.Id.Partition, spec.Memory, _closed.Token).WithCancellation(_closed.Token))
            {
                try
                {
                    await _batches.Writer.WriteAsync(batch, _closed.Token);
                }
                catch
                {
                    batch.Dispose();
                    throw;
                }
            }
        }
        catch (Exception exception)
        {
            // One broken stream ends them all, at once.
            _batches.Writer.TryComplete(exception);
            throw;
        }
    }
}
