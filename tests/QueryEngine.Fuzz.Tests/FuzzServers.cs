using QueryEngine.Cluster.Statements;
using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Fuzz.Tests.Queries;
using QueryEngine.Server;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Fuzz.Tests;

/// <summary>The systems of a run: the engine in several settings and with a catalog of each kind of source, PostgreSQL, DuckDB and SQLite.</summary>
[CollectionDefinition(nameof(FuzzServers))]
public sealed class FuzzServers : IAsyncLifetime, ICollectionFixture<FuzzServers>
{
    private const int Workers = 2;

    private readonly PostgresServer _postgres = new();
    private readonly List<ServerHost> _cluster = [];
    private EngineHost _host = null!;
    private RemoteStatementService _coordinator = null!;
    private string _lake = "";

    internal EnginePeer Engine { get; private set; } = null!;

    /// <summary>The engine, giving up after a second.</summary>
    internal EnginePeer Hasty { get; private set; } = null!;

    /// <summary>The engine with one thing set otherwise each.</summary>
    internal IReadOnlyList<EnginePeer> Variants { get; private set; } = [];

    /// <summary>A coordinator and two workers, which read the tables of PostgreSQL.</summary>
    internal EnginePeer Cluster { get; private set; } = null!;

    /// <summary>It says whether a statement is valid at all.</summary>
    internal IPeer Postgres { get; private set; } = null!;

    /// <summary>Another connection to the same server, for what is asked while the first has the next query.</summary>
    internal IPeer PostgresAside { get; private set; } = null!;

    internal IPeer DuckDb { get; private set; } = null!;

    internal IPeer Sqlite { get; private set; } = null!;

    /// <summary>Those that take the tables of a profile.</summary>
    internal IEnumerable<IPeer> OthersFor(FuzzProfile profile) => Others.Where(peer => (peer != Sqlite || profile.HasSqlite) && (peer != DuckDb || profile.HasDuckDb));

    private IReadOnlyList<IPeer> Others => [Postgres, DuckDb, Sqlite];

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _lake = Directory.CreateTempSubdirectory("qe-fuzz-").FullName;
        _host = await EngineHost.StartAsync(
            new EngineHostOptions { CatalogUrls = [new("pg", _postgres.Url), new("lake", $"file://{_lake}")] }, CancellationToken.None);
        await StartClusterAsync();
        Engine = Set("the engine", ("threads", "1"));
        Hasty = Set("the engine", ("threads", "1"), ("query_max_run_time", "1s"));
        Variants =
        [
            Set("the engine with four threads", ("threads", "4")),
            Set("the engine with batches of one row", ("threads", "1"), ("batch_rows", "1")),
            new EnginePeer(_host.Statements, "the engine without optimizer", ("threads", "1"), ("enable_optimizer", "false"), ("query_max_run_time", "1s")) { IsUnoptimized = true },
            Set("the engine with batches of seven rows", ("threads", "2"), ("batch_rows", "7")),
            Set("the engine with joins as written", ("join_reordering", "false"), ("enable_dynamic_filtering", "false"), ("enable_pushdown", "false")),
        ];
        Cluster = new EnginePeer(_coordinator, "a cluster") { IsElsewhere = true };
        Postgres = await PostgresPeer.ConnectAsync(_postgres.ConnectionString);
        PostgresAside = await PostgresPeer.ConnectAsync(_postgres.ConnectionString);
        DuckDb = await DuckDbPeer.OpenAsync();
        Sqlite = SqlitePeer.Open();
    }

    public async Task DisposeAsync()
    {
        foreach (IPeer peer in Others.Append(PostgresAside))
            await peer.DisposeAsync();
        await _coordinator.DisposeAsync();
        foreach (ServerHost server in Enumerable.Reverse(_cluster))
            await server.DisposeAsync();
        await _host.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_lake, recursive: true);
    }

    private EnginePeer Set(string name, params (string Name, string Value)[] properties) => new(_host.Statements, name, properties);

    private async Task StartClusterAsync()
    {
        var options = new EngineHostOptions { CatalogUrls = [new("pg", _postgres.Url)], Engine = new EngineOptions { Threads = 2, NodeId = "coordinator" } };
        _cluster.Add(await ServerHost.StartAsync(new ServerOptions { IsCoordinator = true, Host = options }, CancellationToken.None));
        for (int worker = 1; worker <= Workers; worker++)
        {
            var host = new EngineHostOptions { Engine = new EngineOptions { Threads = 2, NodeId = $"worker-{worker}" } };
            _cluster.Add(await ServerHost.StartAsync(new ServerOptions { IsWorker = true, CoordinatorUrl = _cluster[0].Address, Host = host }, CancellationToken.None));
        }

        _coordinator = new RemoteStatementService(_cluster[0].Address);
        var peer = new EnginePeer(_coordinator, "a cluster");
        for (int attempt = 0; attempt < 200; attempt++)
        {
            Answer nodes = await peer.RunAsync("SELECT count(*) FROM system.runtime.nodes WHERE role = 'worker' AND state = 'active'");
            if (nodes.Error is null && nodes.Rows[0][0] == $"{Workers}")
                return;
            await Task.Delay(100);
        }

        Assert.Fail("the cluster's workers did not come");
    }
}
