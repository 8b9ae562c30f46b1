using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using QueryEngine.Rpc.Errors;
using QueryEngine.Rpc.Framing;
using QueryEngine.Spi;

namespace QueryEngine.Rpc.Server;

/// <summary>What every served call does with headers and status, whatever its messages.</summary>
internal static class RpcServerCall
{
    private const string ContentType = "application/grpc";

    /// <summary>Whether a request claims to be a call.</summary>
    public static bool IsRpc(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol)
        && request.ContentType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');

    /// <summary>Sets the headers that every response has.</summary>
    public static void PrepareResponse(HttpContext http)
    {
        http.Response.ContentType = ContentType;
        http.Response.Headers["grpc-accept-encoding"] = "identity";
    }

    /// <summary>Ends a call: as trailers, or as headers where nothing was sent yet.</summary>
    public static void WriteStatus(HttpContext http, RpcException? failure, RpcMetadata trailers)
    {
        bool started = http.Response.HasStarted;
        Append("grpc-status", ((int)(failure?.Status ?? RpcStatusCode.Ok)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (failure is { Detail.Length: > 0 })
            Append("grpc-message", HeaderText.EncodeMessage(failure.Detail));
        foreach ((string name, string value) in failure is null ? trailers : trailers.Concat(failure.Trailers))
            Append(name, value);

        void Append(string name, string value)
        {
            if (started)
                http.Response.AppendTrailer(name, value);
            else
                http.Response.Headers.Append(name, value);
        }
    }
}

/// <summary>Serves one method: reads the messages, runs the handler, writes the responses and the status.</summary>
internal sealed class RpcServerCall<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method,
    Func<IAsyncEnumerable<TRequest>, RpcServerContext, CancellationToken, IAsyncEnumerable<TResponse>> handler,
    RpcLimits limits,
    TimeProvider clock,
    ILogger logger)
{
    /// <summary>Serves a call from its headers to its trailers. Never throws for what the client or the handler did.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        if (!RpcServerCall.IsRpc(http.Request))
        {
            http.Response.StatusCode = HttpProtocol.IsHttp2(http.Request.Protocol)
                ? StatusCodes.Status415UnsupportedMediaType
                : StatusCodes.Status426UpgradeRequired;
            return;
        }

        LiftRequestLimits(http);
        RpcServerCall.PrepareResponse(http);

        TimeSpan? timeout = null;
        string? timeoutText = http.Request.Headers["grpc-timeout"];
        if (timeoutText is not null)
        {
            if (!HeaderText.TryDecodeTimeout(timeoutText, out TimeSpan value))
            {
                RpcServerCall.WriteStatus(http, new RpcException(RpcStatusCode.Internal, $"'{timeoutText}' is not a timeout"), []);
                return;
            }

            timeout = value;
        }

        using var deadline = timeout is { } limit ? new CancellationTokenSource(Clamp(limit), clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted);
        var context = new RpcServerContext(http, ReadHeaders(http.Request), timeout, either.Token);
        RpcException? failure = await RunAsync(context, deadline.Token);
        if (!http.RequestAborted.IsCancellationRequested)
            RpcServerCall.WriteStatus(http, failure, context.ResponseTrailers);
    }

    private async Task<RpcException?> RunAsync(RpcServerContext context, CancellationToken deadline)
    {
        try
        {
            await ExchangeAsync(context);
            return null;
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return new RpcException(RpcStatusCode.DeadlineExceeded, "the deadline passed");
        }
        catch (Exception) when (context.Http.RequestAborted.IsCancellationRequested)
        {
            return new RpcException(RpcStatusCode.Cancelled, "the client went away");
        }
        catch (RpcException exception)
        {
            return exception;
        }
        catch (QueryException exception)
        {
            if (exception.Code.Kind == ErrorKind.Internal)
                RpcLog.CallFailed(logger, exception, method.Path, Guid.NewGuid());
            return RpcErrors.ToRpcException(exception);
        }
        catch (OperationCanceledException)
        {
            return new RpcException(RpcStatusCode.Cancelled, "the call was cancelled");
        }
        catch (Exception exception)
        {
            var id = Guid.NewGuid();
            RpcLog.CallFailed(logger, exception, method.Path, id);
            return RpcErrors.ToRpcException(new QueryException(ErrorCode.Internal, $"internal error {id}"));
        }
    }

    private async Task ExchangeAsync(RpcServerContext context)
    {
        HttpContext http = context.Http;
        string? encoding = http.Request.Headers["grpc-encoding"];
        if (encoding is not (null or "identity"))
            throw new RpcException(RpcStatusCode.Unimplemented, $"message encoding '{encoding}' is not supported");

        IAsyncEnumerable<TRequest> requests = MessageFrames.ReadAllAsync(
            http.Request.BodyReader, method.Request, limits.MaxReceiveSize, context.CancellationToken);
        PipeWriter writer = http.Response.BodyWriter;
        await foreach (TResponse response in handler(requests, context, context.CancellationToken).WithCancellation(context.CancellationToken))
        {
            if (!http.Response.HasStarted)
                await StartAsync(context);

            MessageFrames.Write(writer, method.Response, response, limits.MaxSendSize);
            await writer.FlushAsync(context.CancellationToken);
        }

        if (!http.Response.HasStarted)
            await StartAsync(context);
    }

    private static Task StartAsync(RpcServerContext context)
    {
        foreach ((string name, string value) in context.ResponseHeaders)
            context.Http.Response.Headers.Append(name, value);
        return context.Http.Response.StartAsync(context.CancellationToken);
    }

    private static RpcMetadata ReadHeaders(HttpRequest request)
    {
        var metadata = new RpcMetadata();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            foreach (string? value in values)
                metadata.Receive(name, value ?? "");
        }

        return metadata;
    }

    /// <summary>A stream of requests may be long and may rest: message limits and deadlines bound it instead.</summary>
    private static void LiftRequestLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    /// <summary>Timers end at 49 days; who waits longer waits that long.</summary>
    private static TimeSpan Clamp(TimeSpan timeout) => timeout < TimeSpan.FromDays(45) ? timeout : TimeSpan.FromDays(45);
}
