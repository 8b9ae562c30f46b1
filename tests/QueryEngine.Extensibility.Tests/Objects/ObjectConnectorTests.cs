using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;
using Tracker;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Objects;

/// <summary>The connector of docs/connectors/write-your-own.md, compiled and run as it is printed there.</summary>
public sealed class ObjectConnectorTests : IAsyncLifetime
{
    private TrackerServer _server = null!;
    private EngineHost _host = null!;

    private IStatementService Statements => _host.Statements;

    public async Task InitializeAsync()
    {
        _server = await TrackerServer.StartAsync();
        _host = await EngineHost.StartAsync(new EngineHostOptions { Connectors = [new TrackerFactory()] }, default);
        await Statements.RunAsync($"CREATE CATALOG tracker FROM 'tracker://{_server.Address.Authority}?token=right'");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_page_prints_the_code_that_is_tested()
    {
        string page = await File.ReadAllTextAsync(Repository.PathOf("docs/connectors/write-your-own.md"));
        string code = await File.ReadAllTextAsync(Repository.PathOf("tests/QueryEngine.Extensibility.Tests/Objects/TrackerConnector.cs"));

        Assert.Contains($"```csharp\n{code}```", page, StringComparison.Ordinal);
        Assert.True(code.Split('\n').Length < 100);
    }

    [Fact]
    public async Task Properties_are_columns()
    {
        List<object?[]> columns = await Statements.RunAsync("DESCRIBE tracker.default.issues");

        Assert.Equal(
            ["number bigint not null", "title varchar ", "state varchar ", "created_at timestamp(6) with time zone not null", "labels array(varchar) ", "repo varchar not null"],
            columns.Select(row => $"{row[0]} {row[1]} {row[2]}"));
    }

    [Fact]
    public async Task All_pages_are_read()
    {
        List<object?[]> rows = await Statements.RunAsync("SELECT name, stars FROM tracker.default.projects ORDER BY stars");

        Assert.Equal(["p0", "p1", "p2", "p3", "p4", "p5"], rows.Select(row => (string)row[0]!));
        Assert.Equal(["/projects", "/projects?page=2", "/projects?page=3"], _server.Requests);
    }

    [Fact]
    public async Task Conditions_reach_the_method_and_the_rest_is_done_by_the_engine()
    {
        List<object?[]> rows = await Statements.RunAsync(
            "SELECT repo, count(*), max(created_at) FROM tracker.default.issues WHERE repo IN ('p1', 'p3') AND state = 'open' AND number > 10 GROUP BY 1 ORDER BY 1");

        Assert.Equal([("p1", 20L), ("p3", 73L)], rows.Select(row => ((string)row[0]!, (long)row[1]!)));
        Assert.Equal(["/projects/p1/issues?size=50&page=1&state=open", "/projects/p3/issues?size=50&page=1&state=open", "/projects/p3/issues?size=50&page=2&state=open"], _server.Requests.Order());
    }

    [Fact]
    public async Task A_limit_stops_the_pages()
    {
        Assert.Equal(60, (await Statements.RunAsync("SELECT number FROM tracker.default.issues WHERE repo = 'p100' LIMIT 60")).Count);

        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task A_key_that_must_be_given_is_asked_for()
    {
        QueryException error = await Statements.FailAsync("SELECT * FROM tracker.default.issues WHERE number = 1");

        Assert.Equal((ErrorCode.NotSupported, "Add a condition: WHERE repo = ..., or join it by repo."), (error.Code, error.Hint));
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("FROM tracker.default.issues i JOIN wanted w ON i.repo = w.name WHERE i.number <= 3")]
    [InlineData("FROM wanted w, tracker.default.issues i WHERE i.number <= 3 AND w.name = i.repo")]
    [InlineData("FROM wanted w CROSS JOIN (VALUES 1) v(one) JOIN tracker.default.issues i ON i.repo = w.name AND i.number <= 2 + v.one")]
    public async Task A_join_asks_for_the_keys_that_its_other_side_has(string from)
    {
        await Statements.RunAsync("CREATE TABLE wanted AS SELECT * FROM (VALUES ('p1', 'a'), ('p3', 'b'), ('p1', 'c'), (NULL, 'd')) t(name, tag)");

        List<object?[]> rows = await Statements.RunAsync($"SELECT w.tag, i.repo, count(*) {from} GROUP BY 1, 2 ORDER BY 1");

        Assert.Equal([("a", "p1", 3L), ("b", "p3", 3L), ("c", "p1", 3L)], rows.Select(row => ((string)row[0]!, (string)row[1]!, (long)row[2]!)));
        Assert.Equal(["/projects/p1/issues?size=50&page=1", "/projects/p3/issues?size=50&page=1"], _server.Requests.Order().Where(request => request.EndsWith("=1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_without_a_key_that_is_found_stay_in_an_outer_join_and_conditions_of_the_scan_still_reach_the_method()
    {
        List<object?[]> rows = await Statements.RunAsync(
            "SELECT w.name, i.number FROM (VALUES 'p1', 'p0', NULL) w(name) LEFT JOIN tracker.default.issues i ON i.repo = w.name AND i.state = 'open' AND i.number < 4 ORDER BY 1, 2");

        Assert.Equal([("p0", null), ("p1", 1L), ("p1", 2L), (null, null)], rows.Select(row => ((string?)row[0], (long?)row[1])));
        Assert.Equal(["/projects/p0/issues?size=50&page=1&state=open", "/projects/p1/issues?size=50&page=1&state=open"], _server.Requests.Order());
    }

    [Theory]
    [InlineData("SELECT name FROM (VALUES 'p1', 'p0', 'p9') w(name) WHERE EXISTS (SELECT 1 FROM tracker.default.issues i WHERE i.repo = w.name) ORDER BY 1", "p1,p9")]
    [InlineData("SELECT name FROM (VALUES 'p1', 'p0', 'p9') w(name) WHERE NOT EXISTS (SELECT 1 FROM tracker.default.issues i WHERE i.repo = w.name) ORDER BY 1", "p0")]
    public async Task Whether_there_are_rows_is_asked_by_key(string query, string expected) =>
        Assert.Equal(expected, string.Join(',', (await Statements.RunAsync(query)).Select(row => row[0])));

    [Fact]
    public async Task What_is_looked_up_can_give_the_keys_of_the_next_lookup()
    {
        List<object?[]> rows = await Statements.RunAsync(
            """
            SELECT a.number, count(*)
            FROM tracker.default.issues b
            JOIN tracker.default.issues a ON b.repo = 'p' || CAST(a.number AS varchar)
            JOIN (VALUES 'p1') w(name) ON a.repo = w.name
            WHERE a.number < 3 GROUP BY 1 ORDER BY 1
            """);

        Assert.Equal([(1L, 40L), (2L, 80L)], rows.Select(row => ((long)row[0]!, (long)row[1]!)));
        Assert.Equal(["/projects/p1/issues?size=50&page=1", "/projects/p1/issues?size=50&page=1", "/projects/p2/issues?size=50&page=1", "/projects/p2/issues?size=50&page=2"], _server.Requests.Order());
    }

    [Fact]
    public async Task A_cluster_asks_for_keys_that_come_from_all_of_its_workers()
    {
        EngineHostOptions Hosted() => new() { Connectors = [new TrackerFactory()] };
        await using ServerHost coordinator = await ServerHost.StartAsync(new ServerOptions { IsCoordinator = true, Host = Hosted() }, default);
        await using ServerHost worker = await ServerHost.StartAsync(new ServerOptions { IsWorker = true, CoordinatorUrl = coordinator.Address, Host = Hosted() }, default);
        await using var statements = new RemoteStatementService(coordinator.Address);
        while ((long)(await statements.RunAsync("SELECT count(*) FROM system.runtime.nodes"))[0][0]! < 2)
            await Task.Delay(100);
        await statements.RunAsync($"CREATE CATALOG tracker FROM 'tracker://{_server.Address.Authority}?token=right'");

        List<object?[]> rows = await statements.RunAsync(
            """
            SELECT n_regionkey, i.repo, count(*) FROM tpch.tiny.nation JOIN tracker.default.issues i ON i.repo = 'p' || CAST(n_regionkey AS varchar)
            WHERE n_regionkey BETWEEN 1 AND 2 GROUP BY 1, 2 ORDER BY 1
            """);

        Assert.Equal([("p1", 5 * 40L), ("p2", 5 * 80L)], rows.Select(row => ((string)row[1]!, (long)row[2]!)));
        Assert.Equal(["/projects/p1/issues?size=50&page=1", "/projects/p2/issues?size=50&page=1", "/projects/p2/issues?size=50&page=2"], _server.Requests.Order());
    }

    [Fact]
    public async Task The_plan_shows_the_lookup()
    {
        string plan = string.Join('\n', (await Statements.RunAsync("EXPLAIN SELECT * FROM tracker.default.issues i JOIN (VALUES 'p1') w(name) ON i.repo = w.name")).Select(row => row[0]));

        Assert.Contains("lookup 1 of (", plan, StringComparison.Ordinal);
        Assert.Contains("looked up by (repo#", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_shows_the_call()
    {
        string plan = string.Join('\n', (await Statements.RunAsync("EXPLAIN SELECT * FROM tracker.default.issues WHERE repo = 'p1' LIMIT 3")).Select(row => row[0]));

        Assert.Contains("issues(repo: p1) limit 3", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        _server.Busy = 2;

        Assert.Equal(6L, Assert.Single(await Statements.RunAsync("SELECT count(*) FROM tracker.default.projects"))[0]);
        Assert.Equal(5, _server.Requests.Count);
    }

    [Fact]
    public async Task Wrong_credentials_are_tried_once_and_not_shown()
    {
        await Statements.RunAsync($"CREATE CATALOG other FROM 'tracker://{_server.Address.Authority}?token=wrong-one'");

        QueryException error = await Statements.FailAsync("SELECT * FROM other.default.projects");

        Assert.Equal(ErrorCode.AccessDenied, error.Code);
        Assert.DoesNotContain("wrong-one", error.ToString(), StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Pages_that_repeat_are_an_error_and_no_endless_loop()
    {
        _server.RepeatsPages = true;

        QueryException error = await Statements.FailAsync("SELECT * FROM tracker.default.projects");

        Assert.Equal((ErrorCode.ProtocolViolation, "page 'projects?page=2' comes a second time"), (error.Code, error.Message));
    }

    [Fact]
    public async Task Lists_and_streams_of_the_program_are_tables()
    {
        var projects = new List<Project> { new("a", 1), new("b", 2) };
        _host.Engine.Register("mine", projects);
        _host.Engine.Register("numbers", [3, 5]);
        _host.Engine.Register("stream", () => CountAsync());

        Assert.Equal(3L, Assert.Single(await Statements.RunAsync("SELECT sum(stars) FROM objects.default.mine"))[0]);
        projects.Add(new("c", 10));
        Assert.Equal(["c", "b"], (await Statements.RunAsync("SELECT name FROM objects.default.mine ORDER BY stars DESC LIMIT 2")).Select(row => row[0]));
        Assert.Equal(8L, Assert.Single(await Statements.RunAsync("SELECT sum(value) FROM objects.default.numbers"))[0]);
        Assert.Equal(45L, Assert.Single(await Statements.RunAsync("SELECT sum(n.value) FROM objects.default.stream n"))[0]);
        Assert.True(_host.Engine.Unregister("mine"));
        Assert.Equal(ErrorCode.UndefinedTable, (await Statements.FailAsync("SELECT * FROM objects.default.mine")).Code);
    }

    private static async IAsyncEnumerable<int> CountAsync()
    {
        for (int number = 0; number < 10; number++)
        {
            await Task.Yield();
            yield return number;
        }
    }
}
