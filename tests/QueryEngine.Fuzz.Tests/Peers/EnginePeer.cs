using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Fuzz.Tests.Peers;

/// <summary>The engine under test, with session properties of its own.</summary>
internal sealed class EnginePeer(IStatementService statements, string name, params (string Name, string Value)[] properties) : IPeer
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(40);

    private static readonly (string Name, string Value)[] _limits = [("query_max_run_time", "30s"), ("query_max_memory", "300MB")];

    private readonly SessionSettings _settings = new("fuzz")
    {
        Properties = _limits.Concat(properties).GroupBy(property => property.Name).ToDictionary(same => same.Key, same => same.Last().Value),
    };

    public string Name => name;

    /// <summary>Whether it has the tables of PostgreSQL only.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether it runs plans as written, which may take as long as that takes.</summary>
    public bool IsUnoptimized { get; init; }

    public async Task<Answer> RunAsync(string sql)
    {
        using var timeout = new CancellationTokenSource(_longest);
        try
        {
            await using IStatementResult result = await statements.ExecuteAsync(new StatementRequest(sql, _settings), timeout.Token);
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
            return Answer.Failed("XX000", $"neither done nor ended by its limit after {_longest.TotalSeconds:F0} s");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Answer.Failed("XX000", $"not a query error but {error}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
