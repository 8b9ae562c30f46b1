using Google.Protobuf;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Cluster.Wire;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Plan;
using QueryEngine.Plan.Codec;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>
/// Runs queries on the workers that announced themselves here: the coordinator. Single fragments run in this process, the others on every
/// active worker. Thread-safe.
/// </summary>
public sealed class ClusterQueryRunner : IQueryRunner
{
    private readonly NodeOptions _options;
    private readonly CatalogManager _catalogs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeRegistry _registry;
    private readonly TaskHost _host = new();
    private readonly TaskNetwork _network;
    private readonly TaskEndpoints _endpoints;
    private readonly ITimer _timer;
    private readonly ExecutionRegistry _executions = new();
    private readonly LocalDispatch _here;
    private readonly RemoteDispatch _there;

    /// <summary>Makes the coordinator of a cluster whose queries read these catalogs.</summary>
    public ClusterQueryRunner(NodeOptions options, CatalogManager catalogs, TimeProvider? time = null, ILoggerFactory? logging = null)
    {
        (_options, _catalogs, _time) = (options, catalogs, time ?? TimeProvider.System);
        _logger = (logging ?? NullLoggerFactory.Instance).CreateLogger("QueryEngine.Cluster");
        Self = new ClusterMember(options.NodeId, Guid.NewGuid().ToString("N"), options.OwnUri.ToString(), options.Threads);
        _network = new TaskNetwork(_host, Self.Uri, options.Secret);
        _endpoints = new TaskEndpoints(_host, options.Secret);
        Codec = new PlanCodec(name => _catalogs.GetFactory(_catalogs.Get(name).ConnectorName).HandleTypes);
        _registry = new NodeRegistry(_time);
        _registry.Lost += OnLost;
        (_here, _there) = (new LocalDispatch(_host, _network), new RemoteDispatch(_network, CreateRequest, _registry.Suspect));
        _timer = _time.CreateTimer(_ => _registry.Check(), null, NodeRegistry.Interval, NodeRegistry.Interval);
    }

    /// <inheritdoc/>
    public bool IsDistributed => true;

    /// <inheritdoc/>
    public IReadOnlyList<ClusterNode> Nodes =>
    [
        new(Self.NodeId, Self.Uri, _options.IsWorker ? "coordinator+worker" : "coordinator", "active") { Threads = Self.Threads, LastSeen = _time.GetUtcNow() },
        .. _registry.Nodes,
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ClusterTask> Tasks => _executions.Tasks;

    private ClusterMember Self { get; }

    private PlanCodec Codec { get; }

    /// <summary>Maps the calls that workers make.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        _endpoints.Map(endpoints);
        endpoints.MapUnary(ClusterMethods.Announce, (announcement, context) =>
        {
            _endpoints.CheckSecret(context);
            Announce(announcement);
            var reply = new AnnounceReply { IntervalMs = (int)NodeRegistry.Interval.TotalMilliseconds };
            reply.Packages.AddRange(_catalogs.Packages.Ids);
            return Task.FromResult(reply);
        });
        endpoints.MapUnary(ClusterMethods.GetPackage, (request, context) =>
        {
            _endpoints.CheckSecret(context);
            return Task.FromResult(WorkerPackages.ToReply(_catalogs.Packages.Get(request.Id)
                ?? throw new QueryException(ErrorCode.UndefinedObject, $"connector package {request.Id} is not installed any more")));
        });
        endpoints.MapUnary(ClusterMethods.NextSplits, (request, context) =>
        {
            _endpoints.CheckSecret(context);
            return NextSplitsAsync(request, context.CancellationToken);
        });
    }

    /// <inheritdoc/>
    public QueryExecution Start(QueryRun run, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClusterMember> workers = _registry.Active;
        var core = new SchedulerCore(run.QueryId, run.Plan, Self, _options.IsWorker ? [Self, .. workers] : workers);
        int parallelism = Math.Max(1, workers.Sum(worker => worker.Threads));
        var execution = new ScheduledExecution(run, core, new Dispatch(this), _host, _time, parallelism, _executions.Forget);
        _executions.Add(execution);
        execution.Start(cancellationToken);
        return execution;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _executions.DisposeAsync();
        _network.Dispose();
    }

    private RunTaskRequest CreateRequest(QueryRun run, StartTask start)
    {
        var request = new RunTaskRequest
        {
            Task = WireConversion.ToKey(start.Task),
            Incarnation = start.Node.Incarnation,
            Fragment = UnsafeByteOperations.UnsafeWrap(Codec.Encode(start.Fragment)),
            Session = WireConversion.ToSession(run.Session, run.Default),
            OutputPartitions = start.OutputPartitions,
            MemoryLimit = run.Memory.Limit,
            CoordinatorUri = Self.Uri,
        };
        request.Inputs.AddRange(start.Inputs.Select(WireConversion.ToInput));
        request.Catalogs.AddRange(CatalogsOf(start.Fragment.Root).Distinct().Select(name =>
        {
            Rpc.Cluster.CatalogDefinition message = ToWire(run, _catalogs.Get(name).Definition);
            message.Package = _catalogs.Packages.PackageOf(message.Connector) ?? "";
            return message;
        }));
        return request;
    }

    private void Announce(NodeAnnouncement announcement)
    {
        var member = new ClusterMember(announcement.NodeId, announcement.Incarnation, announcement.Uri, announcement.Threads);
        if (member.NodeId == Self.NodeId)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"worker {member} has the node id of the coordinator");
        if (!_registry.Active.Contains(member))
            ClusterLog.WorkerJoined(_logger, member.NodeId, member.Uri);
        _registry.Announce(member, announcement.State);
    }

    private void OnLost(ClusterMember member, string reason)
    {
        ClusterLog.WorkerLost(_logger, member.NodeId, member.Uri, reason);
        _executions.Post(new NodeLost(member, reason));
    }

    private async Task<SplitsReply> NextSplitsAsync(SplitsRequest request, CancellationToken cancellationToken)
    {
        TaskId task = WireConversion.ToId(request.Task);
        if (!_executions.TryGet(task.Query, out ScheduledExecution? execution))
            throw new QueryException(ErrorCode.QueryCanceled, $"query {task.Query} does not run any more");

        string catalog = execution.Splits.CatalogOf(task.Stage, request.Scan);
        IReadOnlyList<Split> splits = await execution.Splits.NextAsync(task, request.Scan, Math.Clamp(request.Max, 1, 100), cancellationToken);
        var reply = new SplitsReply { IsLast = splits.Count == 0 };
        reply.Splits.AddRange(splits.Select(split => UnsafeByteOperations.UnsafeWrap(Codec.EncodeHandle(catalog, split))));
        return reply;
    }

    private static Rpc.Cluster.CatalogDefinition ToWire(QueryRun run, Metadata.Catalogs.CatalogDefinition definition)
    {
        var message = new Rpc.Cluster.CatalogDefinition { Name = definition.Name, Connector = definition.Connector };
        foreach ((string name, string value) in definition.Properties)
            message.Properties.Add(name, value);
        foreach ((string name, string value) in run.Connectors.SessionFor(definition.Name, run.Session).Properties)
            message.SessionProperties.Add(name, value);
        return message;
    }

    private static IEnumerable<string> CatalogsOf(PlanNode node)
    {
        IEnumerable<string> below = node.Sources.SelectMany(CatalogsOf);
        return node switch
        {
            TableScanNode scan => below.Append(scan.Catalog),
            TableWriteNode write => below.Append(write.Catalog),
            _ => below,
        };
    }

    /// <summary>Tasks of this node run here, the others go over the network.</summary>
    private sealed class Dispatch(ClusterQueryRunner runner) : ITaskDispatch
    {
        public Task RunAsync(ScheduledExecution execution, StartTask start, CancellationToken cancellationToken) =>
            To(start.Node).RunAsync(execution, start, cancellationToken);

        public Task CancelAsync(CancelTask cancel, CancellationToken cancellationToken) => To(cancel.Node).CancelAsync(cancel, cancellationToken);

        private ITaskDispatch To(ClusterMember node) => node == runner.Self ? runner._here : runner._there;
    }
}
