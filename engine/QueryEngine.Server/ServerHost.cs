using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary>
/// A server process: a coordinator, a worker, or both. Listens for gRPC without encryption and so, unless it has a secret, on a loopback address only.
/// </summary>
public sealed class ServerHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _announcing = Task.CompletedTask;

    private ServerHost(WebApplication application) => _application = application;

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Catalogs of a coordinator whose configuration is wrong.</summary>
    public IReadOnlyList<QueryException> Warnings { get; private set; } = [];

    /// <summary>Starts a server; it listens when this completes.</summary>
    /// <exception cref="QueryException">The options contradict each other, a catalog URL is wrong, or the port is taken.</exception>
    public static async Task<ServerHost> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        IPAddress bind = Check(options);
        int port = options.Port == 0 ? FreePort(bind) : options.Port;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("QueryEngine", LogLevel.Information);
        builder.Services.Configure<Microsoft.Extensions.Hosting.ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureRpc();
            kestrel.Listen(bind, port, listen => listen.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        });
        var server = new ServerHost(builder.Build());
        try
        {
            await server.MapAsync(options, new Uri($"http://{bind}:{port}"), cancellationToken).ConfigureAwait(false);
            await server._application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException taken)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new QueryException(ErrorCode.ConnectionFailure, $"cannot listen on {bind}:{port}: {taken.Message}", "Choose another --port.", taken);
        }

        server.Address = new Uri(server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>Completes when the server is told to stop, by a signal or by the token.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration byToken = cancellationToken.Register(stopped.SetResult);
        using CancellationTokenRegistration bySignal = _application.Lifetime.ApplicationStopping.Register(() => stopped.TrySetResult());
        await stopped.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
#pragma warning disable VSTHRD003 // our own task, started in MapAsync
        await _announcing.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
            await _application.StopAsync(patience.Token).ConfigureAwait(false);
        foreach (IAsyncDisposable owned in _owned)
            await owned.DisposeAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static IPAddress Check(ServerOptions options)
    {
        if (!options.IsCoordinator && options.CoordinatorUrl is null)
            throw new QueryException(ErrorCode.InvalidParameterValue, "a worker needs to know its coordinator", "Give --coordinator-url http://host:port.");
        if (!IPAddress.TryParse(options.BindAddress, out IPAddress? bind))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"'{options.BindAddress}' is no address to listen on");
        if (!IPAddress.IsLoopback(bind) && string.IsNullOrEmpty(options.Secret))
            throw new QueryException(
                ErrorCode.InvalidParameterValue, $"{bind} can be reached by other machines, and there is no secret", "Give --secret, or listen on 127.0.0.1.");
        return bind;
    }

    // Nodes tell each other their address before they listen, so the port must be known first.
    private static int FreePort(IPAddress bind)
    {
        using var probe = new System.Net.Sockets.TcpListener(bind, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task MapAsync(ServerOptions options, Uri ownUri, CancellationToken cancellationToken)
    {
        var logging = _application.Services.GetRequiredService<ILoggerFactory>();
        var node = new NodeOptions($"{(options.IsCoordinator ? "coordinator" : "worker")}-{ownUri.Port}", ownUri)
        {
            IsWorker = options.IsWorker,
            Threads = options.Host.Engine.Threads,
            MemoryLimit = options.Host.Engine.MemoryLimit,
            Spill = options.Host.Engine.Spill,
            Secret = options.Secret,
        };
        if (options.IsCoordinator)
        {
            ClusterQueryRunner? runner = null;
            EngineHost host = await EngineHost.StartAsync(
                options.Host, catalogs => runner = new ClusterQueryRunner(node, catalogs, options.Host.Engine.Time, logging), cancellationToken).ConfigureAwait(false);
            _owned.Add(host);
            Warnings = host.Warnings;
            runner!.Map(_application);
            _application.MapStatements(host.Statements, secret: options.Secret);
        }
        else
        {
            var worker = new WorkerService(node, options.CoordinatorUrl!, [.. BuiltInConnectors.Create(), .. options.Host.Connectors], options.Host.Engine.Time, logging);
            _owned.Add(worker);
            worker.Map(_application);
            _announcing = worker.RunAsync(_stopping.Token);
        }

        _application.MapRpcFallback();
    }
}
