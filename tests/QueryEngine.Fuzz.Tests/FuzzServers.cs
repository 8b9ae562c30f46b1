using QueryEngine.Fuzz.Tests.Peers;
using QueryEngine.Server;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Fuzz.Tests;

/// <summary>The systems of a run: the engine in several settings, PostgreSQL and DuckDB.</summary>
public sealed class FuzzServers : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();
    private EngineHost _host = null!;

    internal EnginePeer Engine { get; private set; } = null!;

    /// <summary>The engine, giving up after two seconds.</summary>
    internal EnginePeer Hasty { get; private set; } = null!;

    /// <summary>The engine with one thing set otherwise each.</summary>
    internal IReadOnlyList<EnginePeer> Variants { get; private set; } = [];

    /// <summary>The others; the first says whether a statement is valid at all.</summary>
    internal IReadOnlyList<IPeer> Others { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _host = await EngineHost.StartAsync(new EngineHostOptions(), CancellationToken.None);
        await _postgres.InitializeAsync();
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
    }
}
