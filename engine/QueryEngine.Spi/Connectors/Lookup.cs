namespace QueryEngine.Spi;

/// <summary>
/// Rows can be asked for by keys. A join then asks for the rows of the keys that its other side has, instead of reading the whole table: what an
/// API that answers by key needs, and a key-value store.
/// </summary>
public interface ISupportsLookup
{
    /// <summary>
    /// Whether rows of this handle can be asked for when the values of these columns are known. Null where they cannot, or where that
    /// saves nothing. Does no I/O.
    /// </summary>
    LookupOffer? OfferLookup(ConnectorSession session, TableHandle table, ValueList<ColumnHandle> known);

    /// <summary>
    /// The rows of some keys, in any order: batches whose columns are <see cref="LookupRequest.Columns"/>. Rows that have none of the keys may come too;
    /// a row of one of them comes once. The reader owns each batch.
    /// </summary>
    IAsyncEnumerable<RecordBatch> LookupAsync(LookupRequest request, CancellationToken cancellationToken);
}

/// <summary>How a table is asked for rows.</summary>
/// <param name="Keys">The columns that a key has, some of those whose values will be known.</param>
public sealed record LookupOffer(ValueList<ColumnHandle> Keys)
{
    /// <summary>Whether the table cannot be read in any other way.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The most keys for which asking costs less than reading the table.</summary>
    public long MaxKeys { get; init; } = 1_000;

    /// <summary>How many keys one request has at most.</summary>
    public int KeysAtOnce { get; init; } = 1_000;
}

/// <summary>Some keys to ask for.</summary>
/// <param name="Session">Who asks.</param>
/// <param name="Table">The table, with what was pushed into it.</param>
/// <param name="Keys">The columns of the keys, as offered.</param>
/// <param name="Values">The keys: a boxed value for each of these columns, none of them NULL, no key twice.</param>
/// <param name="Columns">The columns to give.</param>
public sealed record LookupRequest(
    ConnectorSession Session, TableHandle Table, ValueList<ColumnHandle> Keys, IReadOnlyList<ValueList<object?>> Values, ValueList<ColumnHandle> Columns)
{
    /// <summary>Where the batches' memory is counted.</summary>
    public MemoryContext Memory { get; init; } = MemoryContext.Unlimited;

    /// <summary>Counts bytes, requests and remote time for EXPLAIN ANALYZE.</summary>
    public ScanMetrics Metrics { get; init; } = new();
}
