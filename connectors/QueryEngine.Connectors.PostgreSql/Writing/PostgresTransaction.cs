using Npgsql;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>A connection with an open transaction.</summary>
internal sealed class PostgresTransaction : IAsyncDisposable
{
    private readonly PostgresDatabase _database;
    private bool _isDisposed;

    private PostgresTransaction(PostgresDatabase database, NpgsqlConnection connection, bool isDirect, bool copiesIntoTarget)
    {
        (_database, Connection) = (database, connection);
        (IsDirect, CopiesIntoTarget) = (isDirect, copiesIntoTarget);
    }

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Whether it is the transaction that finishing the write commits.</summary>
    public bool IsDirect { get; }

    /// <summary>Whether rows go into the target itself.</summary>
    public bool CopiesIntoTarget { get; }

    /// <summary>Whether a sink has copied all its rows.</summary>
    public bool IsFilled { get; private set; }

    /// <summary>Begins a transaction.</summary>
    public static async Task<PostgresTransaction> BeginAsync(
        PostgresDatabase database, bool isDirect, bool copiesIntoTarget, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenAsync(cancellationToken);
        var transaction = new PostgresTransaction(database, connection, isDirect, copiesIntoTarget);
        try
        {
            await transaction.ExecuteAsync("BEGIN", cancellationToken);
            return transaction;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a statement; the rows that it changed. The token cancels it at the server.</summary>
    public async Task<long> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, Connection) { CommandTimeout = 0 };
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception))
        {
            throw PostgresErrors.Translate(exception, _database.Options, cancellationToken);
        }
    }

    /// <summary>A sink has copied all its rows.</summary>
    public void MarkFilled() => IsFilled = true;

    /// <summary>Commits and gives the connection back.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("COMMIT", cancellationToken);
        await DisposeAsync();
    }

    /// <summary>Gives the connection back; what is not committed is rolled back.</summary>
    public ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return default;
        _isDisposed = true;
        return Connection.DisposeAsync(); // the pool rolls the transaction back
    }
}
