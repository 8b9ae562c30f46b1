using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Rpc.Errors;
using QueryEngine.Rpc.Framing;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;
using QueryEngine.Wire.Tests.Protos;
using QueryEngine.Wire.Tests.Support;

namespace QueryEngine.Wire.Tests.Rpc;

/// <summary>What only our client and our server have between them, and what is easier to see from here.</summary>
public sealed class OwnCallTests : IAsyncLifetime
{
    private static readonly RpcMethod<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> _raw =
        new("queryengine.test.Raw", "Echo", Marshallers.Bytes, Marshallers.Bytes);

    private readonly EchoService _service = new();
    private RpcTestServer _server = null!;
    private RpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _server = await RpcTestServer.StartAsync(application =>
        {
            _service.Map(application);
            application.MapDuplex(_raw, (requests, _) => requests);
        });
        _channel = new RpcChannel(_server.Address);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Query_error_is_the_same_error_at_the_client()
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Action = "query-error" }));
        QueryException error = RpcErrors.ToQueryException(failure, "the server");

        Assert.Equal(ErrorCode.UndefinedColumn, error.Code);
        Assert.Equal("column 'näm' does not exist", error.Message);
        Assert.Equal(new SourcePosition(3, 14), error.Position);
        Assert.Equal("Did you mean 'name'?", error.Hint);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_unavailable_and_named()
    {
        using var channel = new RpcChannel(new Uri("http://127.0.0.1:9"));

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Unary, new EchoRequest()));

        Assert.Equal(RpcStatusCode.Unavailable, failure.Status);
        Assert.Contains("127.0.0.1:9", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.ConnectionFailure, RpcErrors.ToQueryException(failure, "the server").Code);
    }

    [Fact]
    public async Task Slow_reader_slows_the_server_down()
    {
        await using IAsyncEnumerator<EchoReply> replies =
            _channel.ServerStreamingAsync(EchoMethods.Down, new EchoRequest { Action = "endless" }).GetAsyncEnumerator();
        Assert.True(await replies.MoveNextAsync());

        int before = -1;
        for (int attempt = 0; attempt < 100 && before != _service.Sent; attempt++)
        {
            before = _service.Sent;
            await Task.Delay(200);
        }

        // The windows of HTTP/2 hold a few megabytes; without back-pressure the server would be far beyond.
        Assert.Equal(before, _service.Sent);
        Assert.InRange(_service.Sent, 1, 4000);
    }

    [Fact]
    public async Task Deadline_of_a_stream_ends_it_on_both_sides()
    {
        var options = new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) };

        int count = 0;
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (EchoReply reply in _channel.ServerStreamingAsync(EchoMethods.Down, new EchoRequest { Action = "hang" }, options))
                count++;
        });

        Assert.Equal(1, count);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, failure.Status);
        await _service.Cancelled.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Server_that_stops_fails_running_calls_at_once()
    {
        await using IAsyncEnumerator<EchoReply> replies =
            _channel.ServerStreamingAsync(EchoMethods.Down, new EchoRequest { Action = "hang" }).GetAsyncEnumerator();
        Assert.True(await replies.MoveNextAsync());

        Task<bool> next = replies.MoveNextAsync().AsTask();
        await _server.DisposeAsync();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains(failure.Status, new[] { RpcStatusCode.Unavailable, RpcStatusCode.Internal, RpcStatusCode.Cancelled });
    }

    [Fact]
    public async Task Error_of_the_request_source_is_thrown_as_it_is()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => _channel.ClientStreamingAsync(EchoMethods.Up, BrokenAsync()));

        static async IAsyncEnumerable<EchoRequest> BrokenAsync()
        {
            yield return new EchoRequest { Text = "one" };
            await Task.Yield();
            throw new InvalidDataException("broken source");
        }
    }

    [Fact]
    public async Task Message_over_the_senders_limit_is_not_sent()
    {
        using var channel = new RpcChannel(_server.Address, new RpcLimits { MaxSendSize = 100 });

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Text = new string('x', 200) }));

        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.Status);
    }

    [Fact]
    public async Task Message_over_the_receivers_limit_is_not_read()
    {
        using var channel = new RpcChannel(_server.Address, new RpcLimits { MaxReceiveSize = 100 });

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Text = new string('x', 200) }));

        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.Status);
    }

    [Fact]
    public async Task Raw_messages_of_every_size_come_back_equal()
    {
        int[] sizes = [0, 1, 4, 5, 16_383, 16_384, 65_536, 1_000_003, 9_000_000];
        List<int> seen = [];
        await foreach (ReadOnlyMemory<byte> reply in _channel.DuplexAsync(_raw, SendAsync()))
        {
            Assert.True(reply.Span.SequenceEqual(Fill(reply.Length)));
            seen.Add(reply.Length);
        }

        Assert.Equal(sizes, seen);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> SendAsync()
        {
            foreach (int size in sizes)
            {
                await Task.Yield();
                yield return Fill(size);
            }
        }

        static byte[] Fill(int size)
        {
            byte[] bytes = new byte[size];
            new Random(size).NextBytes(bytes);
            return bytes;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("100 % größer\r\n🌍")]
    public void Status_message_survives_its_encoding(string message) =>
        Assert.Equal(message, HeaderText.DecodeMessage(HeaderText.EncodeMessage(message)));

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%4", "%4")]
    public void Broken_percent_encoding_is_kept(string text, string expected) => Assert.Equal(expected, HeaderText.DecodeMessage(text));

    [Theory]
    [InlineData(1, "1u")]
    [InlineData(3_000_000, "300000u")]
    [InlineData(TimeSpan.TicksPerMinute, "60000000u")]
    [InlineData(TimeSpan.TicksPerHour, "3600000m")]
    [InlineData(TimeSpan.TicksPerDay * 30, "2592000S")]
    public void Timeout_takes_the_finest_unit_that_fits(long ticks, string expected) =>
        Assert.Equal(expected, HeaderText.EncodeTimeout(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("1H", true)]
    [InlineData("99999999n", true)]
    [InlineData("100000000m", false)]
    [InlineData("-1m", false)]
    [InlineData("5", false)]
    [InlineData("5x", false)]
    public void Timeout_is_read_or_refused(string text, bool valid) => Assert.Equal(valid, HeaderText.TryDecodeTimeout(text, out _));

    [Fact]
    public void Metadata_refuses_what_would_break_the_headers()
    {
        var metadata = new RpcMetadata();

        Assert.Throws<ArgumentException>(() => metadata.Add("x-name", "line\nbreak"));
        Assert.Throws<ArgumentException>(() => metadata.Add("X-Name", "upper case"));
        Assert.Throws<ArgumentException>(() => metadata.Add("grpc-status", "0"));
        Assert.Throws<ArgumentException>(() => metadata.Add("x-bin", "text"));
        Assert.Empty(metadata);
    }
}
