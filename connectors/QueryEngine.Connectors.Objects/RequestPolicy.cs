using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>Sends requests at the declared pace, so many at once, each within its time, and again when that may help. Thread-safe.</summary>
internal sealed class RequestPolicy : IDisposable
{
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _places;
    private readonly TimeSpan _interval;
    private readonly ResiliencePipeline _pipeline;
    private readonly Lock _gate = new();
    private DateTimeOffset _nextStart = DateTimeOffset.MinValue;

    public RequestPolicy(RequestLimitsAttribute limits, TimeProvider time)
    {
        _time = time;
        _places = new SemaphoreSlim(Math.Max(1, limits.MaxConcurrency));
        _interval = limits.RequestsPerSecond > 0 ? TimeSpan.FromSeconds(1 / limits.RequestsPerSecond) : TimeSpan.Zero;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (limits.Retries > 0)
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = limits.Retries,
                Delay = TimeSpan.FromSeconds(limits.RetryDelaySeconds),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } error && MayPass(error)),
            });
        _pipeline = builder.AddTimeout(TimeSpan.FromSeconds(limits.TimeoutSeconds)).Build();
    }

    public async Task<T> SendAsync<T>(Func<CancellationToken, Task<T>> request, ScanMetrics metrics, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _pipeline.ExecuteAsync(
                async token =>
                {
                    await PaceAsync(token).ConfigureAwait(false);
                    metrics.Add(requests: 1);
                    return await request(token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (Translate(error) is { } translated)
        {
            throw translated;
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private static bool MayPass(Exception error) => error switch
    {
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500,
        HttpRequestException or SocketException or IOException or TimeoutRejectedException or TimeoutException => true,
        QueryException query => query.Code.Kind == ErrorKind.External && query.Code != ErrorCode.ProtocolViolation,
        _ => false,
    };

    private static QueryException? Translate(Exception error) => error switch
    {
        HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } =>
            new QueryException(ErrorCode.AccessDenied, $"the source refuses: {error.Message}", "Check the credentials of the catalog.", error),
        HttpRequestException { StatusCode: not null } => new QueryException(ErrorCode.RemoteError, $"the source answers: {error.Message}", hint: null, error),
        TimeoutRejectedException => new QueryException(ErrorCode.ConnectionFailure, "the source did not answer in time", hint: null, error),
        HttpRequestException or SocketException or IOException or TimeoutException =>
            new QueryException(ErrorCode.ConnectionFailure, $"the source cannot be reached: {error.Message}", hint: null, error),
        System.Text.Json.JsonException => new QueryException(ErrorCode.InvalidData, $"the source's answer cannot be read: {error.Message}", hint: null, error),
        _ => null,
    };

    private async Task PaceAsync(CancellationToken cancellationToken)
    {
        if (_interval == TimeSpan.Zero)
            return;
        TimeSpan wait;
        lock (_gate)
        {
            DateTimeOffset now = _time.GetUtcNow();
            DateTimeOffset start = _nextStart > now ? _nextStart : now;
            (wait, _nextStart) = (start - now, start + _interval);
        }

        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
    }
}
