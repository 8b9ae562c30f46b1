using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Extensibility.Tests.Isolation.UnreliableConnector;

namespace QueryEngine.Extensibility.Tests.Isolation;

/// <summary>Catalogs whose source is down or slow hurt nobody but those who use them.</summary>
public sealed class BrokenCatalogTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private readonly UnreliableConnector _source = new();
    private EngineHost _host = null!;

    private IStatementService Statements => _host.Statements;

    public async Task InitializeAsync()
    {
        var options = new EngineHostOptions
        {
            Engine = new EngineOptions { Time = _clock },
            Connectors = [_source],
            CatalogPatience = TimeSpan.FromSeconds(2),
        };
        _host = await EngineHost.StartAsync(options, default);
        await Statements.RunAsync("CREATE CATALOG bad USING unreliable");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Making_a_catalog_asks_its_source_nothing()
    {
        _source.Now = Mood.Hanging;

        await Statements.RunAsync("CREATE CATALOG other USING unreliable");

        Assert.Equal(0, _source.Questions);
        Assert.Equal("not asked", await StateAsync());
    }

    [Fact]
    public async Task A_source_that_hangs_fails_its_own_queries_in_time_and_no_others()
    {
        _source.Now = Mood.Hanging;

        QueryException error = await Statements.FailAsync("SELECT * FROM bad.s.t");
        List<object?[]> schemas = await Statements.RunAsync("SELECT DISTINCT catalog_name FROM system.metadata.schemas WHERE catalog_name <> 'x' AND schema_name <> 'information_schema'");

        Assert.Equal((ErrorCode.ConnectionFailure, "catalog 'bad' did not answer within 2 s"), (error.Code, error.Message));
        Assert.Equal(["memory", "system", "tpch"], schemas.Select(row => (string)row[0]!).Order());
        Assert.Equal(1, Assert.Single(await Statements.RunAsync("SELECT 1"))[0]);
        Assert.Equal("failing", await StateAsync());
    }

    [Fact]
    public async Task A_source_that_keeps_failing_is_left_in_peace_and_tried_again_later()
    {
        _source.Now = Mood.Down;
        for (int failure = 0; failure < CatalogHealth.PatienceFailures; failure++)
            Assert.Equal("connection refused", (await Statements.FailAsync("SELECT * FROM bad.s.t")).Message);
        int asked = _source.Questions;

        QueryException error = await Statements.FailAsync("SELECT * FROM bad.s.t");
        Assert.Equal("catalog 'bad' has failed 5 times and is not asked for another 10 s: connection refused", error.Message);
        Assert.Equal(asked, _source.Questions);
        Assert.Equal("suspended", await StateAsync());

        _clock.Advance(CatalogHealth.Pause);
        await Statements.FailAsync("SELECT * FROM bad.s.t");
        Assert.Equal(asked + 1, _source.Questions);
        await Statements.FailAsync("SELECT * FROM bad.s.t");
        Assert.Equal(asked + 1, _source.Questions);

        _source.Now = Mood.Well;
        _clock.Advance(CatalogHealth.Pause);
        Assert.Equal(1, Assert.Single(await Statements.RunAsync("SELECT x FROM bad.s.t"))[0]);
        Assert.Equal("available", await StateAsync());
    }

    [Fact]
    public async Task Questions_that_are_wrong_are_no_failures()
    {
        for (int question = 0; question < 10; question++)
            Assert.Equal(ErrorCode.UndefinedTable, (await Statements.FailAsync("SELECT * FROM bad.s.nothing")).Code);

        Assert.Equal("available", await StateAsync());
    }

    private async Task<string> StateAsync()
    {
        object?[] row = Assert.Single(await Statements.RunAsync("SELECT state, last_error, last_error_time FROM system.catalogs WHERE catalog_name = 'bad'"));
        Assert.Equal(row[1] is null, row[2] is null);
        return (string)row[0]!;
    }
}
