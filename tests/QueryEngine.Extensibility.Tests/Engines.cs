using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Extensibility.Tests;

/// <summary>Runs statements and gives their rows as boxed values.</summary>
internal static class Engines
{
    public static async Task<List<object?[]>> RunAsync(this IStatementService statements, string sql, CancellationToken cancellationToken = default)
    {
        var rows = new List<object?[]>();
        await using IStatementResult result = await statements.ExecuteAsync(new StatementRequest(sql, new SessionSettings("tester")), cancellationToken);
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
        return rows;
    }

    public static async Task<QueryException> FailAsync(this IStatementService statements, string sql) =>
        await Xunit.Assert.ThrowsAsync<QueryException>(() => statements.RunAsync(sql));
}
