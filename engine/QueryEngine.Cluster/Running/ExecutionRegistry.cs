using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using QueryEngine.Cluster.Scheduling;

namespace QueryEngine.Cluster.Running;

/// <summary>The queries of a runner: those that run, and the tasks of some that have run lately. Thread-safe.</summary>
internal sealed class ExecutionRegistry : IAsyncDisposable
{
    private const int MaxEndedTasks = 1000;
    private readonly ConcurrentDictionary<string, ScheduledExecution> _running = new();
    private readonly ConcurrentQueue<ClusterTask> _ended = new();

    /// <summary>Tasks as the system tables show them.</summary>
    public IReadOnlyList<ClusterTask> Tasks => [.. _running.Values.SelectMany(execution => execution.Tasks), .. _ended];

    /// <summary>A query begins.</summary>
    public void Add(ScheduledExecution execution) => _running[execution.Run.QueryId] = execution;

    /// <summary>A query that runs.</summary>
    public bool TryGet(string queryId, [NotNullWhen(true)] out ScheduledExecution? execution) => _running.TryGetValue(queryId, out execution);

    /// <summary>Tells every query that something happened.</summary>
    public void Post(SchedulerEvent change)
    {
        foreach (ScheduledExecution execution in _running.Values)
            execution.Post(change);
    }

    /// <summary>A query has ended and nothing of it runs.</summary>
    public void Forget(ScheduledExecution execution)
    {
        _running.TryRemove(execution.Run.QueryId, out _);
        foreach (ClusterTask task in execution.Tasks)
            _ended.Enqueue(task);
        while (_ended.Count > MaxEndedTasks)
            _ended.TryDequeue(out _);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ScheduledExecution execution in _running.Values)
            await execution.DisposeAsync();
    }
}
