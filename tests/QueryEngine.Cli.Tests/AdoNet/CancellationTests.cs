using System.Diagnostics;
using QueryEngine.Client;
using Xunit;

namespace QueryEngine.Cli.Tests.AdoNet;

public sealed class CancellationTests
{
    private const string Endless = "SELECT count(*) FROM tpch.sf100.lineitem a, tpch.sf100.lineitem b WHERE a.l_comment || b.l_comment LIKE '%x%y%'";

    [Fact]
    public async Task Ends_at_its_timeout()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command(Endless);
        command.CommandTimeout = 1;
        var watch = Stopwatch.StartNew();

        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => command.ExecuteScalarAsync());

        Assert.Equal("57014", error.SqlState);
        Assert.Contains("timeout", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"it took {watch.Elapsed}");
        Assert.Equal(1, await connection.ScalarAsync("SELECT 1"));
    }

    [Fact]
    public async Task Ends_when_it_is_canceled()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command(Endless);
        Task<object?> running = command.ExecuteScalarAsync();
        await Task.Delay(500);

        command.Cancel();

        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => running);
        Assert.Equal("57014", error.SqlState);
    }

    [Fact]
    public async Task Ends_when_its_token_is_canceled()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command(Endless);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteScalarAsync(cancellation.Token));
    }

    [Fact]
    public async Task Closing_a_reader_stops_its_query()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await using QueryEngineCommand command = connection.Command("SELECT l_orderkey FROM tpch.sf100.lineitem");
        var watch = Stopwatch.StartNew();
        using (QueryEngineDataReader reader = command.ExecuteReader())
            Assert.True(reader.Read());

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"it took {watch.Elapsed}");
    }
}
