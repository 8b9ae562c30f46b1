using System.Diagnostics;
using Google.Protobuf;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Wire.Tests.Protos;
using QueryEngine.Wire.Tests.Support;

namespace QueryEngine.Wire.Tests.Rpc;

/// <summary>Our client against the server of npm's @grpc/grpc-js.</summary>
public sealed class ForeignServerTests : IAsyncLifetime
{
    private Process _server = null!;
    private RpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _server = await NodeProject.StartAsync("echo-server.js");
        string? port = await _server.StandardOutput.ReadLineAsync();
        _channel = new RpcChannel(new Uri($"http://127.0.0.1:{port}"));
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        _server.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Unary_call_returns_text_and_bytes()
    {
        var request = new EchoRequest { Action = "echo", Text = "grüße 🌍", Payload = ByteString.CopyFrom(new byte[20 * 1024 * 1024]) };

        EchoReply reply = await _channel.UnaryAsync(EchoMethods.Unary, request);

        Assert.Equal("grüße 🌍", reply.Text);
        Assert.Equal(20 * 1024 * 1024, reply.Payload.Length);
    }

    [Fact]
    public async Task Metadata_of_text_and_bytes_passes_both_ways()
    {
        RpcMetadata headers = [], trailers = [];
        var sent = new RpcMetadata { { "x-plain", "one" }, { "x-plain", "two" }, { "x-bytes-bin", [0, 200, 1] } };
        var options = new RpcCallOptions { Headers = sent, OnHeaders = seen => headers = seen, OnTrailers = seen => trailers = seen };

        await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Action = "metadata" }, options);

        Assert.Equal("one, two", headers.Get("x-header"));
        Assert.Equal([0, 200, 1, 255], trailers.GetBytes("x-trailer-bin"));
    }

    [Fact]
    public async Task Failure_carries_status_message_and_trailers()
    {
        var request = new EchoRequest { Action = "fail", Text = "größer als 100 % of\nit" };

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(EchoMethods.Unary, request));

        Assert.Equal(RpcStatusCode.Aborted, failure.Status);
        Assert.Equal("größer als 100 % of\nit", failure.Detail);
        Assert.Equal("because", failure.Trailers.Get("x-why"));
    }

    [Fact]
    public async Task Deadline_ends_the_call_on_both_sides()
    {
        var options = new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) };

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Action = "hang" }, options));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, failure.Status);
        await SeeCancelledAsync();
    }

    [Fact]
    public async Task Cancelling_reaches_the_server()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Action = "hang" }, cancellationToken: stop.Token));

        await SeeCancelledAsync();
    }

    [Fact]
    public async Task Leaving_a_stream_early_cancels_it_on_the_server()
    {
        int count = 0;
        await foreach (EchoReply reply in _channel.ServerStreamingAsync(EchoMethods.Down, new EchoRequest { Action = "endless" }))
        {
            Assert.Equal(count, reply.Index);
            if (++count == 5)
                break;
        }

        Assert.Equal(5, count);
        await SeeCancelledAsync();
    }

    [Fact]
    public async Task Server_stream_arrives_whole_and_in_order()
    {
        List<int> indexes = [];
        await foreach (EchoReply reply in _channel.ServerStreamingAsync(EchoMethods.Down, new EchoRequest { Action = "echo", Count = 1000 }))
            indexes.Add(reply.Index);

        Assert.Equal(Enumerable.Range(0, 1000), indexes);
    }

    [Fact]
    public async Task Failure_after_some_replies_comes_after_them()
    {
        int count = 0;
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (EchoReply reply in _channel.ServerStreamingAsync(EchoMethods.Down, new EchoRequest { Action = "fail-late", Text = "late", Count = 3 }))
                count++;
        });

        Assert.Equal(3, count);
        Assert.Equal(RpcStatusCode.DataLoss, failure.Status);
        Assert.Equal("late", failure.Detail);
    }

    [Fact]
    public async Task Client_stream_arrives_whole()
    {
        EchoReply reply = await _channel.ClientStreamingAsync(EchoMethods.Up, RequestsAsync(100, "ab"));

        Assert.Equal(200, reply.Text.Length);
    }

    [Fact]
    public async Task Client_stream_is_refused_before_its_end()
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.ClientStreamingAsync(EchoMethods.Up, EndlessAsync(new EchoRequest { Action = "fail", Text = "not this" })));

        Assert.Equal(RpcStatusCode.InvalidArgument, failure.Status);
        Assert.Equal("not this", failure.Detail);
    }

    [Fact]
    public async Task Both_sides_speak_in_turn()
    {
        var heard = System.Threading.Channels.Channel.CreateUnbounded<string>();
        List<string> replies = [];
        heard.Writer.TryWrite("start");

        await foreach (EchoReply reply in _channel.DuplexAsync(EchoMethods.Both, SpeakAsync()))
        {
            replies.Add(reply.Text);
            heard.Writer.TryWrite(reply.Text);
        }

        Assert.Equal(["echo start", "echo echo start", "echo echo echo start"], replies);

        async IAsyncEnumerable<EchoRequest> SpeakAsync()
        {
            for (int turn = 0; turn < 3; turn++)
                yield return new EchoRequest { Text = await heard.Reader.ReadAsync() };
        }
    }

    private async Task SeeCancelledAsync()
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            if ((await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Action = "cancelled" })).Index > 0)
                return;
            await Task.Delay(50);
        }

        Assert.Fail("the server never saw the cancellation");
    }

    private static async IAsyncEnumerable<EchoRequest> RequestsAsync(int count, string text)
    {
        for (int index = 0; index < count; index++)
        {
            await Task.Yield();
            yield return new EchoRequest { Text = text };
        }
    }

    private static async IAsyncEnumerable<EchoRequest> EndlessAsync(EchoRequest first)
    {
        yield return first;
        await Task.Delay(Timeout.Infinite);
    }
}
