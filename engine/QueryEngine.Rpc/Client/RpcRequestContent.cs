using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using QueryEngine.Rpc.Framing;

namespace QueryEngine.Rpc.Client;

/// <summary>
/// The body of a call: the request messages, each flushed as soon as the source yields it. When the call ends early, the
/// source's token fires and nobody waits for it.
/// </summary>
internal sealed class RpcRequestContent<TRequest> : HttpContent
{
    private readonly IAsyncEnumerable<TRequest> _requests;
    private readonly Marshaller<TRequest> _marshaller;
    private readonly int _maxSize;
    private readonly CancellationToken _callEnded;

    public RpcRequestContent(IAsyncEnumerable<TRequest> requests, Marshaller<TRequest> marshaller, int maxSize, CancellationToken callEnded)
    {
        (_requests, _marshaller, _maxSize, _callEnded) = (requests, marshaller, maxSize, callEnded);
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>The error of the source or of a message that is too large; null where sending went well or was cut off.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _callEnded);

        // Without this the headers wait for the first message, and a server that speaks first would never be heard.
        await stream.FlushAsync(either.Token);
        PipeWriter writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 65536, leaveOpen: true));
        await using IAsyncEnumerator<TRequest> requests = _requests.GetAsyncEnumerator(either.Token);
        while (await MoveNextAsync(requests))
        {
            WriteMessage(writer, requests.Current);
            await writer.FlushAsync(either.Token);
        }

        await writer.CompleteAsync();
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<TRequest> requests)
    {
        try
        {
            return await requests.MoveNextAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_callEnded.IsCancellationRequested)
        {
            Failure = exception;
            throw;
        }
    }

    private void WriteMessage(PipeWriter writer, TRequest message)
    {
        try
        {
            MessageFrames.Write(writer, _marshaller, message, _maxSize);
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }
    }
}
