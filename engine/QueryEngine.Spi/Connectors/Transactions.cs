namespace QueryEngine.Spi;

/// <summary>
/// Several statements can be one transaction. Statements that belong to one carry its id in <see cref="ConnectorSession.TransactionId"/>; they see
/// its changes, and nobody else does before it is committed.
/// </summary>
public interface ISupportsTransactions
{
    /// <summary>Starts the transaction of that id.</summary>
    ValueTask BeginTransactionAsync(string transactionId, CancellationToken cancellationToken);

    /// <summary>Makes its changes visible to all, or fails with <see cref="ErrorCode.SerializationFailure"/> and changes nothing.</summary>
    ValueTask CommitTransactionAsync(string transactionId, CancellationToken cancellationToken);

    /// <summary>Forgets it. A transaction that is not known is no error.</summary>
    ValueTask RollbackTransactionAsync(string transactionId, CancellationToken cancellationToken);

    /// <summary>Marks a place to go back to. Names may repeat; the last one counts.</summary>
    ValueTask SetSavepointAsync(string transactionId, string name, CancellationToken cancellationToken);

    /// <summary>Undoes what came after the place; the place stays.</summary>
    ValueTask RollbackToSavepointAsync(string transactionId, string name, CancellationToken cancellationToken);

    /// <summary>Forgets the place and those after it, not the changes.</summary>
    ValueTask ReleaseSavepointAsync(string transactionId, string name, CancellationToken cancellationToken);
}
