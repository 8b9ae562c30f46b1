using System.Runtime.CompilerServices;

namespace QueryEngine.Rpc.Client;

/// <summary>
/// A connection, or as many as are needed, to one server. Every call throws <see cref="RpcException"/> where it ends with
/// another status than OK, and <see cref="OperationCanceledException"/> where the caller cancelled. Safe for many threads.
/// </summary>
public sealed class RpcChannel : IDisposable
{
    private readonly RpcLimits _limits;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    /// <summary>A channel to <paramref name="address"/>, <c>http://host:port</c> for HTTP/2 in clear text or <c>https://</c>.</summary>
    public RpcChannel(Uri address, RpcLimits? limits = null, TimeProvider? clock = null, SocketsHttpHandler? handler = null)
    {
        Address = address;
        _limits = limits ?? RpcLimits.Default;
        _clock = clock ?? TimeProvider.System;
        _client = new HttpClient(handler ?? CreateHandler()) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The server's address.</summary>
    public Uri Address { get; }

    /// <summary>Metadata that every call sends ahead of its own, such as a shared secret.</summary>
    public RpcMetadata Headers { get; } = [];

    /// <summary>Sends one request and returns the one response.</summary>
    public Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, RpcCallOptions? options = null, CancellationToken cancellationToken = default) =>
        ClientStreamingAsync(method, OneAsync(request), options, cancellationToken);

    /// <summary>Sends many requests and returns the one response.</summary>
    public async Task<TResponse> ClientStreamingAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        RpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        await using RpcClientCall<TRequest, TResponse> call = Start(method, requests, options, cancellationToken);
        if (!await call.ReadAsync())
            throw new RpcException(RpcStatusCode.Internal, "the server sent no response message");

        TResponse response = call.Current;
        return await call.ReadAsync()
            ? throw new RpcException(RpcStatusCode.Internal, "the server sent more than one response message")
            : response;
    }

    /// <summary>Sends one request and returns the responses as they come. Reading slowly slows the server down.</summary>
    public IAsyncEnumerable<TResponse> ServerStreamingAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, RpcCallOptions? options = null, CancellationToken cancellationToken = default) =>
        DuplexAsync(method, OneAsync(request), options, cancellationToken);

    /// <summary>Sends requests while it returns responses. Leaving the loop early cancels the call.</summary>
    public async IAsyncEnumerable<TResponse> DuplexAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        RpcCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using RpcClientCall<TRequest, TResponse> call = Start(method, requests, options, cancellationToken);
        while (await call.ReadAsync())
            yield return call.Current;
    }

    /// <summary>Closes the connections; calls that run fail.</summary>
    public void Dispose() => _client.Dispose();

    private RpcClientCall<TRequest, TResponse> Start<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        RpcCallOptions? options,
        CancellationToken cancellationToken) =>
        new(_client, method, requests, options ?? new RpcCallOptions(), Headers, _limits, _clock, cancellationToken);

    private static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(5),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(4),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        InitialHttp2StreamWindowSize = 4 * 1024 * 1024,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    };

#pragma warning disable CS1998 // An asynchronous sequence of one value that is already there.
    private static async IAsyncEnumerable<T> OneAsync<T>(T value)
    {
        yield return value;
    }
#pragma warning restore CS1998
}
