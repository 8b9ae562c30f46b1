using System.Runtime.CompilerServices;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;
using QueryEngine.Wire.Tests.Arrow;
using QueryEngine.Wire.Tests.Support;

namespace QueryEngine.Wire.Tests.Statements;

/// <summary>Statements over gRPC: what goes to the service and what comes back.</summary>
public sealed class StatementTests : IAsyncLifetime
{
    private readonly MirrorService _service = new();
    private RpcTestServer _server = null!;
    private RemoteStatementService _client = null!;

    public async Task InitializeAsync()
    {
        _server = await RpcTestServer.StartAsync(application => application.MapStatements(_service));
        _client = new RemoteStatementService(_server.Address);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Statement_parameters_and_session_arrive_and_rows_and_end_come_back()
    {
        var settings = new SessionSettings("ann")
        {
            Catalog = "c",
            Schema = "s",
            TimeZone = "Europe/Berlin",
            Properties = new Dictionary<string, string> { ["threads"] = "2" },
            Prepared = new Dictionary<string, string> { ["p"] = "SELECT 1" },
        };
        var request = new StatementRequest("rows", settings)
        {
            Parameters = [new StatementParameter(null, SqlType.Decimal(38, 2), Int128.MaxValue), new StatementParameter("x", SqlType.Varchar, null)],
            Source = "test",
        };

        await using IStatementResult result = await _client.ExecuteAsync(request, CancellationToken.None);
        List<object?[]> rows = [];
        await foreach (RecordBatch batch in result.ReadAsync(CancellationToken.None))
        {
            using (batch)
                rows.AddRange(SampleBatches.RowsOf(batch));
        }

        Assert.Equal(request.Parameters, _service.Seen!.Parameters);
        Assert.Equal("test", _service.Seen.Source);
        Assert.Equal("Europe/Berlin", _service.Seen.Settings.TimeZone);
        Assert.Equal("SELECT 1", _service.Seen.Settings.Prepared["p"]);
        Assert.Equal("query 1", result.QueryId);
        Assert.Equal(SampleBatches.Columns.Select(column => new ResultColumn(column.Name, column.Type)), result.Columns);
        Assert.Equal([.. MirrorService.Rows, .. MirrorService.Rows], rows);
        Assert.Equal("INSERT", result.End!.UpdateType);
        Assert.Equal(42, result.End.UpdateCount);
        Assert.Equal("2", result.End.Settings.Properties["threads"]);
    }

    [Fact]
    public async Task Error_of_a_statement_is_the_same_error_at_the_client()
    {
        QueryException error = await Assert.ThrowsAsync<QueryException>(
            async () => await _client.ExecuteAsync(new StatementRequest("wrong", new SessionSettings("ann")), CancellationToken.None));

        Assert.Equal(ErrorCode.SyntaxError, error.Code);
        Assert.Equal(new SourcePosition(1, 5), error.Position);
        Assert.Equal("Write it right.", error.Hint);
    }

    [Fact]
    public async Task Server_with_a_secret_refuses_who_does_not_know_it()
    {
        await using RpcTestServer server = await RpcTestServer.StartAsync(application => application.MapStatements(_service, secret: "right"));
        await using var stranger = new RemoteStatementService(server.Address);
        await using var friend = new RemoteStatementService(server.Address, secret: "right");
        var request = new StatementRequest("rows", new SessionSettings("ann"));

        QueryException error = await Assert.ThrowsAsync<QueryException>(async () => await stranger.ExecuteAsync(request, CancellationToken.None));
        await using IStatementResult result = await friend.ExecuteAsync(request, CancellationToken.None);

        Assert.Equal(ErrorCode.AccessDenied, error.Code);
        Assert.Equal("query 1", result.QueryId);
    }

    [Fact]
    public async Task Disposing_the_result_cancels_the_statement_on_the_server()
    {
        IStatementResult result = await _client.ExecuteAsync(new StatementRequest("hang", new SessionSettings("ann")), CancellationToken.None);

        await result.DisposeAsync();

        await _service.Disposed.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Canceling_a_read_ends_it_and_shows_progress_until_then()
    {
        using var stop = new CancellationTokenSource();
        await using IStatementResult result = await _client.ExecuteAsync(new StatementRequest("hang", new SessionSettings("ann")), CancellationToken.None);
        Task reading = Task.Run(async () =>
        {
            await foreach (RecordBatch batch in result.ReadAsync(stop.Token))
                batch.Dispose();
        });
        for (int attempt = 0; attempt < 200 && result.Progress is null; attempt++)
            await Task.Delay(50);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(new StatementProgress("running", 1, 2, 3, 4, 5), result.Progress);
        await _service.Disposed.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Answers by the text of the statement.</summary>
    private sealed class MirrorService : IStatementService
    {
        public static readonly object?[][] Rows = SampleBatches.Rows(500, seed: 21);

        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StatementRequest? Seen { get; private set; }

        public Task Disposed => _disposed.Task;

        public ValueTask<IStatementResult> ExecuteAsync(StatementRequest request, CancellationToken cancellationToken)
        {
            Seen = request;
            return request.Sql == "wrong"
                ? throw new QueryException(ErrorCode.SyntaxError, "that is wrong", new SourcePosition(1, 5), "Write it right.")
                : new(new MirrorResult(request, _disposed));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class MirrorResult(StatementRequest request, TaskCompletionSource disposed) : IStatementResult
    {
        public string QueryId => "query 1";

        public ValueList<ResultColumn> Columns => SampleBatches.Columns.Select(column => new ResultColumn(column.Name, column.Type)).ToValueList();

        public StatementEnd? End { get; private set; }

        public StatementProgress? Progress => new("running", 1, 2, 3, 4, 5);

        public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (request.Sql == "hang")
                await Task.Delay(Timeout.Infinite, cancellationToken);
            yield return SampleBatches.Batch(MirrorService.Rows, MemoryContext.Unlimited);
            yield return SampleBatches.Batch(MirrorService.Rows, MemoryContext.Unlimited);
            End = new StatementEnd("INSERT", 42, request.Settings);
        }

        public ValueTask DisposeAsync()
        {
            disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
