using System.Text.Json;
using QueryEngine.Rpc;
using QueryEngine.Wire.Tests.Support;

namespace QueryEngine.Wire.Tests.Rpc;

/// <summary>The client of npm's @grpc/grpc-js against our server.</summary>
public sealed class ForeignClientTests : IAsyncLifetime
{
    private readonly EchoService _service = new();
    private RpcTestServer _server = null!;

    public async Task InitializeAsync() => _server = await RpcTestServer.StartAsync(_service.Map);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Unary_call_returns_text_of_any_characters()
    {
        JsonElement seen = await PlayAsync("unary");

        Assert.Equal("grüße 🌍", seen.GetProperty("text").GetString());
        Assert.Equal(0, seen.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Message_of_twenty_megabytes_passes_both_ways()
    {
        JsonElement seen = await PlayAsync("large");

        Assert.Equal(20 * 1024 * 1024, seen.GetProperty("length").GetInt32());
    }

    [Fact]
    public async Task Message_over_the_limit_is_refused()
    {
        JsonElement error = (await PlayAsync("tooLarge")).GetProperty("error");

        AssertStatus(RpcStatusCode.ResourceExhausted, error);
        Assert.Contains("larger than the limit of 67108864 bytes", error.GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_of_text_and_bytes_passes_both_ways()
    {
        JsonElement seen = await PlayAsync("metadata");

        Assert.Equal("one, two", seen.GetProperty("headers").GetProperty("x-header").GetString()!.Replace("+", ", ", StringComparison.Ordinal));
        Assert.Equal("ü\0z!", seen.GetProperty("trailers").GetProperty("x-trailer-bin").GetString());
    }

    [Fact]
    public async Task Status_message_and_trailers_of_a_failure_arrive()
    {
        JsonElement error = (await PlayAsync("fail")).GetProperty("error");

        AssertStatus(RpcStatusCode.Aborted, error);
        Assert.Equal("größer als 100 % of\nit", error.GetProperty("details").GetString());
        Assert.Equal("because", error.GetProperty("trailers").GetProperty("x-why").GetString());
    }

    [Fact]
    public async Task Query_error_arrives_as_a_status_with_its_parts_as_trailers()
    {
        JsonElement error = (await PlayAsync("queryError")).GetProperty("error");

        AssertStatus(RpcStatusCode.InvalidArgument, error);
        Assert.Equal("column 'näm' does not exist", error.GetProperty("details").GetString());
        JsonElement trailers = error.GetProperty("trailers");
        Assert.Equal("COLUMN_NOT_FOUND", trailers.GetProperty("qe-error-name").GetString());
        Assert.Equal("42703", trailers.GetProperty("qe-error-sqlstate").GetString());
        Assert.Equal("3", trailers.GetProperty("qe-error-line").GetString());
        Assert.Equal("Did you mean 'name'?", trailers.GetProperty("qe-error-hint-bin").GetString());
    }

    [Fact]
    public async Task Bug_of_a_handler_shows_an_id_and_nothing_of_its_text()
    {
        JsonElement error = (await PlayAsync("crash")).GetProperty("error");

        AssertStatus(RpcStatusCode.Internal, error);
        Assert.Matches("^internal error [0-9a-f-]{36}$", error.GetProperty("details").GetString());
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_ends_the_call_and_the_handler()
    {
        JsonElement error = (await PlayAsync("deadline")).GetProperty("error");

        AssertStatus(RpcStatusCode.DeadlineExceeded, error);
        await _service.Cancelled.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Compressed_message_is_refused_as_unimplemented()
    {
        JsonElement error = (await PlayAsync("compressed")).GetProperty("error");

        AssertStatus(RpcStatusCode.Unimplemented, error);
        Assert.Contains("gzip", error.GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_method_is_unimplemented_and_named()
    {
        JsonElement error = (await PlayAsync("unknownMethod")).GetProperty("error");

        AssertStatus(RpcStatusCode.Unimplemented, error);
        Assert.Contains("/queryengine.test.Echo/Missing", error.GetProperty("details").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_stream_arrives_whole()
    {
        JsonElement seen = await PlayAsync("down");

        Assert.Equal(1000, seen.GetProperty("replies").GetArrayLength());
        Assert.Equal(0, seen.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Failure_after_some_replies_comes_after_them()
    {
        JsonElement seen = await PlayAsync("downFails");

        Assert.Equal(3, seen.GetProperty("replies").GetArrayLength());
        AssertStatus(RpcStatusCode.DataLoss, seen.GetProperty("error"));
        Assert.Equal("after three", seen.GetProperty("error").GetProperty("details").GetString());
    }

    [Fact]
    public async Task Cancelled_stream_stops_the_handler()
    {
        JsonElement error = (await PlayAsync("cancel")).GetProperty("error");

        AssertStatus(RpcStatusCode.Cancelled, error);
        await _service.Cancelled.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Client_stream_arrives_whole()
    {
        JsonElement seen = await PlayAsync("up");

        Assert.Equal(string.Concat(Enumerable.Repeat("ab", 100)), seen.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Client_stream_is_refused_before_its_end()
    {
        JsonElement error = (await PlayAsync("upRefused")).GetProperty("error");

        AssertStatus(RpcStatusCode.InvalidArgument, error);
        Assert.Equal("not this", error.GetProperty("details").GetString());
    }

    [Fact]
    public async Task Both_sides_speak_in_turn()
    {
        JsonElement seen = await PlayAsync("both");

        Assert.Equal(
            ["echo ping 0", "echo ping 1", "echo ping 2", "echo ping 3", "echo ping 4"],
            seen.GetProperty("replies").EnumerateArray().Select(reply => reply.GetString()));
        Assert.Equal(0, seen.GetProperty("status").GetInt32());
    }

    private Task<JsonElement> PlayAsync(string scenario) => NodeProject.RunJsonAsync("echo-client.js", _server.Port, scenario);

    private static void AssertStatus(RpcStatusCode expected, JsonElement error) =>
        Assert.Equal(expected, (RpcStatusCode)error.GetProperty("code").GetInt32());
}
