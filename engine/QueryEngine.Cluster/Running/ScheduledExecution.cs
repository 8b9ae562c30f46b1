using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Execution;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>Runs the tasks of an execution somewhere, and tells it how far they are.</summary>
internal interface ITaskDispatch
{
    /// <summary>
    /// Runs a task. Tells the execution when it is accepted, what it has done, and when it has finished; completes when its output was taken.
    /// </summary>
    Task RunAsync(ScheduledExecution execution, StartTask start, CancellationToken cancellationToken);

    /// <summary>Stops a task; completes when it has ended, or its node cannot be reached.</summary>
    Task CancelAsync(CancelTask cancel, CancellationToken cancellationToken);
}

/// <summary>
/// One query, embedded or on a cluster: feeds what happens to the scheduler's core, one event after another, and has done what the core says.
/// </summary>
internal sealed class ScheduledExecution : QueryExecution
{
    private static readonly TimeSpan _cancelTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _reportTimeout = TimeSpan.FromMilliseconds(300);

    private readonly SchedulerCore _core;
    private readonly ITaskDispatch _dispatch;
    private readonly TaskHost _host;
    private readonly TimeProvider _time;
    private readonly Action<ScheduledExecution> _forget;
    private readonly Lock _coreLock = new();
    private readonly ConcurrentDictionary<TaskId, Func<IReadOnlyList<OperatorStatistics>>> _statistics = new();
    private readonly ConcurrentDictionary<TaskId, Task> _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _rootReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset _created;
    private CancellationTokenRegistration _callerStops;
    private DateTimeOffset? _endedAt;
    private int _disposed;

    /// <summary>
    /// Makes the execution of a query whose root runs on <paramref name="host"/>; <paramref name="parallelism"/> is how many splits are worked on at
    /// once, <paramref name="forget"/> is called when nothing of the query runs any more.
    /// </summary>
    public ScheduledExecution(
        QueryRun run, SchedulerCore core, ITaskDispatch dispatch, TaskHost host, TimeProvider time, int parallelism, Action<ScheduledExecution> forget)
    {
        (Run, _core, _dispatch, _host, _time, _forget, _created) = (run, core, dispatch, host, time, forget, time.GetUtcNow());
        Splits = new SplitFeed(run, parallelism, stage => core.TaskCountOf(stage) == 1);
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
            TaskReports.Merge(fragment, [.. _statistics.Where(entry => entry.Key.Stage == fragment.Id).Select(entry => entry.Value())])),
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
        Post(new QueryStarted());
        _callerStops = cancellationToken.Register(() => Post(new QueryStopped()));
    }

    /// <summary>Tells that something happened.</summary>
    public void Post(SchedulerEvent change)
    {
        // What the core says is begun in the order in which it says so; nothing of it runs on this thread.
        lock (_coreLock)
        {
            IReadOnlyList<SchedulerAction> actions = _core.Handle(change);
            if (change is TaskAccepted accepted && accepted.Task == _core.Root.Id)
                _rootReady.TrySetResult();
            foreach (SchedulerAction action in actions)
                Do(action);
        }
    }

    /// <summary>Says where to ask what a task has done so far.</summary>
    public void Report(TaskId task, Func<IReadOnlyList<OperatorStatistics>> statistics) => _statistics[task] = statistics;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _rootReady.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfFailed();
        IAsyncEnumerator<RecordBatch> batches = _host.ReadOutputAsync(_core.Root.Id, 0, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (batches.ConfigureAwait(false))
        {
            while (await MoveNextAsync(batches, cancellationToken).ConfigureAwait(false))
                yield return batches.Current;
        }

        // Tasks whose rows were all read are about to report; those that were cut short are stopped.
        if (!_ended.Task.IsCompleted)
            await _ended.Task.WaitAsync(_reportTimeout, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Post(new ResultTaken());
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfFailed();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        await _callerStops.DisposeAsync().ConfigureAwait(false);
        Post(new QueryStopped());
        await _ended.Task.ConfigureAwait(false);
        if (!HasFinished)
            await Task.WhenAll(_work.Values).WaitAsync(_cancelTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_work.Values.Any(work => !work.IsCompleted))
            await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_work.Values).ConfigureAwait(false);
        await Splits.DisposeAsync().ConfigureAwait(false);
        _endedAt = _time.GetUtcNow();
        _forget(this);
        _stop.Dispose();
    }

    private void Do(SchedulerAction action)
    {
        switch (action)
        {
            case StartTask start:
                _work[start.Task] = RunTaskAsync(start);
                break;
            case CancelTask cancel when _work.TryGetValue(cancel.Task, out Task? work):
                _work[cancel.Task] = Task.WhenAll(work, CancelTaskAsync(cancel));
                break;
            case EndQuery:
                _ended.TrySetResult();
                _rootReady.TrySetResult();
                break;
        }
    }

    private async Task RunTaskAsync(StartTask start)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _dispatch.RunAsync(this, start, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Post(new TaskFailed(start.Task, new QueryException(ErrorCode.QueryCanceled, "the query was canceled")));
        }
        catch (QueryException exception)
        {
            Post(new TaskFailed(start.Task, exception));
        }
#pragma warning disable CA1031 // a bug in sending a task is the query's error: without it the query would wait for ever
        catch (Exception bug)
        {
            Post(new TaskFailed(start.Task, new QueryException(ErrorCode.Internal, $"{bug.GetType().Name}: {bug.Message}", hint: null, bug)));
        }
#pragma warning restore CA1031
    }

    private async Task CancelTaskAsync(CancelTask cancel)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _dispatch.CancelAsync(cancel, _stop.Token).ConfigureAwait(false);
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<RecordBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            return await batches.MoveNextAsync().ConfigureAwait(false);
        }
        catch (QueryException)
        {
            // The root may fail because another task did: the core knows which came first.
            await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
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
        OutputRows = _statistics.TryGetValue(task.Id, out Func<IReadOnlyList<OperatorStatistics>>? statistics) ? TaskReports.OutputRows(statistics()) : 0,
        Created = _created,
        Ended = _endedAt,
    };
}
