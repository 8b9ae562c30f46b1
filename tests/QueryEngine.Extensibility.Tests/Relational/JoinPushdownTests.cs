using QueryEngine.Server;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Relational;

/// <summary>Joins that a source does give the rows that the engine's own give.</summary>
public sealed class JoinPushdownTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-joins-").FullName;
    private EngineHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await EngineHost.StartAsync(new EngineHostOptions(), default);
        await _host.Statements.RunAsync($"CREATE CATALOG lite USING sqlite WITH (path = '{Path.Combine(_folder, "joins.db")}', create_file = 'true')");
        foreach (string schema in (string[])["lite.main", "memory.default"])
        {
            await _host.Statements.RunAsync($"CREATE TABLE {schema}.facts (id bigint, k bigint, word varchar, pad varchar)");
            await _host.Statements.RunAsync(
                $"INSERT INTO {schema}.facts SELECT i, CASE WHEN i % 5 = 0 THEN NULL ELSE i % 13 END, CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'A' END, 'x' FROM generate_series(1, 200) AS s (i)");
            await _host.Statements.RunAsync($"CREATE TABLE {schema}.few (k bigint, word varchar)");
            await _host.Statements.RunAsync($"INSERT INTO {schema}.few VALUES (1, 'a'), (2, 'A'), (NULL, 'a'), (40, NULL), (2, 'b')");
        }
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("SELECT id FROM facts WHERE k IN (SELECT k FROM few)", "WHERE EXISTS")]
    [InlineData("SELECT id FROM facts f WHERE NOT EXISTS (SELECT 1 FROM few WHERE few.k = f.k AND few.word = f.word)", null)]
    [InlineData("SELECT k FROM facts f WHERE NOT EXISTS (SELECT 1 FROM few WHERE few.k = f.k)", null)]
    [InlineData("SELECT count(*), min(id) FROM facts WHERE k IN (SELECT k FROM few)", "count(*)")]
    [InlineData("SELECT f.id, x.word FROM facts f JOIN few x ON f.k = x.k AND f.word < x.word", null)]
    [InlineData("SELECT f.id, x.word FROM facts f LEFT JOIN few x ON f.k = x.k AND f.id > 100", null)]
    [InlineData("SELECT f.id, x.k FROM facts f FULL JOIN few x ON f.k = x.k", null)]
    [InlineData("SELECT a.k, b.k FROM few a JOIN few b ON a.k IS NOT DISTINCT FROM b.k", null)]
    [InlineData("SELECT f.id FROM facts f WHERE EXISTS (SELECT 1 FROM few a JOIN few b ON a.word = b.word WHERE a.k = f.k) ORDER BY id LIMIT 3", null)]
    public async Task A_join_of_one_source_gives_what_the_engine_gives(string query, string? pushed)
    {
        string In(string schema) => query.Replace("facts", $"{schema}.facts", StringComparison.Ordinal).Replace("FROM few", $"FROM {schema}.few", StringComparison.Ordinal)
            .Replace("JOIN few", $"JOIN {schema}.few", StringComparison.Ordinal);

        List<object?[]> own = await _host.Statements.RunAsync(In("memory.default"));
        List<object?[]> remote = await _host.Statements.RunAsync(In("lite.main"));
        string plan = string.Join('\n', (await _host.Statements.RunAsync($"EXPLAIN {In("lite.main")}")).Select(row => row[0]));

        Assert.NotEmpty(own);
        Assert.Equal(own.Select(Text).Order(StringComparer.Ordinal), remote.Select(Text).Order(StringComparer.Ordinal));
        if (pushed is not null)
            Assert.Contains(pushed, plan, StringComparison.Ordinal);
    }

    private static string Text(object?[] row) => string.Join(", ", row.Select(value => value ?? "NULL"));
}
