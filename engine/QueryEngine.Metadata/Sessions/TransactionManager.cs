using System.Collections.Concurrent;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>
/// The transactions of all sessions. One transaction writes to one catalog, whose source keeps it; reading is free. Several catalogs are possible where
/// the session asks for it: their sources commit one after the other. One that nothing was heard of for a while is rolled back. Thread-safe.
/// </summary>
public sealed class TransactionManager(CatalogManager catalogs, TimeProvider time)
{
    /// <summary>How long a transaction may wait for its next statement.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, SessionTransaction> _active = new(StringComparer.Ordinal);

    /// <summary>Starts a transaction.</summary>
    public async ValueTask<SessionTransaction> BeginAsync(string id, string user, bool isReadOnly, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (SessionTransaction idle in _active.Values.Where(transaction => now - transaction.LastUsed > LongestIdle))
            await RollbackAsync(idle.Id, cancellationToken).ConfigureAwait(false);
        return _active[id] = new SessionTransaction(id, user, isReadOnly) { LastUsed = now };
    }

    /// <summary>The transaction that a session carries.</summary>
    /// <exception cref="QueryException">NO_ACTIVE_TRANSACTION when it has ended meanwhile or is another user's.</exception>
    public SessionTransaction Get(string id, string user)
    {
        if (!_active.TryGetValue(id, out SessionTransaction? transaction) || transaction.User != user)
            throw new QueryException(ErrorCode.NoActiveTransaction, "the transaction has ended: it was idle for too long, or its commit failed", "ROLLBACK and start again.");
        transaction.LastUsed = time.GetUtcNow();
        return transaction;
    }

    /// <summary>SET TRANSACTION READ ONLY or READ WRITE.</summary>
    /// <exception cref="QueryException">ACTIVE_TRANSACTION when it has written already.</exception>
    public void SetReadOnly(string id, string user, bool isReadOnly)
    {
        SessionTransaction transaction = Get(id, user);
        if (isReadOnly && transaction.Sources.Count > 0)
            throw new QueryException(ErrorCode.ActiveTransaction, "the transaction has written already", "SET TRANSACTION READ ONLY comes first in a transaction.");
        transaction.IsReadOnly = isReadOnly;
    }

    /// <summary>Notes that a statement has failed.</summary>
    public void Fail(string id)
    {
        if (_active.TryGetValue(id, out SessionTransaction? transaction))
            transaction.IsFailed = true;
    }

    /// <summary>Makes a write to a catalog part of a transaction.</summary>
    /// <exception cref="QueryException">READ_ONLY, or NOT_SUPPORTED for a second catalog, where the session does not allow it, or a source without transactions.</exception>
    public async ValueTask JoinAsync(QueryContext query, string catalog, CancellationToken cancellationToken)
    {
        SessionTransaction transaction = Get(query.Transaction!, query.User);
        if (transaction.IsReadOnly)
            throw new QueryException(ErrorCode.ReadOnly, "the transaction is read only");
        if (transaction.Sources.Exists(joined => joined.Catalog == catalog))
            return;
        if (transaction.Sources is [var first, ..] && query.Properties.Get(SessionProperties.SeveralSources) != "best_effort")
        {
            throw QueryException.NotSupported(
                $"writing to {first.Catalog} and {catalog} in one transaction",
                hint: $"A transaction writes to one catalog. SET SESSION {SessionProperties.SeveralSources} = 'best_effort' to let several commit one after the other.");
        }

        IConnector connector = await catalogs.Get(catalog).GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        ISupportsTransactions source = connector.As<ISupportsTransactions>()
            ?? throw QueryException.NotSupported($"writing to catalog {catalog} in a transaction", hint: "Its statements commit by themselves, outside of a transaction.");
        await source.BeginTransactionAsync(transaction.Id, cancellationToken).ConfigureAwait(false);
        transaction.Sources.Add((catalog, source));
        foreach (string savepoint in transaction.Savepoints)
            await source.SetSavepointAsync(transaction.Id, savepoint, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something when the query's transaction is committed, at once when it has none.</summary>
    public void WhenCommitted(QueryContext query, Action action)
    {
        if (query.Transaction is { } id)
            Get(id, query.User).Add(action, whenCommitted: true);
        else
            action();
    }

    /// <summary>Does something when the query's transaction is rolled back, or goes back to a savepoint before now.</summary>
    public void WhenUndone(QueryContext query, Action action)
    {
        if (query.Transaction is { } id)
            Get(id, query.User).Add(action, whenCommitted: false);
    }

    /// <summary>
    /// Commits, the catalogs in the order of their first writes; one that has failed is rolled back. Returns whether it was committed.
    /// </summary>
    /// <exception cref="QueryException">What the source says, when nothing was committed; TRANSACTION_PARTLY_COMMITTED, which tells what was, when a later one fails.</exception>
    public async ValueTask<bool> CommitAsync(string id, string user, CancellationToken cancellationToken)
    {
        SessionTransaction transaction = Get(id, user);
        if (transaction.IsFailed)
        {
            await RollbackAsync(id, cancellationToken).ConfigureAwait(false);
            return false;
        }

        _active.TryRemove(id, out _);
        for (int place = 0; place < transaction.Sources.Count; place++)
        {
            try
            {
                await transaction.Sources[place].Source.CommitTransactionAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                string undone = await RollbackFromAsync(transaction, place).ConfigureAwait(false);
                transaction.End(isCommitted: place > 0);
                if (place == 0)
                    throw;
                string committed = string.Join(", ", transaction.Sources.Take(place).Select(source => source.Catalog));
                throw new QueryException(
                    ErrorCode.PartlyCommitted,
                    $"the transaction was committed in {committed}, but not in {transaction.Sources[place].Catalog}: {error.Message}; {undone}",
                    "What was committed stays. Run the statements for the other catalogs again, or undo those that were committed.",
                    error);
            }
        }

        transaction.End(isCommitted: true);
        return true;
    }

    /// <summary>Rolls back; one that has ended is no error.</summary>
    public async ValueTask RollbackAsync(string id, CancellationToken cancellationToken)
    {
        if (!_active.TryRemove(id, out SessionTransaction? transaction))
            return;
        transaction.End(isCommitted: false);
        QueryException? failed = null;
        foreach ((string catalog, ISupportsTransactions source) in transaction.Sources)
        {
            try
            {
                await source.RollbackTransactionAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (QueryException error)
            {
                failed ??= error;
            }
        }

        if (failed is not null)
            throw failed;
    }

    /// <summary>Sets a savepoint.</summary>
    public async ValueTask SetSavepointAsync(string id, string user, string name, CancellationToken cancellationToken)
    {
        SessionTransaction transaction = Get(id, user);
        foreach ((_, ISupportsTransactions source) in transaction.Sources)
            await source.SetSavepointAsync(id, name, cancellationToken).ConfigureAwait(false);
        transaction.Savepoints.Add(name);
    }

    /// <summary>Undoes what came after a savepoint, a failure too.</summary>
    public async ValueTask RollbackToAsync(string id, string user, string name, CancellationToken cancellationToken)
    {
        (SessionTransaction transaction, int place) = Find(id, user, name);
        foreach ((_, ISupportsTransactions source) in transaction.Sources)
            await source.RollbackToSavepointAsync(id, name, cancellationToken).ConfigureAwait(false);
        transaction.RollbackTo(place);
    }

    /// <summary>Forgets a savepoint and those after it.</summary>
    public async ValueTask ReleaseAsync(string id, string user, string name, CancellationToken cancellationToken)
    {
        (SessionTransaction transaction, int place) = Find(id, user, name);
        foreach ((_, ISupportsTransactions source) in transaction.Sources)
            await source.ReleaseSavepointAsync(id, name, cancellationToken).ConfigureAwait(false);
        transaction.Release(place);
    }

    // From the source whose commit failed on; in words.
    private static async ValueTask<string> RollbackFromAsync(SessionTransaction transaction, int place)
    {
        List<string> undone = [], unknown = [];
        foreach ((string catalog, ISupportsTransactions source) in transaction.Sources.Skip(place))
        {
            try
            {
                await source.RollbackTransactionAsync(transaction.Id, CancellationToken.None).ConfigureAwait(false);
                undone.Add(catalog);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                unknown.Add($"{catalog} ({error.Message})");
            }
        }

        string words = undone.Count > 0 ? $"rolled back: {string.Join(", ", undone)}" : "";
        return unknown.Count == 0 ? words : $"{words}{(words.Length > 0 ? "; " : "")}not known to be rolled back: {string.Join(", ", unknown)}";
    }

    private (SessionTransaction Transaction, int Place) Find(string id, string user, string name)
    {
        SessionTransaction transaction = Get(id, user);
        int place = transaction.Savepoints.LastIndexOf(name);
        return place >= 0
            ? (transaction, place)
            : throw new QueryException(ErrorCode.InvalidSavepoint, $"savepoint '{name}' does not exist", Suggestion.DidYouMean(name, transaction.Savepoints));
    }
}
