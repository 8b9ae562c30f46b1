using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Slt.Tests.Running;

/// <summary>One client's session on a statement service.</summary>
internal sealed class SltSession(IStatementService service, SessionSettings settings)
{
    private SessionSettings _settings = settings;

    /// <summary>Runs a statement to its end.</summary>
    public async Task<(IReadOnlyList<SqlType> Types, List<object?[]> Rows)> RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using IStatementResult result = await service.ExecuteAsync(new StatementRequest(sql, _settings), cancellationToken);
        SqlType[] types = [.. result.Columns.Select(column => column.Type)];
        var rows = new List<object?[]>();
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
        {
            using RecordBatch owned = batch;
            for (int row = 0; row < batch.RowCount; row++)
            {
                var values = new object?[batch.ColumnCount];
                for (int column = 0; column < values.Length; column++)
                    values[column] = batch[column].GetValue(row);
                rows.Add(values);
            }
        }

        // A statement that writes answers with its count, as sqllogictest expects.
        _settings = result.End!.Settings;
        return types.Length == 0 && result.End.UpdateCount is { } count ? ([SqlType.BigInt], [[count]]) : (types, rows);
    }
}
