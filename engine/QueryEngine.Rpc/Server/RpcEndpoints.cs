using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace QueryEngine.Rpc.Server;

/// <summary>
/// Serves methods on endpoint routing. Limits, clock and logging come from the application's services
/// (<see cref="RpcLimits"/>, <see cref="TimeProvider"/>, <see cref="ILoggerFactory"/>) where it has them. A handler ends a
/// call with another status by <see cref="RpcException"/> or by a query error, which reaches the client whole.
/// </summary>
public static class RpcEndpoints
{
    /// <summary>One request, one response.</summary>
    public static IEndpointConventionBuilder MapUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        RpcMethod<TRequest, TResponse> method,
        Func<TRequest, RpcServerContext, Task<TResponse>> handler)
    {
        return Map(endpoints, method, CallAsync);

        async IAsyncEnumerable<TResponse> CallAsync(
            IAsyncEnumerable<TRequest> requests, RpcServerContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await handler(await OnlyAsync(requests, cancellationToken), context);
        }
    }

    /// <summary>One request, many responses. Each response is flushed, and waits while the client does not read.</summary>
    public static IEndpointConventionBuilder MapServerStreaming<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        RpcMethod<TRequest, TResponse> method,
        Func<TRequest, RpcServerContext, IAsyncEnumerable<TResponse>> handler)
    {
        return Map(endpoints, method, CallAsync);

        async IAsyncEnumerable<TResponse> CallAsync(
            IAsyncEnumerable<TRequest> requests, RpcServerContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            TRequest request = await OnlyAsync(requests, cancellationToken);
            await foreach (TResponse response in handler(request, context).WithCancellation(cancellationToken))
                yield return response;
        }
    }

    /// <summary>Many requests, one response.</summary>
    public static IEndpointConventionBuilder MapClientStreaming<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        RpcMethod<TRequest, TResponse> method,
        Func<IAsyncEnumerable<TRequest>, RpcServerContext, Task<TResponse>> handler)
    {
        return Map(endpoints, method, CallAsync);

        async IAsyncEnumerable<TResponse> CallAsync(
            IAsyncEnumerable<TRequest> requests, RpcServerContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await handler(requests, context);
        }
    }

    /// <summary>Many requests, many responses, in any interleaving.</summary>
    public static IEndpointConventionBuilder MapDuplex<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        RpcMethod<TRequest, TResponse> method,
        Func<IAsyncEnumerable<TRequest>, RpcServerContext, IAsyncEnumerable<TResponse>> handler) =>
        Map(endpoints, method, (requests, context, _) => handler(requests, context));

    /// <summary>Answers every call to a method that is not mapped with UNIMPLEMENTED and its name.</summary>
    public static IEndpointConventionBuilder MapRpcFallback(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapFallback(
            "{service}/{method}",
            context =>
            {
                if (!RpcServerCall.IsRpc(context.Request))
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                }

                string path = context.Request.Path.Value ?? "";
                RpcServerCall.PrepareResponse(context);
                RpcServerCall.WriteStatus(context, new RpcException(RpcStatusCode.Unimplemented, $"method '{path}' does not exist"), []);
                return Task.CompletedTask;
            });

    private static IEndpointConventionBuilder Map<TRequest, TResponse>(
        IEndpointRouteBuilder endpoints,
        RpcMethod<TRequest, TResponse> method,
        Func<IAsyncEnumerable<TRequest>, RpcServerContext, CancellationToken, IAsyncEnumerable<TResponse>> handler)
    {
        IServiceProvider services = endpoints.ServiceProvider;
        var call = new RpcServerCall<TRequest, TResponse>(
            method,
            handler,
            services.GetService<RpcLimits>() ?? RpcLimits.Default,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("QueryEngine.Rpc"));
        return endpoints.MapPost(method.Path, call.ServeAsync).WithDisplayName(method.Path);
    }

    private static async Task<T> OnlyAsync<T>(IAsyncEnumerable<T> requests, CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<T> messages = requests.GetAsyncEnumerator(cancellationToken);
        if (!await messages.MoveNextAsync())
            throw new RpcException(RpcStatusCode.Internal, "the call has no request message");

        T request = messages.Current;
        return await messages.MoveNextAsync()
            ? throw new RpcException(RpcStatusCode.Internal, "the call has more than one request message")
            : request;
    }
}
