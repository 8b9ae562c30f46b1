using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Running;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>Transactions over several catalogs whose commits do not all succeed.</summary>
public class SeveralCatalogsTests(EmbeddedEngine engine) : IClassFixture<EmbeddedEngine>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_that_fails_tells_what_is_committed_and_what_is_not(bool failsFirst)
    {
        (string first, string second, string third) = failsFirst ? ("a1", "a2", "a3") : ("b1", "b2", "b3");
        var session = new SltSession(engine.Host.Statements, new SessionSettings("tester"));
        var other = new SltSession(engine.Host.Statements, new SessionSettings("other"));
        foreach (string catalog in (string[])[first, second, third])
        {
            await session.RunAsync($"CREATE CATALOG {catalog} USING memory", default);
            await session.RunAsync($"CREATE TABLE {catalog}.default.t (a integer PRIMARY KEY)", default);
        }

        await session.RunAsync("SET SESSION transaction_over_catalogs = 'best_effort'", default);
        await session.RunAsync("START TRANSACTION", default);
        foreach (string catalog in (string[])[first, second, third])
            await session.RunAsync($"INSERT INTO {catalog}.default.t VALUES (1)", default);
        await other.RunAsync($"INSERT INTO {(failsFirst ? first : second)}.default.t VALUES (1)", default);

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => session.RunAsync("COMMIT", default));
        await session.RunAsync("ROLLBACK", default);

        (_, List<object?[]> rows) = await session.RunAsync(
            $"SELECT (SELECT count(*) FROM {first}.default.t), (SELECT count(*) FROM {second}.default.t), (SELECT count(*) FROM {third}.default.t)", default);
        if (failsFirst)
        {
            Assert.NotEqual(ErrorCode.PartlyCommitted, error.Code);
            Assert.Equal([1L, 0L, 0L], rows[0]);
            return;
        }

        Assert.Equal(ErrorCode.PartlyCommitted, error.Code);
        Assert.StartsWith("the transaction was committed in b1, but not in b2: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; rolled back: b2, b3", error.Message, StringComparison.Ordinal);
        Assert.Equal([1L, 1L, 0L], rows[0]);
    }
}
