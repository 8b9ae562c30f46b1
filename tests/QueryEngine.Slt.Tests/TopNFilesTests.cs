using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>The first rows of files, which are found without reading all of them, against those of the same rows in memory.</summary>
public sealed class TopNFilesTests : IDisposable
{
    private const string Rows =
        """
        SELECT i AS id, CASE WHEN i % 13 = 0 THEN NULL ELSE (i * 7919) % 50021 END AS number, i % 5 AS few, 'http://site' || CAST((i * 31) % 997 AS varchar) || '/page' AS page,
               CAST(i % 300 AS decimal(9, 2)) AS amount, date '2020-01-01' + CAST(i / 500 AS integer) AS day, CAST(i AS double) / 7 AS ratio
        FROM generate_series(1, 40000) AS numbers (i)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("top-n-files").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Gives_the_same_as_from_memory()
    {
        var options = new EngineHostOptions { CatalogUrls = [new("lake", new Uri(_folder).AbsoluteUri)] };
        await using EngineHost host = await EngineHost.StartAsync(options, CancellationToken.None);
        await RunAsync(host, $"CREATE TABLE memory.default.t AS {Rows}");
        await RunAsync(host, "CREATE TABLE lake.default.t AS SELECT * FROM memory.default.t");
        string[] orders =
        [
            "number, id", "number DESC, id", "number NULLS FIRST, id", "number DESC NULLS LAST, id DESC", "few, id", "few DESC, page, id", "page, id", "page DESC, id",
            "amount, id", "amount DESC, id", "day, id", "day DESC, id DESC", "ratio, id", "ratio DESC, id", "id", "id DESC", "-id",
        ];
        int compared = 0;

        foreach (string order in orders)
        {
            foreach (string rest in new[] { "LIMIT 10", "LIMIT 3 OFFSET 7", "LIMIT 20000", "FETCH FIRST 5 ROWS WITH TIES" })
            {
                foreach (string where in new[] { "", "WHERE page LIKE '%7/page'", "WHERE number IS NULL", "WHERE few = 9" })
                {
                    string query = $"SELECT id, number, page, amount, day FROM CATALOG.default.t {where} ORDER BY {order} {rest}";
                    string fromMemory = await RunAsync(host, query.Replace("CATALOG", "memory", StringComparison.Ordinal));
                    string fromFiles = await RunAsync(host, query.Replace("CATALOG", "lake", StringComparison.Ordinal));
                    Assert.True(fromMemory == fromFiles, $"{query}\n{fromFiles[..Math.Min(500, fromFiles.Length)]}\nand in memory\n{fromMemory[..Math.Min(500, fromMemory.Length)]}");
                    compared += fromMemory.Length;
                }
            }
        }

        Assert.True(compared > 1_000_000, $"{compared} characters compared");
    }

    private static async Task<string> RunAsync(EngineHost host, string sql)
    {
        await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest(sql, new SessionSettings("test")), CancellationToken.None);
        var text = new System.Text.StringBuilder();
        await foreach (RecordBatch batch in result.ReadAsync(CancellationToken.None))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    text.AppendJoin('|', batch.Columns.ToArray().Select(column => column.GetValue(row) ?? "NULL")).Append('\n');
        return text.ToString();
    }
}
