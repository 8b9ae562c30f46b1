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

    private RpcTestServer(WebApplication application)
    {
        _application = application;
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Address = new Uri(address);
    }

    public Uri Address { get; }

    public string Port => Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<RpcTestServer> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.ConfigureRpc();
            options.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.ClearProviders());
        services?.Invoke(builder.Services);
        WebApplication application = builder.Build();
        application.UseRouting();
        map(application);
        application.MapRpcFallback();
        await application.StartAsync();
        return new RpcTestServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }
}
