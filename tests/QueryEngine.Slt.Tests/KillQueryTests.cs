using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Running;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>CALL system.runtime.kill_query.</summary>
public class KillQueryTests(EmbeddedEngine engine) : IClassFixture<EmbeddedEngine>
{
    [Fact]
    public async Task A_query_that_is_killed_fails_with_the_message()
    {
        var endless = new SltSession(engine.Host.Statements, new SessionSettings("tester"));
        var killer = new SltSession(engine.Host.Statements, new SessionSettings("tester"));
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        Task<QueryException> failing = Assert.ThrowsAsync<QueryException>(
            () => endless.RunAsync("WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n % 7 FROM endless) SELECT count(*) FROM endless", timeout.Token));
        string? queryId = null;
        while (queryId is null)
        {
            (_, List<object?[]> rows) = await killer.RunAsync("SELECT query_id FROM system.runtime.queries WHERE state = 'running' AND query LIKE 'WITH RECURSIVE endless%'", timeout.Token);
            queryId = rows.Select(row => (string?)row[0]).FirstOrDefault();
        }

        await killer.RunAsync($"CALL system.runtime.kill_query('{queryId}', 'enough of it')", timeout.Token);

        QueryException error = await failing;
        Assert.Equal(ErrorCode.QueryCanceled, error.Code);
        Assert.Contains("enough of it", error.Message, StringComparison.Ordinal);
    }
}
