using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Relational;

/// <summary>numeric without a precision in sources that have no such type.</summary>
public sealed class NumberCarrierTests : IAsyncLifetime
{
    private const string Long = "123456789012345678901234567890123456789012345.000000000000000000012345";
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-numbers-").FullName;
    private EngineHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        await _host.Statements.RunAsync($"CREATE CATALOG lite USING sqlite WITH (path = '{Path.Combine(_folder, "new.db")}', create_file = 'true')");
        await _host.Statements.RunAsync($"CREATE CATALOG lake FROM 'file://{_folder}'");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("lite.main.numbers", "")]
    [InlineData("lake.default.texts", "WITH (format = 'csv')")]
    [InlineData("lake.default.lines", "WITH (format = 'json')")]
    public async Task All_digits_are_kept(string table, string properties)
    {
        await _host.Statements.RunAsync($"CREATE TABLE {table} {properties} AS SELECT * FROM (VALUES (1, '{Long}'::numeric), (2, -7.25::numeric), (3, NULL), (4, 0::numeric)) AS t (id, n)");
        await _host.Statements.RunAsync($"INSERT INTO {table} VALUES (5, 1e-20::numeric)");

        List<object?[]> rows = await _host.Statements.RunAsync($"SELECT CAST(n AS varchar), typeof(n) FROM {table} ORDER BY id");
        List<object?[]> found = await _host.Statements.RunAsync($"SELECT CAST(id AS integer) FROM {table} WHERE n < 1 ORDER BY n");

        Assert.Equal([[Long, "numeric"], ["-7.25", "numeric"], [null, "numeric"], ["0", "numeric"], ["0.00000000000000000001", "numeric"]], rows);
        Assert.Equal([[2], [4], [5]], found);
    }

    [Fact]
    public async Task A_parquet_file_takes_what_fits_a_decimal_and_refuses_the_rest()
    {
        await _host.Statements.RunAsync("CREATE TABLE lake.default.files AS SELECT * FROM (VALUES (1, 12345678901234567890.0123456789::numeric), (2, NULL)) AS t (id, n)");

        List<object?[]> rows = await _host.Statements.RunAsync("SELECT CAST(n AS varchar), typeof(n) FROM lake.default.files ORDER BY id");
        QueryException error = await _host.Statements.FailAsync($"CREATE TABLE lake.default.more AS SELECT '{Long}'::numeric AS n");

        Assert.Equal([["12345678901234567890.0123456789", "decimal(38,10)"], [null, "decimal(38,10)"]], rows);
        Assert.Equal(ErrorCode.NumericValueOutOfRange, error.Code);
    }
}
