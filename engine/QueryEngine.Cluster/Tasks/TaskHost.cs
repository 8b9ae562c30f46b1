using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>
/// The tasks of this process, by id, from their acceptance until their output is taken or given up. Of those that failed it keeps the errors, of the last
/// ones: a consumer that asks late fails with the reason, and its own error may be the first that the coordinator hears of. Thread-safe.
/// </summary>
internal sealed class TaskHost
{
    /// <summary>Bytes that one task's output may hold before its writers wait.</summary>
    private const long MaxOutputBytes = 16 << 20;

    /// <summary>Errors that are kept.</summary>
    private const int MaxErrors = 256;

    private readonly ConcurrentDictionary<TaskId, RunningTask> _tasks = new();
    private readonly ConcurrentDictionary<TaskId, QueryException> _errors = new();
    private readonly ConcurrentQueue<TaskId> _failed = new();

    /// <summary>Accepts a task; its output can be read from now on. It begins to work when <see cref="RunningTask.RunAsync"/> is called.</summary>
    public RunningTask Accept(TaskSpec spec, ITaskNetwork network)
    {
        // What waits to be taken is memory of the query: a small limit must not be spent on it.
        long maxBytes = Math.Min(MaxOutputBytes, Math.Max(1, spec.MemoryLimit / 4));
        var task = new RunningTask(spec, network, new TaskOutput(spec.OutputPartitions, maxBytes), error => Forget(spec.Id, error));
        return _tasks.TryAdd(spec.Id, task)
            ? task
            : throw new QueryException(ErrorCode.Internal, $"task {spec.Id} was sent twice");
    }

    /// <summary>Stops a task, forgets its output, and waits until it has ended. Does nothing where it is not there.</summary>
    public Task CancelAsync(TaskId id) => _tasks.TryGetValue(id, out RunningTask? task) ? task.CancelAsync() : Task.CompletedTask;

    /// <summary>The rows of a task for one consumer. Leaving early closes the output for it.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadOutputAsync(TaskId id, int partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TaskOutput output = Find(id, partition);
        try
        {
            while (await ReadAsync(output, partition, cancellationToken) is { } batch)
                yield return batch;
        }
        finally
        {
            output.Close(partition);
        }
    }

    /// <summary>A consumer wants nothing of a task's output.</summary>
    public void CloseOutput(TaskId id, int partition)
    {
        if (_tasks.TryGetValue(id, out RunningTask? task) && partition >= 0 && partition < task.Output.PartitionCount)
            task.Output.Close(partition);
    }

    /// <summary>The fragment's columns, as the batches of a task's output have them.</summary>
    public TaskSpec SpecOf(TaskId id) => Find(id).Spec;

    private TaskOutput Find(TaskId id, int partition)
    {
        TaskOutput output = Find(id).Output;
        return partition >= 0 && partition < output.PartitionCount
            ? output
            : throw new QueryException(ErrorCode.ProtocolViolation, $"task {id} has no output {partition}");
    }

    private RunningTask Find(TaskId id)
    {
        if (_tasks.TryGetValue(id, out RunningTask? task))
            return task;
        throw _errors.TryGetValue(id, out QueryException? error)
            ? new QueryException(error.Code, error.Message, error.Position, error.Hint, error)
            : new QueryException(ErrorCode.WorkerFailed, $"task {id} is not here any more");
    }

    private void Forget(TaskId id, QueryException? error)
    {
        if (error is not null && _errors.TryAdd(id, error))
        {
            _failed.Enqueue(id);
            if (_failed.Count > MaxErrors && _failed.TryDequeue(out TaskId oldest))
                _errors.TryRemove(oldest, out _);
        }

        _tasks.TryRemove(id, out _);
    }

    private static async ValueTask<RecordBatch?> ReadAsync(TaskOutput output, int partition, CancellationToken cancellationToken)
    {
        try
        {
            return await output.ReadAsync(partition, cancellationToken);
        }
        catch (QueryOutputException exception)
        {
            throw exception.InnerException as QueryException
                ?? new QueryException(ErrorCode.QueryCanceled, "the query was canceled", inner: exception.InnerException);
        }
    }
}
