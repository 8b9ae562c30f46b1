using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Registry;

/// <summary>What SQL shows of connectors and catalogs, and how properties are checked.</summary>
public sealed class ConnectorStatementTests : IAsyncLifetime
{
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(new EngineHostOptions(), default);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Show_connectors_lists_them_and_takes_a_pattern()
    {
        List<object?[]> all = await _host.Statements.RunAsync("SHOW CONNECTORS");
        List<object?[]> some = await _host.Statements.RunAsync("SHOW CONNECTORS LIKE 'sqli%'");

        Assert.Contains(all, row => (string)row[0]! == "postgresql" && ((string)row[3]!).Contains("top-n pushdown", StringComparison.Ordinal));
        Assert.Equal("sqlite", Assert.Single(some)[0]);
    }

    [Fact]
    public async Task Properties_and_capabilities_are_tables()
    {
        object?[] port = Assert.Single(await _host.Statements.RunAsync(
            "SELECT type, default_value, accepted, is_secret FROM system.connector_properties WHERE connector_name = 'postgresql' AND property_name = 'port'"));
        List<object?[]> writers = await _host.Statements.RunAsync("SELECT connector_name FROM system.metadata.connector_capabilities WHERE capability = 'writes'");
        object?[] files = Assert.Single(await _host.Statements.RunAsync("SELECT formats, write_guarantee FROM system.metadata.connectors WHERE connector_name = 'files'"));

        Assert.Equal(["integer", "5432", "a whole number from 1 to 65535", false], port);
        Assert.Contains(writers, row => (string)row[0]! == "memory");
        Assert.DoesNotContain(writers, row => (string)row[0]! == "tpch");
        Assert.Equal(["parquet", "csv", "json"], ((ValueList<object?>)files[0]!).Select(format => (string)format!));
        Assert.Equal("exactly once", files[1]);
    }

    [Theory]
    [InlineData("\"bussy-timeout\" = '1'", "connector sqlite has no property 'bussy-timeout'", "Did you mean 'busy-timeout'?")]
    [InlineData("\"busy_timeout\" = 'soon'", "property 'busy-timeout' is 'soon'", "It takes a whole number from 0 to 3600000.")]
    [InlineData("\"read-only\" = 'perhaps'", "property 'read-only' is 'perhaps'", "It takes true or false.")]
    [InlineData("\"busy-timeout\" = '1', busy_timeout = '2'", "connector sqlite is given property 'busy-timeout' twice", "Give it once, by one of its names.")]
    public async Task A_wrong_property_fails_the_catalog_with_its_name_and_a_hint(string properties, string message, string hint)
    {
        QueryException error = await _host.Statements.FailAsync($"CREATE CATALOG lite USING sqlite WITH (path = '/tmp/x.db', {properties})");

        Assert.Equal((ErrorCode.InvalidProperty, message, hint), (error.Code, error.Message, error.Hint));
    }

    [Fact]
    public async Task A_wrong_value_of_a_secret_is_not_shown()
    {
        var secret = new PropertySpec("token", "A number.") { IsSecret = true, Type = PropertyType.Integer };

        QueryException error = Assert.Throws<QueryException>(() => PropertyBag.Check("connector x", [secret], [new("token", "hunter2")]));

        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        Assert.Equal("It takes a whole number.", error.Hint);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task An_unknown_connector_and_an_unknown_scheme_come_with_suggestions()
    {
        QueryException connector = await _host.Statements.FailAsync("CREATE CATALOG c USING postgressql WITH (host = 'x')");
        QueryException scheme = await _host.Statements.FailAsync("CREATE CATALOG c FROM 'postgre://u:secret@h/d'");

        Assert.Equal("Did you mean 'postgresql'?", connector.Hint);
        Assert.StartsWith("Did you mean 'postgres", scheme.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", scheme.ToString(), StringComparison.Ordinal);
    }
}
