using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Fuzz.Tests.Peers;

/// <summary>The engine under test, with session properties of its own.</summary>
internal sealed class EnginePeer(EngineHost host, string name, params (string Name, string Value)[] properties) : IPeer
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private readonly SessionSettings _settings = new("fuzz")
    {
        Properties = properties.ToDictionary(property => property.Name, property => property.Value),
    };

    public string Name => name;

    public async Task<Answer> RunAsync(string sql)
    {
        using var timeout = new CancellationTokenSource(_longest);
        try
        {
            await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest(sql, _settings), timeout.Token);
            SqlType[] types = [.. result.Columns.Select(column => column.Type)];
            var rows = new List<string?[]>();
            await foreach (RecordBatch batch in result.ReadAsync(timeout.Token))
            {
                using RecordBatch owned = batch;
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. types.Select((type, column) => batch[column].GetValue(row) is { } value ? SqlValueText.Format(type, value) : null)]);
            }

            return Answer.Of(rows);
        }
        catch (QueryException error)
        {
            return Answer.Failed(error.Code.SqlState, error.Message);
        }
        catch (OperationCanceledException)
        {
            return Answer.Failed("57014", $"not done after {_longest.TotalSeconds:F0} s");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Answer.Failed("XX000", $"not a query error but {error}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
