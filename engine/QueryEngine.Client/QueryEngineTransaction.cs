using System.Data;
using System.Data.Common;
using QueryEngine.Client.Services;

namespace QueryEngine.Client;

/// <summary>
/// A transaction of a connection's session: every statement until it ends is part of it. One catalog can be written in a transaction, and it has to support
/// that (<c>memory</c> does). Disposing a transaction that was not committed rolls it back.
/// </summary>
public sealed class QueryEngineTransaction : DbTransaction
{
    private readonly QueryEngineConnection _connection;
    private bool _isEnded;

    internal QueryEngineTransaction(QueryEngineConnection connection, IsolationLevel isolationLevel) =>
        (_connection, IsolationLevel) = (connection, isolationLevel);

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel { get; }

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => _isEnded ? null : _connection;

    /// <inheritdoc/>
    public override void Commit() => Blocking.Run(() => EndAsync("COMMIT", CancellationToken.None));

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken = default) => EndAsync("COMMIT", cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Rollback() => Blocking.Run(() => EndAsync("ROLLBACK", CancellationToken.None));

    /// <inheritdoc/>
    public override Task RollbackAsync(CancellationToken cancellationToken = default) => EndAsync("ROLLBACK", cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Save(string savepointName) => Blocking.Run(() => RunAsync($"SAVEPOINT {Quoted(savepointName)}", CancellationToken.None));

    /// <inheritdoc/>
    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        RunAsync($"SAVEPOINT {Quoted(savepointName)}", cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Rollback(string savepointName) =>
        Blocking.Run(() => RunAsync($"ROLLBACK TO SAVEPOINT {Quoted(savepointName)}", CancellationToken.None));

    /// <inheritdoc/>
    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        RunAsync($"ROLLBACK TO SAVEPOINT {Quoted(savepointName)}", cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (IsOpen)
            await RollbackAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && IsOpen)
            Rollback();
        base.Dispose(disposing);
    }

    /// <summary>Starts one.</summary>
    internal static async ValueTask<QueryEngineTransaction> BeginAsync(
        QueryEngineConnection connection, IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        connection.EnsureOpen();
        if (connection.Settings.Transaction is not null)
            throw new InvalidOperationException("the connection has a transaction already");
        var transaction = new QueryEngineTransaction(connection, isolationLevel);
        await transaction.RunAsync($"START TRANSACTION{Level(isolationLevel)}", cancellationToken);
        return transaction;
    }

    private bool IsOpen => !_isEnded && _connection.State == ConnectionState.Open;

    private static string Level(IsolationLevel level) => level switch
    {
        IsolationLevel.Unspecified => "",
        IsolationLevel.ReadUncommitted => " ISOLATION LEVEL READ UNCOMMITTED",
        IsolationLevel.ReadCommitted => " ISOLATION LEVEL READ COMMITTED",
        IsolationLevel.RepeatableRead or IsolationLevel.Snapshot => " ISOLATION LEVEL REPEATABLE READ",
        IsolationLevel.Serializable => " ISOLATION LEVEL SERIALIZABLE",
        _ => throw new NotSupportedException($"isolation level {level} is not supported"),
    };

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private async ValueTask EndAsync(string statement, CancellationToken cancellationToken)
    {
        await RunAsync(statement, cancellationToken);
        _isEnded = true;
    }

    private async ValueTask RunAsync(string statement, CancellationToken cancellationToken)
    {
        if (_isEnded)
            throw new InvalidOperationException("the transaction has ended");
        await using QueryEngineCommand command = _connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
