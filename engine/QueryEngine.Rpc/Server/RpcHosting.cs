using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace QueryEngine.Rpc.Server;

/// <summary>Sets up Kestrel for calls.</summary>
public static class RpcHosting
{
    private const int StreamWindow = 4 * 1024 * 1024;

    /// <summary>
    /// Lets streams rest, in either direction, as back-pressure makes them; gives a stream a window of 4 MiB and a connection
    /// four times that; and pings idle connections so that a dead peer is noticed within ten seconds.
    /// </summary>
    public static void ConfigureRpc(this KestrelServerOptions options)
    {
        options.Limits.MinResponseDataRate = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        options.Limits.Http2.InitialConnectionWindowSize = 4 * StreamWindow;
        options.Limits.Http2.MaxStreamsPerConnection = 1000;
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(5);
        options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(4);
    }
}
