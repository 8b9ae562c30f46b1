using System.Collections.Concurrent;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>A transaction of a session: which catalog it writes to and whether a statement of it has failed. Guarded by its manager.</summary>
public sealed class SessionTransaction
{
    internal SessionTransaction(string id, string user, bool isReadOnly) => (Id, User, IsReadOnly) = (id, user, isReadOnly);

    /// <summary>Its id, which the session carries.</summary>
    public string Id { get; }

    /// <summary>Whether a statement has failed: only ROLLBACK goes on.</summary>
    public bool IsFailed { get; internal set; }

    internal string User { get; }

    internal bool IsReadOnly { get; set; }

    internal DateTimeOffset LastUsed { get; set; }

    /// <summary>The catalog that it writes to; null before the first write.</summary>
    internal string? Catalog { get; set; }

    internal ISupportsTransactions? Source { get; set; }

    internal List<string> Savepoints { get; } = [];
}

/// <summary>
/// The transactions of all sessions. One transaction writes to one catalog, whose source keeps it; reading is free. One that nothing was heard of
/// for a while is rolled back. Thread-safe.
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
        if (isReadOnly && transaction.Catalog is not null)
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
    /// <exception cref="QueryException">READ_ONLY, or NOT_SUPPORTED for a second catalog or a source without transactions.</exception>
    public async ValueTask JoinAsync(string id, string user, string catalog, CancellationToken cancellationToken)
    {
        SessionTransaction transaction = Get(id, user);
        if (transaction.IsReadOnly)
            throw new QueryException(ErrorCode.ReadOnly, "the transaction is read only");
        if (transaction.Catalog == catalog)
            return;
        if (transaction.Catalog is not null)
            throw QueryException.NotSupported($"writing to {transaction.Catalog} and {catalog} in one transaction", hint: "A transaction writes to one catalog.");
        IConnector connector = await catalogs.Get(catalog).GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        ISupportsTransactions source = connector.As<ISupportsTransactions>()
            ?? throw QueryException.NotSupported($"writing to catalog {catalog} in a transaction", hint: "Its statements commit by themselves, outside of a transaction.");
        await source.BeginTransactionAsync(id, cancellationToken).ConfigureAwait(false);
        foreach (string savepoint in transaction.Savepoints)
            await source.SetSavepointAsync(id, savepoint, cancellationToken).ConfigureAwait(false);
        (transaction.Catalog, transaction.Source) = (catalog, source);
    }

    /// <summary>Commits; one that has failed is rolled back. Returns whether it was committed.</summary>
    public async ValueTask<bool> CommitAsync(string id, string user, CancellationToken cancellationToken)
    {
        SessionTransaction transaction = Get(id, user);
        if (transaction.IsFailed)
        {
            await RollbackAsync(id, cancellationToken).ConfigureAwait(false);
            return false;
        }

        _active.TryRemove(id, out _);
        if (transaction.Source is not null)
            await transaction.Source.CommitTransactionAsync(id, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Rolls back; one that has ended is no error.</summary>
    public async ValueTask RollbackAsync(string id, CancellationToken cancellationToken)
    {
        if (_active.TryRemove(id, out SessionTransaction? transaction) && transaction.Source is not null)
            await transaction.Source.RollbackTransactionAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets a savepoint.</summary>
    public async ValueTask SetSavepointAsync(string id, string user, string name, CancellationToken cancellationToken)
    {
        SessionTransaction transaction = Get(id, user);
        if (transaction.Source is not null)
            await transaction.Source.SetSavepointAsync(id, name, cancellationToken).ConfigureAwait(false);
        transaction.Savepoints.Add(name);
    }

    /// <summary>Undoes what came after a savepoint, a failure too.</summary>
    public async ValueTask RollbackToAsync(string id, string user, string name, CancellationToken cancellationToken)
    {
        (SessionTransaction transaction, int place) = Find(id, user, name);
        if (transaction.Source is not null)
            await transaction.Source.RollbackToSavepointAsync(id, name, cancellationToken).ConfigureAwait(false);
        transaction.Savepoints.RemoveRange(place + 1, transaction.Savepoints.Count - place - 1);
        transaction.IsFailed = false;
    }

    /// <summary>Forgets a savepoint and those after it.</summary>
    public async ValueTask ReleaseAsync(string id, string user, string name, CancellationToken cancellationToken)
    {
        (SessionTransaction transaction, int place) = Find(id, user, name);
        if (transaction.Source is not null)
            await transaction.Source.ReleaseSavepointAsync(id, name, cancellationToken).ConfigureAwait(false);
        transaction.Savepoints.RemoveRange(place, transaction.Savepoints.Count - place);
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
