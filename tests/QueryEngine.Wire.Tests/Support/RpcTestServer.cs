using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QueryEngine.Rpc.Server;

namespace QueryEngine.Wire.Tests.Support;

/// <summary>A server on a free port of the loopback interface, HTTP/2 in clear text.</summary>
internal sealed class RpcTestServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _disposed;

    private RpcTestServer(WebApplication application)
    {
        _application = application;
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Address = new Uri(address);
    }

    public Uri Address { get; }

    public string Port => Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static Task<RpcTestServer> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? services = null) =>
        StartAsync((application, _) => map(application), services);

    /// <summary>Starts a server whose services are told their address.</summary>
    public static async Task<RpcTestServer> StartAsync(Action<WebApplication, Uri> map, Action<IServiceCollection>? services = null)
    {
        int port = FreePort();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.ConfigureRpc();
            options.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.ClearProviders());
        services?.Invoke(builder.Services);
        WebApplication application = builder.Build();
        application.UseRouting();
        map(application, new Uri($"http://127.0.0.1:{port}"));
        application.MapRpcFallback();
        await application.StartAsync();
        return new RpcTestServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
