using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Cluster.Wire;
using QueryEngine.Execution;
using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Plan.Codec;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>
/// A worker: takes tasks from a coordinator, runs them, and serves their output. Announces itself every second for as long as it runs.
/// A task lives as long as the coordinator's call: a coordinator that goes away leaves nothing behind.
/// </summary>
public sealed class WorkerService : IAsyncDisposable
{
    private static readonly TimeSpan _reportInterval = TimeSpan.FromMilliseconds(500);

    private readonly NodeOptions _options;
    private readonly Uri _coordinator;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _incarnation = Guid.NewGuid().ToString("N");
    private readonly TaskHost _host = new();
    private readonly TaskNetwork _network;
    private readonly TaskEndpoints _endpoints;
    private readonly WorkerCatalogs _catalogs;
    private readonly QueryMemories _memories;
    private readonly SpillSpace _spill;
    private volatile bool _isDraining;

    /// <summary>Makes a worker with the connectors that tasks may need.</summary>
    public WorkerService(NodeOptions options, Uri coordinator, IReadOnlyList<IConnectorFactory> factories, TimeProvider? time = null, ILoggerFactory? logging = null)
    {
        (_options, _coordinator, _time) = (options, coordinator, time ?? TimeProvider.System);
        _logger = (logging ?? NullLoggerFactory.Instance).CreateLogger("QueryEngine.Cluster");
        _network = new TaskNetwork(_host, options.OwnUri.ToString(), options.Secret);
        _endpoints = new TaskEndpoints(_host, options.Secret);
        _catalogs = new WorkerCatalogs(factories, options.NodeId, _time);
        _memories = new QueryMemories(new MemoryContext($"worker {options.NodeId}", options.MemoryLimit));
        _spill = new SpillSpace(options.Spill);
    }

    /// <summary>Maps the calls that the coordinator and other workers make.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        _endpoints.Map(endpoints);
        endpoints.MapServerStreaming(ClusterMethods.RunTask, (request, context) =>
        {
            _endpoints.CheckSecret(context);
            return RunTaskAsync(request, context.CancellationToken);
        });
        endpoints.MapUnary(ClusterMethods.CancelTask, async (key, context) =>
        {
            _endpoints.CheckSecret(context);
            await _host.CancelAsync(WireConversion.ToId(key));
            return new Done();
        });
    }

    /// <summary>Announces the worker until it is stopped; a coordinator that is not there is tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        bool wasReached = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await AnnounceAsync(cancellationToken);
                wasReached = true;
            }
            catch (RpcException exception)
            {
                if (wasReached)
                    ClusterLog.CoordinatorUnreachable(_logger, _coordinator, exception.Detail);
                wasReached = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Nodes.NodeRegistry.Interval, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes no more tasks from now on; those that run go on.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        return AnnounceAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        await _catalogs.DisposeAsync();
        _spill.Dispose();
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        var announcement = new NodeAnnouncement
        {
            NodeId = _options.NodeId,
            Uri = _options.OwnUri.ToString(),
            Incarnation = _incarnation,
            Threads = _options.Threads,
            State = _isDraining ? "draining" : "active",
        };
        var options = new RpcCallOptions { Timeout = TimeSpan.FromSeconds(3) };
        AnnounceReply reply = await _network.ChannelTo(_coordinator.ToString()).UnaryAsync(ClusterMethods.Announce, announcement, options, cancellationToken);
        await _catalogs.KeepOnlyAsync(reply.Packages);
    }

    private async IAsyncEnumerable<TaskUpdate> RunTaskAsync(RunTaskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.Incarnation != _incarnation)
            throw new QueryException(ErrorCode.WorkerFailed, $"worker {_options.NodeId} was started again");

        var codec = new PlanCodec(await _catalogs.HandleTypesOfAsync(request.Catalogs, FetchAsync, cancellationToken));
        PlanFragment fragment = codec.DecodeFragment(request.Fragment.Span);
        IConnectorResolver connectors = await _catalogs.ResolveAsync(request.Catalogs, FetchAsync, cancellationToken);
        TaskId id = WireConversion.ToId(request.Task);
        MemoryContext memory = _memories.Enter(id.Query, request.MemoryLimit);
        var spec = new TaskSpec(
            id,
            fragment,
            [.. request.Inputs.Select(WireConversion.FromInput)],
            request.OutputPartitions,
            WireConversion.FromSession(request.Session),
            (request.Session.DefaultCatalog, request.Session.DefaultSchema),
            connectors,
            new RemoteSplits(_network.ChannelTo(request.CoordinatorUri), codec, fragment),
            memory.Child($"task {id}"),
            _options.Threads)
        {
            MemoryLimit = request.MemoryLimit,
            Spill = _spill,
        };
        RunningTask task = _host.Accept(spec, _network);
        try
        {
            yield return new TaskUpdate { State = "accepted" };
            Task work = RunApartAsync(task, cancellationToken);
            while (await Task.WhenAny(work, Task.Delay(_reportInterval, _time, cancellationToken)) != work)
                yield return TaskReports.Write("running", fragment, task.Statistics);

            await work;
            yield return TaskReports.Write("finished", fragment, task.Statistics);
            await task.Output.WhenDrained.WaitAsync(cancellationToken);
        }
        finally
        {
            await task.CancelAsync();
            _memories.Leave(id.Query);
        }
    }

    private async Task<PackageReply> FetchAsync(string id)
    {
        try
        {
            return await _network.ChannelTo(_coordinator.ToString()).UnaryAsync(ClusterMethods.GetPackage, new PackageRequest { Id = id });
        }
        catch (RpcException exception)
        {
            throw WireConversion.Translate(exception, $"the coordinator ({_coordinator})", "when it was asked for a connector");
        }
    }

    // The first part of a task runs where it is started: reports must not wait for it.
    private static async Task RunApartAsync(RunningTask task, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await task.RunAsync(cancellationToken);
    }

    /// <summary>Asks the coordinator for splits.</summary>
    private sealed class RemoteSplits(RpcChannel coordinator, PlanCodec codec, PlanFragment fragment) : ISplitFeed
    {
        private readonly string[] _catalogs = [.. TaskInputs.ScansOf(fragment.Root).Select(scan => scan.Catalog)];

        public ISplitSource Open(TaskId task, ScanInput scan) => new FedSplits((max, cancellationToken) => NextAsync(task, scan.Ordinal, max, cancellationToken));

        private async ValueTask<IReadOnlyList<Split>> NextAsync(TaskId task, int scan, int max, CancellationToken cancellationToken)
        {
            var request = new SplitsRequest { Task = WireConversion.ToKey(task), Scan = scan, Max = max };
            try
            {
                SplitsReply reply = await coordinator.UnaryAsync(ClusterMethods.NextSplits, request, cancellationToken: cancellationToken);
                return [.. reply.Splits.Select(split => codec.DecodeHandle<Split>(_catalogs[scan], split.Span))];
            }
            catch (RpcException exception)
            {
                throw WireConversion.Translate(exception, $"the coordinator ({coordinator.Address})", "when it was asked for splits");
            }
        }
    }
}
