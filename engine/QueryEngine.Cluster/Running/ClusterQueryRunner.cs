using System.Collections.Concurrent;
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
    private const int MaxEndedTasks = 1000;

    private readonly NodeOptions _options;
    private readonly CatalogManager _catalogs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeRegistry _registry;
    private readonly TaskHost _host = new();
    private readonly TaskNetwork _network;
    private readonly TaskEndpoints _endpoints;
    private readonly ITimer _timer;
    private readonly ConcurrentDictionary<string, ClusterExecution> _running = new();
    private readonly ConcurrentQueue<ClusterTask> _ended = new();

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
    public IReadOnlyList<ClusterTask> Tasks => [.. _running.Values.SelectMany(execution => execution.Tasks), .. _ended];

    /// <summary>This process.</summary>
    internal ClusterMember Self { get; }

    /// <summary>The tasks of this process.</summary>
    internal TaskHost Host => _host;

    /// <summary>The way to other nodes.</summary>
    internal TaskNetwork Network => _network;

    /// <summary>Writes fragments and splits.</summary>
    internal PlanCodec Codec { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _time;

    /// <summary>Maps the calls that workers make.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        _endpoints.Map(endpoints);
        endpoints.MapUnary(ClusterMethods.Announce, (announcement, context) =>
        {
            _endpoints.CheckSecret(context);
            Announce(announcement);
            return Task.FromResult(new AnnounceReply { IntervalMs = (int)NodeRegistry.Interval.TotalMilliseconds });
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
        var execution = new ClusterExecution(this, run, core, Math.Max(1, workers.Sum(worker => worker.Threads)));
        _running[run.QueryId] = execution;
        execution.Start(cancellationToken);
        return execution;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        foreach (ClusterExecution execution in _running.Values)
            await execution.DisposeAsync();
        _network.Dispose();
    }

    /// <summary>A query has ended and nothing of it runs.</summary>
    internal void Forget(ClusterExecution execution)
    {
        _running.TryRemove(execution.Run.QueryId, out _);
        foreach (ClusterTask task in execution.Tasks)
            _ended.Enqueue(task);
        while (_ended.Count > MaxEndedTasks)
            _ended.TryDequeue(out _);
    }

    /// <summary>A task as it is sent to a worker.</summary>
    internal RunTaskRequest CreateRequest(QueryRun run, StartTask start)
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
        request.Catalogs.AddRange(CatalogsOf(start.Fragment.Root).Distinct().Select(name => ToWire(run, _catalogs.Get(name).Definition)));
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
        foreach (ClusterExecution execution in _running.Values)
            execution.Post(new NodeLost(member, reason));
    }

    private async Task<SplitsReply> NextSplitsAsync(SplitsRequest request, CancellationToken cancellationToken)
    {
        TaskId task = WireConversion.ToId(request.Task);
        if (!_running.TryGetValue(task.Query, out ClusterExecution? execution))
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
}
