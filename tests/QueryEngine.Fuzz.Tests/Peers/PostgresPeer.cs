using Npgsql;

namespace QueryEngine.Fuzz.Tests.Peers;

/// <summary>One connection to a PostgreSQL server, which gives up after a moment: such a query is too large to say anything.</summary>
internal sealed class PostgresPeer : IPeer
{
    // The server is being stopped, or has crashed: 57P01 and its kin are no answers.
    private const string ServerEnds = "57P";

    private readonly NpgsqlConnection _connection;

    private PostgresPeer(NpgsqlConnection connection) => _connection = connection;

    public string Name => "PostgreSQL";

    public static async Task<PostgresPeer> ConnectAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SET statement_timeout = '400ms'; SET jit = off; SET timezone = 'UTC'; SET synchronous_commit = off; SET plan_cache_mode = force_custom_plan", connection);
        await command.ExecuteNonQueryAsync();
        return new PostgresPeer(connection);
    }

    public async Task<Answer> RunAsync(string sql)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, _connection) { AllResultTypesAreUnknown = true };
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            var rows = new List<string?[]>();
            while (await reader.ReadAsync())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetString(column))]);
            return Answer.Of(rows);
        }
        catch (PostgresException error) when (!error.SqlState.StartsWith(ServerEnds, StringComparison.Ordinal))
        {
            return Answer.Failed(error.SqlState, error.MessageText);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
