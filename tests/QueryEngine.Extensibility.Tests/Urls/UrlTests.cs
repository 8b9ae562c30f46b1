using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Urls;

/// <summary>Connection URLs in CREATE CATALOG, TABLE(source(...)) and INSERT INTO TABLE(sink(...)).</summary>
public sealed class UrlTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("urls").FullName;
    private EngineHost _host = null!;

    private IStatementService Statements => _host.Statements;

    private string Url => $"sqlite://{_folder}/a%20b.db";

    public async Task InitializeAsync()
    {
        _host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a b.db"), []);
        await Statements.RunAsync($"CREATE CATALOG lite FROM '{Url}'");
        await Statements.RunAsync("CREATE TABLE lite.main.people (id bigint, name varchar)");
        await Statements.RunAsync("INSERT INTO lite.main.people VALUES (1, 'ann'), (2, 'bob')");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_table_is_read_and_written_by_its_url_and_its_catalog_goes()
    {
        await Statements.RunAsync($"INSERT INTO TABLE(sink('{Url}?table=people')) SELECT id + 10, upper(p.name) FROM TABLE(source('{Url}?table=people')) p");

        List<object?[]> rows = await Statements.RunAsync(
            $"SELECT a.name, b.name FROM TABLE(source('{Url}?schema=main&table=people')) a JOIN TABLE(source('{Url}?table=main.people')) AS b ON b.id = a.id + 10 ORDER BY 1");

        Assert.Equal([("ann", "ANN"), ("bob", "BOB")], rows.Select(row => ((string)row[0]!, (string)row[1]!)));
        Assert.DoesNotContain(_host.Engine.Metadata.Catalogs.All, catalog => catalog.Name.StartsWith(UrlCatalogs.NamePart, StringComparison.Ordinal));
        Assert.DoesNotContain(await Statements.RunAsync("SHOW CATALOGS"), row => ((string)row[0]!).StartsWith('$'));
    }

    [Fact]
    public async Task A_file_is_a_table_by_its_url()
    {
        await Statements.RunAsync($"CREATE CATALOG lake FROM 'file://{_folder}?split_bytes=1000'");
        await Statements.RunAsync($"CREATE TABLE lake.default.made WITH (format = 'csv') AS SELECT 1 AS x");
        await File.WriteAllTextAsync(Path.Combine(_folder, "data.csv"), "x,y\n1,a\n2,b\n");

        Assert.Equal(3L, Assert.Single(await Statements.RunAsync($"SELECT CAST(sum(x) AS bigint) FROM TABLE(source('file://{_folder}/data.csv'))"))[0]);
    }

    [Fact]
    public async Task Environment_variables_stand_for_secrets()
    {
        string variable = $"QE_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, _folder);
        try
        {
            Assert.Equal(2L, Assert.Single(await Statements.RunAsync($"SELECT count(*) FROM TABLE(source('sqlite://${{ENV:{variable}}}/a%20b.db?table=people'))"))[0]);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        Assert.Contains("which is not set", (await Statements.FailAsync($"CREATE CATALOG c FROM 'sqlite:///${{ENV:{variable}}}'")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the connection URL names no table")]
    [InlineData("?table=people&busy_tmeout=1", "connector sqlite has no property 'busy_tmeout'")]
    [InlineData("?table=people&table=other", "the connection URL sets 'table' twice")]
    public async Task A_wrong_url_says_what_is_wrong(string options, string message)
    {
        QueryException error = await Statements.FailAsync($"SELECT * FROM TABLE(source('{Url}{options}'))");

        Assert.Equal((ErrorCode.InvalidProperty, message), (error.Code, error.Message));
        Assert.NotNull(error.Position);
    }

    [Fact]
    public async Task A_missing_table_and_a_table_that_cannot_be_written_are_errors()
    {
        Assert.Equal(ErrorCode.UndefinedTable, (await Statements.FailAsync($"SELECT * FROM TABLE(source('{Url}?table=peopl'))")).Code);
        Assert.Equal(ErrorCode.ReadOnly, (await Statements.FailAsync($"INSERT INTO TABLE(sink('{Url}?table=people&read-only=true')) VALUES (1, 'x')")).Code);
        Assert.Equal(ErrorCode.SyntaxError, (await Statements.FailAsync("INSERT INTO TABLE(other('x')) VALUES (1)")).Code);
    }

    [Fact]
    public void A_url_and_its_properties_make_the_same_catalog()
    {
        CatalogManager catalogs = _host.Engine.Metadata.Catalogs;

        ConnectionTarget lite = catalogs.ParseUrl("sqlite:///data/x%25y.db?busy_timeout=7&table=t");
        ConnectionTarget postgres = catalogs.ParseUrl("postgresql://me:p%40ss@db.example.com:6543/shop?sslmode=require&schema=sales&table=Orders");

        Assert.Equal(("/data/x%y.db", "7", null, "t"), (lite.Properties["path"], lite.Properties["busy_timeout"], lite.Schema, lite.Table));
        Assert.Equal(
            ("db.example.com", "6543", "shop", "me", "p@ss", "require", "sales", "Orders"),
            (postgres.Properties["host"], postgres.Properties["port"], postgres.Properties["database"], postgres.Properties["user"], postgres.Properties["password"],
                postgres.Properties["ssl-mode"], postgres.Schema, postgres.Table));
        Assert.DoesNotContain("p@ss", postgres.ToString(), StringComparison.Ordinal);
    }
}
