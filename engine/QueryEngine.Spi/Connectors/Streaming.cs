namespace QueryEngine.Spi;

/// <summary>
/// Rows that come later can be followed: a log, a queue, a table that only grows. Whoever follows keeps the position of the last batch it has dealt with, and goes
/// on from there after a restart: no row is lost, and none comes twice but those after the position kept.
/// </summary>
public interface ISupportsStreaming
{
    /// <summary>Why rows of this handle cannot be followed; null when they can.</summary>
    ValueTask<string?> WhyNotFollowedAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken);

    /// <summary>
    /// The rows after a position, in the order in which they came, and then those that come, until the token says so; a request that is bounded ends with what is
    /// there when it begins. The reader owns each batch.
    /// </summary>
    IAsyncEnumerable<StreamedBatch> FollowAsync(StreamRequest request, CancellationToken cancellationToken);
}

/// <summary>What is followed.</summary>
/// <param name="Session">Who asks.</param>
/// <param name="Table">The table, with filters that were pushed into it.</param>
/// <param name="Columns">The columns to give.</param>
/// <param name="After">The position of the last batch that was dealt with; null for the beginning.</param>
public sealed record StreamRequest(ConnectorSession Session, TableHandle Table, ValueList<ColumnHandle> Columns, string? After)
{
    /// <summary>Whether it ends with the rows that are there when it begins.</summary>
    public bool IsBounded { get; init; }

    /// <summary>How long to wait before a source that does not tell is asked again.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the batches' memory is counted.</summary>
    public MemoryContext Memory { get; init; } = MemoryContext.Unlimited;

    /// <summary>Counts bytes, requests and rows.</summary>
    public ScanMetrics Metrics { get; init; } = new();
}

/// <summary>Rows, and the position to go on after once they are dealt with: text that only the connector reads.</summary>
public sealed record StreamedBatch(RecordBatch Rows, string Position);
