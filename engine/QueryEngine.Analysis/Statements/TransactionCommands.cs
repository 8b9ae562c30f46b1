using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>A statement about the transaction itself: it may come even when another statement of the transaction has failed.</summary>
public abstract record TransactionCommand : AnalyzedCommand
{
    /// <summary>The transaction of the session.</summary>
    /// <exception cref="QueryException">NO_ACTIVE_TRANSACTION.</exception>
    protected static string Require(CommandContext context, string what) => context.Session.Transaction
        ?? throw new QueryException(ErrorCode.NoActiveTransaction, $"{what} is for transactions only", "START TRANSACTION first.");
}

/// <summary>START TRANSACTION.</summary>
public sealed record BeginCommand(bool IsReadOnly) : TransactionCommand
{
    /// <inheritdoc/>
    public override string Tag => "START TRANSACTION";

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Session.Transaction is not null)
            throw new QueryException(ErrorCode.ActiveTransaction, "a transaction is under way already", "COMMIT or ROLLBACK it first.");
        SessionTransaction transaction = await context.Metadata.Transactions
            .BeginAsync($"t{context.Query.QueryId}", context.Session.User, IsReadOnly, cancellationToken).ConfigureAwait(false);
        context.Session.SetTransaction(transaction.Id);
    }
}

/// <summary>SET TRANSACTION: whether the transaction under way is read only. Isolation is what the source gives, as at its start.</summary>
public sealed record SetTransactionCommand(bool? IsReadOnly) : TransactionCommand
{
    /// <inheritdoc/>
    public override string Tag => "SET TRANSACTION";

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string id = Require(context, Tag);
        if (IsReadOnly is { } isReadOnly)
            context.Metadata.Transactions.SetReadOnly(id, context.Session.User, isReadOnly);
        return ValueTask.CompletedTask;
    }
}

/// <summary>COMMIT, or ROLLBACK; without a transaction nothing happens.</summary>
public sealed record EndCommand(bool IsCommit) : TransactionCommand
{
    /// <inheritdoc/>
    public override string Tag => IsCommit ? "COMMIT" : "ROLLBACK";

    /// <inheritdoc/>
    public override async ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Session.Transaction is not { } id)
            return;
        bool isCommitted = IsCommit;
        if (IsCommit)
            isCommitted = await context.Metadata.Transactions.CommitAsync(id, context.Session.User, cancellationToken).ConfigureAwait(false);
        else
            await context.Metadata.Transactions.RollbackAsync(id, cancellationToken).ConfigureAwait(false);
        context.Metadata.States.Find(context.Session)?.EndTransaction(id, isCommitted);
        context.Session.SetTransaction(null);
    }
}

/// <summary>What is done with a savepoint.</summary>
public enum SavepointAction
{
    /// <summary>SAVEPOINT.</summary>
    Set,

    /// <summary>ROLLBACK TO SAVEPOINT.</summary>
    RollbackTo,

    /// <summary>RELEASE SAVEPOINT.</summary>
    Release,
}

/// <summary>SAVEPOINT, ROLLBACK TO SAVEPOINT, RELEASE SAVEPOINT.</summary>
public sealed record SavepointCommand(SavepointAction Action, string Name) : TransactionCommand
{
    /// <inheritdoc/>
    public override string Tag => Action switch
    {
        SavepointAction.Set => "SAVEPOINT",
        SavepointAction.RollbackTo => "ROLLBACK",
        _ => "RELEASE",
    };

    /// <inheritdoc/>
    public override ValueTask RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string id = Require(context, Tag == "ROLLBACK" ? "ROLLBACK TO SAVEPOINT" : Tag);
        TransactionManager transactions = context.Metadata.Transactions;
        if (Action != SavepointAction.RollbackTo && transactions.Get(id, context.Session.User).IsFailed)
            throw new QueryException(ErrorCode.TransactionFailed, "a statement of the transaction has failed", "ROLLBACK, or ROLLBACK TO a savepoint.");
        return Action switch
        {
            SavepointAction.Set => transactions.SetSavepointAsync(id, context.Session.User, Name, cancellationToken),
            SavepointAction.RollbackTo => transactions.RollbackToAsync(id, context.Session.User, Name, cancellationToken),
            _ => transactions.ReleaseAsync(id, context.Session.User, Name, cancellationToken),
        };
    }
}
