using QueryEngine.Execution;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>
/// The rows that a task has made and its consumers have not taken yet, a queue for each consumer. Writers wait while it holds more than its limit of
/// bytes. A consumer that wants no more closes its queue; when all have, the task ends early. Thread-safe.
/// </summary>
internal sealed class TaskOutput : IOutputSink, IDisposable
{
    private readonly Lock _lock = new();
    private readonly long _maxBytes;
    private readonly Partition[] _partitions;
    private readonly TaskCompletionSource _drained = new();
    private TaskCompletionSource _changed = NewSignal();
    private int _open;
    private long _bytes;
    private bool _isComplete;
    private Exception? _error;

    public TaskOutput(int partitions, long maxBytes)
    {
        (_maxBytes, _open) = (maxBytes, partitions);
        _partitions = new Partition[partitions];
        for (int partition = 0; partition < partitions; partition++)
            _partitions[partition] = new Partition();
    }

    /// <summary>Completes when every consumer has taken all, or closed: on the thread of the last one.</summary>
    public Task WhenDrained => _drained.Task;

    /// <inheritdoc/>
    public int PartitionCount => _partitions.Length;

    /// <inheritdoc/>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return _open == 0;
        }
    }

    /// <summary>Bytes held now.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(RecordBatch batch, int partition, CancellationToken cancellationToken)
    {
        Enqueue(batch, partition);
        return WaitForRoomAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask BroadcastAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        for (int partition = 1; partition < _partitions.Length; partition++)
        {
            batch.Retain();
            Enqueue(batch, partition);
        }

        Enqueue(batch, 0);
        return WaitForRoomAsync(cancellationToken);
    }

    /// <summary>The next batch for a consumer, which then owns it; null at the end.</summary>
    public async ValueTask<RecordBatch?> ReadAsync(int partition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_error is not null)
                    throw new QueryOutputException(_error);
                if (_partitions[partition].Batches.TryDequeue(out (RecordBatch Batch, long Bytes) next))
                {
                    _bytes -= next.Bytes;
                    Signal();
                    return next.Batch;
                }

                if (_isComplete || _partitions[partition].IsClosed)
                {
                    break;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }

        Close(partition);
        return null;
    }

    /// <summary>A consumer wants no more.</summary>
    public void Close(int partition)
    {
        bool isLast;
        lock (_lock)
        {
            if (_partitions[partition].IsClosed)
                return;
            _partitions[partition].IsClosed = true;
            isLast = --_open == 0;
            Drop(_partitions[partition]);
            Signal();
        }

        if (isLast)
            _drained.TrySetResult();
    }

    /// <summary>The task has written all its rows.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Signal();
        }
    }

    /// <summary>The task failed or was canceled: readers get the error, and what is held is given back.</summary>
    public void Abort(Exception error)
    {
        lock (_lock)
        {
            _error ??= error;
            foreach (Partition partition in _partitions)
                Drop(partition);
            Signal();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Abort(new OperationCanceledException("the task's output is gone"));

    private void Enqueue(RecordBatch batch, int partition)
    {
        lock (_lock)
        {
            if (_error is not null || _partitions[partition].IsClosed)
            {
                batch.Dispose();
                return;
            }

            long bytes = batch.SizeInBytes;
            _partitions[partition].Batches.Enqueue((batch, bytes));
            _bytes += bytes;
            Signal();
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_bytes <= _maxBytes || _error is not null)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Drop(Partition partition)
    {
        while (partition.Batches.TryDequeue(out (RecordBatch Batch, long Bytes) next))
        {
            _bytes -= next.Bytes;
            next.Batch.Dispose();
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Partition
    {
        public Queue<(RecordBatch Batch, long Bytes)> Batches { get; } = new();

        public bool IsClosed { get; set; }
    }
}

/// <summary>Carries the error that ended a task to those who read its output.</summary>
internal sealed class QueryOutputException(Exception cause) : Exception(cause.Message, cause);
