using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>Runs queries in this process: the same scheduler as a cluster's, over one node and without a network.</summary>
public sealed class LocalQueryRunner : IQueryRunner
{
    private readonly TimeProvider _time;
    private readonly ClusterMember _self;
    private readonly TaskHost _host = new();
    private readonly LocalDispatch _dispatch;
    private readonly ExecutionRegistry _executions = new();

    /// <summary>Makes a runner; the node's name is what the system tables show.</summary>
    public LocalQueryRunner(TimeProvider time, string nodeId = "local")
    {
        (_time, _self) = (time, new ClusterMember(nodeId, Incarnation: "", Uri: "", Environment.ProcessorCount));
        _dispatch = new LocalDispatch(_host, new InProcessNetwork(_host));
    }

    /// <inheritdoc/>
    public bool IsDistributed => false;

    /// <inheritdoc/>
    public IReadOnlyList<ClusterNode> Nodes =>
        [new(_self.NodeId, null, "coordinator+worker", "active") { Threads = _self.Threads, LastSeen = _time.GetUtcNow() }];

    /// <inheritdoc/>
    public IReadOnlyList<ClusterTask> Tasks => _executions.Tasks;

    /// <inheritdoc/>
    public QueryExecution Start(QueryRun run, CancellationToken cancellationToken)
    {
        var core = new SchedulerCore(run.QueryId, run.Plan, _self, [_self]);
        var execution = new ScheduledExecution(run, core, _dispatch, _host, _time, run.Threads, _executions.Forget);
        _executions.Add(execution);
        execution.Start(cancellationToken);
        return execution;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _executions.DisposeAsync();

    /// <summary>All outputs are in this process.</summary>
    private sealed class InProcessNetwork(TaskHost host) : ITaskNetwork
    {
        public IAsyncEnumerable<RecordBatch> ReadOutputAsync(TaskPlace place, int partition, MemoryContext memory, CancellationToken cancellationToken) =>
            host.ReadOutputAsync(place.Task, partition, cancellationToken);

        public ValueTask CloseOutputAsync(TaskPlace place, int partition, CancellationToken cancellationToken)
        {
            host.CloseOutput(place.Task, partition);
            return ValueTask.CompletedTask;
        }
    }
}
