using QueryEngine.Cluster.Running;
using QueryEngine.Execution;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Plan;
using QueryEngine.Spi;
using QueryEngine.Wire.Tests.Support;

namespace QueryEngine.Wire.Tests.Cluster;

/// <summary>A coordinator and workers, each a server of its own that talks to the others over loopback.</summary>
internal sealed class TestCluster : IAsyncDisposable, IConnectorResolver
{
    private readonly List<(RpcTestServer Server, WorkerService Worker, CancellationTokenSource Stop, Task Announcing)> _workers = [];
    private readonly string? _secret;
    private RpcTestServer _server = null!;
    private int _queries;

    private TestCluster(string? secret) => _secret = secret;

    public NumbersFactory Factory { get; } = new();

    public CatalogManager Catalogs { get; private set; } = null!;

    public ClusterQueryRunner Runner { get; private set; } = null!;

    public MemoryContext Memory { get; } = new("test");

    public static async Task<TestCluster> StartAsync(int workers, Dictionary<string, string>? properties = null, string? secret = null)
    {
        var cluster = new TestCluster(secret);
        cluster.Catalogs = new CatalogManager([cluster.Factory]);
        cluster.Catalogs.Create("num", "numbers", properties ?? []);
        await cluster.Catalogs.Get("num").GetConnectorAsync(CancellationToken.None);
        cluster._server = await RpcTestServer.StartAsync((application, address) =>
        {
            cluster.Runner = new ClusterQueryRunner(new NodeOptions("coordinator", address) { Threads = 2, Secret = secret }, cluster.Catalogs);
            cluster.Runner.Map(application);
        });
        for (int worker = 0; worker < workers; worker++)
            await cluster.AddWorkerAsync($"worker-{worker}");
        return cluster;
    }

    /// <summary>Adds a worker and waits until the coordinator knows it.</summary>
    public async Task AddWorkerAsync(string id, string? secret = null)
    {
        WorkerService worker = null!;
        RpcTestServer server = await RpcTestServer.StartAsync((application, address) =>
        {
            var options = new NodeOptions(id, address) { Threads = 2, Secret = secret ?? _secret };
            worker = new WorkerService(options, _server.Address, [Factory]);
            worker.Map(application);
        });
        var stop = new CancellationTokenSource();
        Task announcing = worker.RunAsync(stop.Token);
        _workers.Add((server, worker, stop, announcing));
        for (int attempt = 0; attempt < 100 && Runner.Nodes.All(node => node.NodeId != id || node.State != "active"); attempt++)
            await Task.Delay(20);
    }

    /// <summary>Takes a worker away without a word.</summary>
    public async Task KillWorkerAsync(int worker)
    {
        await _workers[worker].Stop.CancelAsync();
        await _workers[worker].Server.DisposeAsync();
    }

    /// <summary>A worker stops announcing itself and goes on working.</summary>
    public Task SilenceWorkerAsync(int worker) => _workers[worker].Stop.CancelAsync();

    public QueryExecution Start(params PlanFragment[] fragments)
    {
        string id = $"q{Interlocked.Increment(ref _queries)}";
        var run = new QueryRun(id, new FragmentedPlan(fragments.ToValueList()), new ConnectorSession(id, "tester"), this, Memory.Child(id), Threads: 2);
        return Runner.Start(run, CancellationToken.None);
    }

    public IConnector Get(string catalog) => Catalogs.Get(catalog).Connector;

    public async ValueTask DisposeAsync()
    {
        await Runner.DisposeAsync();
        foreach ((RpcTestServer server, WorkerService worker, CancellationTokenSource stop, Task announcing) in _workers)
        {
            await stop.CancelAsync();
            await announcing;
            await worker.DisposeAsync();
            await server.DisposeAsync();
        }

        await _server.DisposeAsync();
        await Catalogs.DisposeAsync();
    }
}
