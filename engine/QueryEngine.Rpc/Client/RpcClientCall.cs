using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using QueryEngine.Rpc.Framing;

namespace QueryEngine.Rpc.Client;

/// <summary>One call of a client, from its headers to its status. Disposing of it early cancels the call.</summary>
internal sealed class RpcClientCall<TRequest, TResponse> : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly RpcMethod<TRequest, TResponse> _method;
    private readonly RpcCallOptions _options;
    private readonly RpcLimits _limits;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _ended;
    private readonly RpcRequestContent<TRequest> _content;
    private readonly HttpRequestMessage _request;
    private HttpResponseMessage? _response;
    private PipeReader? _reader;

    public RpcClientCall(
        HttpClient client,
        RpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        RpcCallOptions options,
        RpcMetadata channelHeaders,
        RpcLimits limits,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        (_client, _method, _options, _limits, _callerToken) = (client, method, options, limits, cancellationToken);
        _deadline = options.Timeout is { } timeout ? new CancellationTokenSource(timeout, clock) : new CancellationTokenSource();
        _ended = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        _content = new RpcRequestContent<TRequest>(requests, method.Request, limits.MaxSendSize, _ended.Token);
        _request = CreateRequest(channelHeaders);
        Current = default!;
    }

    /// <summary>The response that the last <see cref="ReadAsync"/> found.</summary>
    public TResponse Current { get; private set; }

    /// <summary>Waits for the next response. False after the last one, when the status was OK.</summary>
    public async ValueTask<bool> ReadAsync()
    {
        try
        {
            if (_response is null)
                await StartAsync();
            (bool found, Current) = _reader is null
                ? (false, default!)
                : await MessageFrames.ReadAsync(_reader, _method.Response, _limits.MaxReceiveSize, _ended.Token);
            if (!found && _reader is not null)
                Finish(_response!.TrailingHeaders);
            return found;
        }
        catch (RpcException)
        {
            throw;
        }
        catch (Exception exception)
        {
            throw Translate(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _response?.Dispose();
        if (_reader is not null)
            await _reader.CompleteAsync();
        _request.Dispose();
        _ended.Dispose();
        _deadline.Dispose();
    }

    private HttpRequestMessage CreateRequest(RpcMetadata channelHeaders)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _method.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("user-agent", "queryengine");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        if (_options.Timeout is { } timeout)
            request.Headers.TryAddWithoutValidation("grpc-timeout", HeaderText.EncodeTimeout(timeout));
        foreach ((string name, string value) in channelHeaders.Concat(_options.Headers ?? []))
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private async Task StartAsync()
    {
        _response = await _client.SendAsync(_request, HttpCompletionOption.ResponseHeadersRead, _ended.Token);
        if (_response.Headers.Contains("grpc-status"))
        {
            Finish(_response.Headers);
            return;
        }

        if (_response.StatusCode != HttpStatusCode.OK)
            throw new RpcException(StatusOf(_response.StatusCode), $"HTTP status {(int)_response.StatusCode} from {_request.RequestUri}");
        if (_response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
            throw new RpcException(RpcStatusCode.Unknown, $"{_request.RequestUri} answered with content type '{_response.Content.Headers.ContentType}'");
        if (_response.Headers.TryGetValues("grpc-encoding", out IEnumerable<string>? encodings) && encodings.Any(encoding => encoding != "identity"))
            throw new RpcException(RpcStatusCode.Unimplemented, $"message encoding '{string.Join(", ", encodings)}' is not supported");

        _options.OnHeaders?.Invoke(Read(_response.Headers));
        Stream stream = await _response.Content.ReadAsStreamAsync(_ended.Token);
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 65536, minimumReadSize: 16384));
    }

    private void Finish(HttpResponseHeaders trailers)
    {
        string? text = First(trailers, "grpc-status");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw text is null
                ? new RpcException(RpcStatusCode.Internal, "the server ended the call without a status")
                : new RpcException(RpcStatusCode.Unknown, $"the server ended the call with the status '{text}'");
        }

        RpcMetadata metadata = Read(trailers);
        if (number == (int)RpcStatusCode.Ok)
        {
            _options.OnTrailers?.Invoke(metadata);
            return;
        }

        RpcStatusCode status = Enum.IsDefined((RpcStatusCode)number) ? (RpcStatusCode)number : RpcStatusCode.Unknown;
        throw new RpcException(status, HeaderText.DecodeMessage(First(trailers, "grpc-message") ?? ""), metadata);
    }

    private Exception Translate(Exception exception)
    {
        if (_callerToken.IsCancellationRequested)
            return new OperationCanceledException("the call was cancelled", exception, _callerToken);
        if (_deadline.IsCancellationRequested)
            return new RpcException(RpcStatusCode.DeadlineExceeded, "the deadline passed", inner: exception);
        if (_content.Failure is { } failure)
            return failure;

        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
                return new RpcException(StatusOf(protocol.ErrorCode), $"{_request.RequestUri}: {protocol.Message}", inner: exception);
        }

        return exception is HttpRequestException or IOException
            ? new RpcException(RpcStatusCode.Unavailable, $"cannot reach {_client.BaseAddress}: {exception.Message}", inner: exception)
            : exception;
    }

    /// <summary>The status for an error code of HTTP/2, as the protocol's table has it.</summary>
    private static RpcStatusCode StatusOf(long http2Error) => http2Error switch
    {
        0x7 => RpcStatusCode.Unavailable,
        0x8 => RpcStatusCode.Cancelled,
        0xb => RpcStatusCode.ResourceExhausted,
        0xc => RpcStatusCode.PermissionDenied,
        _ => RpcStatusCode.Internal,
    };

    private static RpcStatusCode StatusOf(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => RpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => RpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => RpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => RpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => RpcStatusCode.Unavailable,
        _ => RpcStatusCode.Unknown,
    };

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;

    private static RpcMetadata Read(HttpResponseHeaders headers)
    {
        var metadata = new RpcMetadata();
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            foreach (string value in values)
                metadata.Receive(name, value);
        }

        return metadata;
    }
}
