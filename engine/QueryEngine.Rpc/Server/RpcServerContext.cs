using Microsoft.AspNetCore.Http;

namespace QueryEngine.Rpc.Server;

/// <summary>What a handler knows of the call it serves.</summary>
public sealed class RpcServerContext
{
    internal RpcServerContext(HttpContext http, RpcMetadata requestHeaders, TimeSpan? timeout, CancellationToken cancellationToken) =>
        (Http, RequestHeaders, Timeout, CancellationToken) = (http, requestHeaders, timeout, cancellationToken);

    /// <summary>The HTTP/2 request under the call: connection, user, services.</summary>
    public HttpContext Http { get; }

    /// <summary>Metadata that the client sent.</summary>
    public RpcMetadata RequestHeaders { get; }

    /// <summary>Metadata to send ahead of the first response; later additions are lost.</summary>
    public RpcMetadata ResponseHeaders { get; } = [];

    /// <summary>Metadata to send with the status.</summary>
    public RpcMetadata ResponseTrailers { get; } = [];

    /// <summary>How long the client waits, counted from the call's arrival; null where it waits for ever.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Fires when the client cancels, its connection breaks, or the deadline passes.</summary>
    public CancellationToken CancellationToken { get; }
}
