using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using QueryEngine.Execution;
using QueryEngine.Functions;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>Runs each query as one task in this process.</summary>
public sealed class LocalQueryRunner(TimeProvider time, string nodeId = "local") : IQueryRunner
{
    private const int MaxEndedTasks = 200;
    private readonly ConcurrentDictionary<string, ClusterTask> _running = new();
    private readonly ConcurrentQueue<ClusterTask> _ended = new();

    /// <inheritdoc/>
    public bool IsDistributed => false;

    /// <inheritdoc/>
    public IReadOnlyList<ClusterNode> Nodes => [new(nodeId, null, "coordinator+worker", "active") { LastSeen = time.GetUtcNow() }];

    /// <inheritdoc/>
    public IReadOnlyList<ClusterTask> Tasks => [.. _running.Values, .. _ended];

    /// <inheritdoc/>
    public QueryExecution Start(QueryRun run, CancellationToken cancellationToken)
    {
        var task = new ClusterTask(run.QueryId, 0, 0, 0, nodeId, "running") { Created = time.GetUtcNow() };
        _running[run.QueryId] = task;
        return new LocalExecution(run, state => End(task with { State = state, Ended = time.GetUtcNow() }), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void End(ClusterTask task)
    {
        _running.TryRemove(task.QueryId, out _);
        _ended.Enqueue(task);
        while (_ended.Count > MaxEndedTasks)
            _ended.TryDequeue(out _);
    }
}

/// <summary>One task whose batches go to the reader through a short queue.</summary>
internal sealed class LocalExecution : QueryExecution
{
    private readonly CancellationTokenSource _stop;
    private readonly ResultQueue _queue = new();
    private readonly LocalTask _task;
    private readonly Task _running;
    private int _disposed;

    public LocalExecution(QueryRun run, Action<string> ended, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var context = new TaskContext(run.Session, run.Memory, run.Connectors, run.Threads)
        {
            Functions = new FunctionContext(run.Memory, run.Session) { Default = run.Default },
        };
        _task = new LocalTask(run.Plan.Root, context, new LocalInputs(context), _queue);
        _running = RunAsync(ended);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<OperatorStatistics> Statistics => _task.Statistics;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RecordBatch batch in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return batch;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _queue.Close();
#pragma warning disable VSTHRD003 // our own task: started in the constructor, it never faults and never needs this context
        await _running.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        _queue.Drain();
        _stop.Dispose();
    }

    private async Task RunAsync(Action<string> ended)
    {
        string state = "finished";
        Exception? error = null;
        try
        {
            // The first part of a task runs where it is started: leave the caller's thread at once.
            await Task.Yield();
            await _task.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException canceled) when (_stop.IsCancellationRequested)
        {
            (state, error) = ("canceled", new QueryException(ErrorCode.QueryCanceled, "the query was canceled", hint: null, canceled));
        }
        catch (QueryException failed)
        {
            (state, error) = ("failed", failed);
        }
        catch (InsufficientExecutionStackException deep)
        {
            (state, error) = ("failed", new QueryException(ErrorCode.StatementTooComplex, "an expression of the statement is nested too deeply", hint: null, deep));
        }
#pragma warning disable CA1031 // whatever a source or an operator throws becomes the query's error: the process goes on
        catch (Exception bug)
        {
            (state, error) = ("failed", new QueryException(ErrorCode.Internal, $"{bug.GetType().Name}: {bug.Message}", hint: null, bug));
        }
#pragma warning restore CA1031
        finally
        {
            ended(state);
            _queue.Complete(error);
        }
    }
}

/// <summary>Takes batches from every driver and gives them to one reader; holds a few, then makes the drivers wait.</summary>
internal sealed class ResultQueue : IOutputSink
{
    private const int MaxBatches = 8;

    private readonly Channel<RecordBatch> _batches = Channel.CreateBounded<RecordBatch>(new BoundedChannelOptions(MaxBatches) { SingleReader = true });
    private volatile bool _closed;

    /// <inheritdoc/>
    public int PartitionCount => 1;

    /// <inheritdoc/>
    public bool IsClosed => _closed;

    /// <summary>The batches.</summary>
    public ChannelReader<RecordBatch> Reader => _batches.Reader;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(RecordBatch batch, int partition, CancellationToken cancellationToken)
    {
        try
        {
            await _batches.Writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask BroadcastAsync(RecordBatch batch, CancellationToken cancellationToken) => WriteAsync(batch, 0, cancellationToken);

    /// <summary>Ends the stream, with an error or without.</summary>
    public void Complete(Exception? error) => _batches.Writer.TryComplete(error);

    /// <summary>Tells the drivers that nobody reads on.</summary>
    public void Close() => _closed = true;

    /// <summary>Gives back what nobody has read.</summary>
    public void Drain()
    {
        while (_batches.Reader.TryRead(out RecordBatch? batch))
            batch.Dispose();
    }
}
