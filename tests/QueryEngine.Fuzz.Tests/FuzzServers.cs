using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Server;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Fuzz.Tests;

/// <summary>The systems of a run: the engine in several settings and with a catalog of each kind of source, PostgreSQL and DuckDB.</summary>
[CollectionDefinition(nameof(FuzzServers))]
public sealed class FuzzServers : IAsyncLifetime, ICollectionFixture<FuzzServers>
{
    private readonly PostgresServer _postgres = new();
    private EngineHost _host = null!;
    private string _lake = "";

    internal EnginePeer Engine { get; private set; } = null!;

    /// <summary>The engine, giving up after two seconds.</summary>
    internal EnginePeer Hasty { get; private set; } = null!;

    /// <summary>The engine with one thing set otherwise each.</summary>
    internal IReadOnlyList<EnginePeer> Variants { get; private set; } = [];

    /// <summary>The others; the first says whether a statement is valid at all.</summary>
    internal IReadOnlyList<IPeer> Others { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _lake = Directory.CreateTempSubdirectory("qe-fuzz-").FullName;
        _host = await EngineHost.StartAsync(
            new EngineHostOptions { CatalogUrls = [new("pg", _postgres.Url), new("lake", $"file://{_lake}")] }, CancellationToken.None);
        Engine = new EnginePeer(_host, "the engine");
        Hasty = new EnginePeer(_host, "the engine", ("query_max_run_time", "2s"));
        Variants =
        [
            new EnginePeer(_host, "the engine with one thread", ("threads", "1")),
            new EnginePeer(_host, "the engine with four threads", ("threads", "4")),
            new EnginePeer(
                _host, "the engine with joins as written", ("join_reordering", "false"), ("enable_dynamic_filtering", "false"), ("enable_pushdown", "false")),
        ];
        Others = [await PostgresPeer.ConnectAsync(_postgres.ConnectionString), await DuckDbPeer.OpenAsync()];
    }

    public async Task DisposeAsync()
    {
        foreach (IPeer peer in Others)
            await peer.DisposeAsync();
        await _host.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_lake, recursive: true);
    }
}
