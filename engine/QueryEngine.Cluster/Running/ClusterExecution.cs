using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Cluster.Wire;
using QueryEngine.Execution;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>
/// One query on the cluster: feeds what happens to the scheduler's core, one event after another, and does what the core says.
/// </summary>
internal sealed class ClusterExecution : QueryExecution
{
    private static readonly TimeSpan _cancelTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _reportTimeout = TimeSpan.FromMilliseconds(300);

    private readonly ClusterQueryRunner _runner;
    private readonly SchedulerCore _core;
    private readonly Lock _coreLock = new();
    private readonly Channel<SchedulerEvent> _events = Channel.CreateUnbounded<SchedulerEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<TaskId, TaskUpdate> _updates = new();
    private readonly ConcurrentDictionary<TaskId, RunningTask> _local = new();
    private readonly ConcurrentDictionary<TaskId, Task> _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _rootReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset _created;
    private CancellationTokenRegistration _callerStops;
    private Task _loop = Task.CompletedTask;
    private DateTimeOffset? _endedAt;
    private int _disposed;

    public ClusterExecution(ClusterQueryRunner runner, QueryRun run, SchedulerCore core, int parallelism)
    {
        (_runner, Run, _core, _created) = (runner, run, core, runner.Time.GetUtcNow());
        Splits = new SplitFeed(run, parallelism);
    }

    /// <summary>What runs.</summary>
    public QueryRun Run { get; }

    /// <summary>The query's splits.</summary>
    public SplitFeed Splits { get; }

    /// <summary>The query's tasks as the system tables show them.</summary>
    public IReadOnlyList<ClusterTask> Tasks
    {
        get
        {
            lock (_coreLock)
                return [.. _core.Tasks.Select(Describe)];
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<OperatorStatistics> Statistics =>
    [
        .. Run.Plan.Fragments.SelectMany(fragment =>
            TaskReports.Merge(fragment, _updates.Where(entry => entry.Key.Stage == fragment.Id).Select(entry => entry.Value))),
    ];

    private bool HasFinished
    {
        get
        {
            lock (_coreLock)
                return _core.State == QueryState.Finished;
        }
    }

    /// <summary>Begins.</summary>
    public void Start(CancellationToken cancellationToken)
    {
        _loop = LoopAsync();
        Post(new QueryStarted());
        _callerStops = cancellationToken.Register(() => Post(new QueryStopped()));
    }

    /// <summary>Tells that something happened.</summary>
    public void Post(SchedulerEvent change) => _events.Writer.TryWrite(change);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _rootReady.Task.WaitAsync(cancellationToken);
        ThrowIfFailed();
        await using (IAsyncEnumerator<RecordBatch> batches = _runner.Host.ReadOutputAsync(_core.Root.Id, 0, cancellationToken).GetAsyncEnumerator(cancellationToken))
        {
            while (await MoveNextAsync(batches, cancellationToken))
                yield return batches.Current;
        }

        // Tasks whose rows were all read are about to report; those that were cut short are stopped.
        await _ended.Task.WaitAsync(_reportTimeout, _runner.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Post(new ResultTaken());
        await _ended.Task.WaitAsync(cancellationToken);
        ThrowIfFailed();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        await _callerStops.DisposeAsync();
        Post(new QueryStopped());
        await _ended.Task;
        if (!HasFinished)
            await Task.WhenAll(_work.Values).WaitAsync(_cancelTimeout, _runner.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        await Task.WhenAll(_work.Values);
        _events.Writer.TryComplete();
        await _loop;
        await Splits.DisposeAsync();
        _endedAt = _runner.Time.GetUtcNow();
        _runner.Forget(this);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        await foreach (SchedulerEvent change in _events.Reader.ReadAllAsync())
        {
            IReadOnlyList<SchedulerAction> actions;
            lock (_coreLock)
                actions = _core.Handle(change);
            if (change is TaskAccepted accepted && accepted.Task == _core.Root.Id)
                _rootReady.TrySetResult();
            foreach (SchedulerAction action in actions)
                Do(action);
        }
    }

    private void Do(SchedulerAction action)
    {
        switch (action)
        {
            case StartTask start:
                _work[start.Task] = start.Node == _runner.Self ? RunHereAsync(start) : RunThereAsync(start);
                break;
            case CancelTask cancel when _work.TryGetValue(cancel.Task, out Task? work):
                _work[cancel.Task] = Task.WhenAll(work, cancel.Node == _runner.Self ? CancelHereAsync(cancel) : CancelThereAsync(cancel));
                break;
            case EndQuery:
                _ended.TrySetResult();
                _rootReady.TrySetResult();
                break;
        }
    }

    private async Task RunHereAsync(StartTask start)
    {
        await Task.Yield();
        try
        {
            var spec = new TaskSpec(
                start.Task, start.Fragment, start.Inputs, start.OutputPartitions, Run.Session, Run.Default, Run.Connectors, Splits,
                Run.Memory.Child($"task {start.Task}"), Run.Threads);
            RunningTask task = _local[start.Task] = _runner.Host.Accept(spec, _runner.Network);
            Post(new TaskAccepted(start.Task));
            try
            {
                await task.RunAsync(_stop.Token);
                _updates[start.Task] = TaskReports.Write("finished", start.Fragment, task.Statistics);
                Post(new TaskFinished(start.Task));
                await task.Output.WhenDrainedAsync(_stop.Token);
            }
            finally
            {
                await task.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Post(new TaskFailed(start.Task, new QueryException(ErrorCode.QueryCanceled, "the query was canceled")));
        }
        catch (QueryException exception)
        {
            Post(new TaskFailed(start.Task, exception));
        }
    }

    private async Task RunThereAsync(StartTask start)
    {
        await Task.Yield();
        bool hasFinished = false;
        try
        {
            RunTaskRequest request = _runner.CreateRequest(Run, start);
            await foreach (TaskUpdate update in _runner.Network.ChannelTo(start.Node.Uri).ServerStreamingAsync(ClusterMethods.RunTask, request, cancellationToken: _stop.Token))
            {
                _updates[start.Task] = update;
                if (update.State == "accepted")
                    Post(new TaskAccepted(start.Task));
                if (update.State != "finished")
                    continue;
                hasFinished = true;
                Post(new TaskFinished(start.Task));
            }

            if (!hasFinished)
                throw new QueryException(ErrorCode.WorkerFailed, $"worker {start.Node} ended task {start.Task} without a word");
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Post(new TaskFailed(start.Task, new QueryException(ErrorCode.QueryCanceled, "the query was canceled")));
        }
        catch (RpcException exception)
        {
            Post(new TaskFailed(start.Task, WireConversion.Translate(exception, start.Node.ToString(), $"while it ran task {start.Task}")));
        }
        catch (QueryException exception)
        {
            Post(new TaskFailed(start.Task, exception));
        }
    }

    private async Task CancelHereAsync(CancelTask cancel)
    {
        if (_local.TryGetValue(cancel.Task, out RunningTask? task))
            await task.CancelAsync();
    }

    private async Task CancelThereAsync(CancelTask cancel)
    {
        await Task.Yield();
        try
        {
            await _runner.Network.ChannelTo(cancel.Node.Uri).UnaryAsync(
                ClusterMethods.CancelTask, WireConversion.ToKey(cancel.Task), new RpcCallOptions { Timeout = _cancelTimeout }, _stop.Token);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // A node that is gone has nothing left to cancel; one that is slow ends the task when the task's own call ends.
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<RecordBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            return await batches.MoveNextAsync();
        }
        catch (QueryException)
        {
            // The root may fail because another task did: the core knows which came first.
            await _ended.Task.WaitAsync(cancellationToken);
            ThrowIfFailed();
            throw;
        }
    }

    private void ThrowIfFailed()
    {
        QueryException? error;
        lock (_coreLock)
            error = _core.Error;
        if (error is not null)
            throw new QueryException(error.Code, error.Message, error.Position, error.Hint, error);
    }

    private ClusterTask Describe(TaskState task) => new(Run.QueryId, task.Id.Stage, task.Id.Partition, task.Id.Attempt, task.Node.NodeId, task.Progress switch
    {
        TaskProgress.Planned or TaskProgress.Starting => "planned",
        TaskProgress.Running => "running",
        TaskProgress.Finished => "finished",
        TaskProgress.Failed => "failed",
        TaskProgress.Canceled => "canceled",
        _ => throw new System.Diagnostics.UnreachableException(),
    })
    {
        OutputRows = _updates.TryGetValue(task.Id, out TaskUpdate? update) ? update.OutputRows : 0,
        Created = _created,
        Ended = _endedAt,
    };
}
