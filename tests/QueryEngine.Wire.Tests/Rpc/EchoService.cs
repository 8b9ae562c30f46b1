using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Routing;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;
using QueryEngine.Wire.Tests.Protos;

namespace QueryEngine.Wire.Tests.Rpc;

/// <summary>The methods of <c>echo.proto</c>.</summary>
internal static class EchoMethods
{
    private const string Service = "queryengine.test.Echo";

    public static readonly RpcMethod<EchoRequest, EchoReply> Unary = RpcMethod.Proto<EchoRequest, EchoReply>(Service, "Unary");
    public static readonly RpcMethod<EchoRequest, EchoReply> Down = RpcMethod.Proto<EchoRequest, EchoReply>(Service, "Down");
    public static readonly RpcMethod<EchoRequest, EchoReply> Up = RpcMethod.Proto<EchoRequest, EchoReply>(Service, "Up");
    public static readonly RpcMethod<EchoRequest, EchoReply> Both = RpcMethod.Proto<EchoRequest, EchoReply>(Service, "Both");
}

/// <summary>Our side of <c>echo.proto</c>.</summary>
internal sealed class EchoService
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent;

    /// <summary>Ends when a call was seen to be cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>How many replies an endless call has sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapUnary(EchoMethods.Unary, UnaryAsync);
        endpoints.MapServerStreaming(EchoMethods.Down, (request, context) => DownAsync(request, context.CancellationToken));
        endpoints.MapClientStreaming(EchoMethods.Up, UpAsync);
        endpoints.MapDuplex(EchoMethods.Both, (requests, _) => BothAsync(requests));
    }

    private async Task<EchoReply> UnaryAsync(EchoRequest request, RpcServerContext context)
    {
        switch (request.Action)
        {
            case "metadata":
                context.ResponseHeaders.Add("x-header", string.Join('+', context.RequestHeaders.GetAll("x-plain")));
                context.ResponseTrailers.AddText("x-trailer-bin", context.RequestHeaders.GetText("x-bytes-bin") + "!");
                return new EchoReply { Text = "ok" };
            case "fail":
                throw new RpcException(RpcStatusCode.Aborted, request.Text, new RpcMetadata { { "x-why", "because" } });
            case "query-error":
                throw new QueryException(ErrorCode.UndefinedColumn, "column 'näm' does not exist", new SourcePosition(3, 14), "Did you mean 'name'?");
            case "crash":
                throw new InvalidOperationException("a secret of the server");
            case "hang":
                return await HangAsync(context.CancellationToken);
            default:
                return new EchoReply { Text = request.Text, Payload = request.Payload };
        }
    }

    private async Task<EchoReply> HangAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new EchoReply();
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }

    private async IAsyncEnumerable<EchoReply> DownAsync(EchoRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            if (request.Action == "hang")
            {
                yield return new EchoReply { Text = "first" };
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var filler = ByteString.CopyFrom(new byte[request.Action == "endless" ? 10_000 : 0]);
            for (int index = 0; request.Action == "endless" || index < request.Count; index++)
            {
                await Task.Yield();
                Volatile.Write(ref _sent, index + 1);
                yield return new EchoReply { Text = request.Text, Index = index, Payload = filler };
            }

            if (request.Action == "fail-late")
                throw new RpcException(RpcStatusCode.DataLoss, request.Text);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
                _cancelled.TrySetResult();
        }
    }

    private static async Task<EchoReply> UpAsync(IAsyncEnumerable<EchoRequest> requests, RpcServerContext context)
    {
        var text = new StringBuilder();
        await foreach (EchoRequest request in requests)
        {
            if (request.Action == "fail")
                throw new RpcException(RpcStatusCode.InvalidArgument, request.Text);
            text.Append(request.Text);
        }

        return new EchoReply { Text = text.ToString() };
    }

    private static async IAsyncEnumerable<EchoReply> BothAsync(IAsyncEnumerable<EchoRequest> requests)
    {
        await foreach (EchoRequest request in requests)
            yield return new EchoReply { Text = $"echo {request.Text}" };
    }
}
