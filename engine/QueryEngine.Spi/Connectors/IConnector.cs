using System.Runtime.CompilerServices;

namespace QueryEngine.Spi;

/// <summary>Makes catalogs of one kind: <c>CREATE CATALOG c USING name</c>, <c>connector.name=name</c>, or a URL.</summary>
public interface IConnectorFactory
{
    /// <summary>The name in <c>USING</c>.</summary>
    string Name { get; }

    /// <summary>What the connector is and can.</summary>
    ConnectorManifest Manifest => new(Name, $"Catalogs of connector {Name}.");

    /// <summary>
    /// The closed set of records that cross the wire for this connector: table handles, columns, splits, write handles. A record travels as
    /// its place in this list, never as a type name.
    /// </summary>
    IReadOnlyList<Type> HandleTypes { get; }

    /// <summary>Every property that a catalog may have.</summary>
    IReadOnlyList<PropertySpec> Properties => [];

    /// <summary>Schemes of the URLs that <see cref="ParseUrl"/> reads, in lower case.</summary>
    IReadOnlyList<string> UrlSchemes => [];

    /// <summary>The catalog properties that a connection URL stands for.</summary>
    IReadOnlyDictionary<string, string> ParseUrl(Uri url) =>
        throw new QueryException(ErrorCode.InvalidProperty, $"connector {Name} has no connection URL");

    /// <summary>
    /// Makes a catalog of checked properties. Connects lazily: a source that is down fails the first query, not the catalog.
    /// </summary>
    ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken);
}

/// <summary>
/// A catalog. What is optional is a further interface on it, asked for by <see cref="As{T}"/>: <see cref="ISupportsWrites"/>,
/// <see cref="ISupportsDdl"/>. Thread-safe.
/// </summary>
public interface IConnector : IAsyncDisposable
{
    /// <summary>Tables and their columns.</summary>
    IConnectorMetadata Metadata { get; }

    /// <summary>Cuts tables into splits; the whole table by default.</summary>
    ISplitManager Splits => WholeTableSplitManager.Instance;

    /// <summary>Reads splits.</summary>
    IRecordSetProvider RecordSets { get; }

    /// <summary>
    /// Whether the tables live in the memory of the process that made the catalog: on a cluster only the coordinator reads and writes them.
    /// </summary>
    bool IsNodeLocal => false;

    /// <summary>
    /// No split of this query will be read any more, on any node: what was held for it (a snapshot, a session) can go. Called where the splits
    /// were asked for, once the query has ended in whatever way.
    /// </summary>
    ValueTask EndQueryAsync(string queryId) => default;

    /// <summary>A capability, or null when the connector has it not.</summary>
    T? As<T>()
        where T : class => this as T;
}

/// <summary>Metadata: list, find, describe; the rest has defaults.</summary>
public interface IConnectorMetadata
{
    /// <summary>What <see cref="TryPush"/> may ever accept.</summary>
    PushdownKinds Pushdown => PushdownKinds.None;

    /// <summary>The schemas.</summary>
    ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken);

    /// <summary>The tables of a schema, or of all.</summary>
    IAsyncEnumerable<SchemaTableName> ListTablesAsync(ConnectorSession session, string? schema, CancellationToken cancellationToken);

    /// <summary>The table of that name, or null when there is none.</summary>
    ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken);

    /// <summary>The columns of a table that <see cref="FindTableAsync"/> found.</summary>
    ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken);

    /// <summary>What is known of the rows that a scan of this handle gives, pushed operations counted where that is easy.</summary>
    ValueTask<TableStatistics> GetStatisticsAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(TableStatistics.Unknown);

    /// <summary>
    /// The one pushdown method: may the source do this operation on top of what the handle already does? Called until the handle no
    /// longer changes. Does no I/O.
    /// </summary>
    PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation) =>
        new PushdownRefused($"the connector pushes no {operation.Kind}");

    /// <summary>The text that the source will be sent for a handle and columns (SQL, a query document), for EXPLAIN; null when there is none.</summary>
    string? DescribeScan(TableHandle table, IReadOnlyList<ColumnHandle> columns) => null;
}

/// <summary>Cuts tables into splits, by size and not by topology.</summary>
public interface ISplitManager
{
    /// <summary>The splits of a scan, as they become known. Every row of the table is in exactly one.</summary>
    IAsyncEnumerable<Split> GetSplitsAsync(ConnectorSession session, TableHandle table, SplitRequest request, CancellationToken cancellationToken);
}

/// <summary>What the engine knows when it asks for splits.</summary>
public sealed record SplitRequest
{
    /// <summary>How many splits the engine could work on at once.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>What later joins keep; splits outside it may be left out.</summary>
    public IDynamicFilter DynamicFilter { get; init; } = NoDynamicFilter.Instance;
}

/// <summary>Reads splits into batches.</summary>
public interface IRecordSetProvider
{
    /// <summary>
    /// The rows of a split: batches whose columns are <see cref="ScanRequest.Columns"/>, in that order (none at all for a mere count). The
    /// reader owns each batch. Ends early when the token says so.
    /// </summary>
    IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, CancellationToken cancellationToken);
}

/// <summary>One split to read.</summary>
public sealed record ScanRequest(ConnectorSession Session, TableHandle Table, Split Split, ValueList<ColumnHandle> Columns)
{
    /// <summary>Where the batches' memory is counted.</summary>
    public MemoryContext Memory { get; init; } = MemoryContext.Unlimited;

    /// <summary>What later joins keep: rows outside it may be left out, at any time.</summary>
    public IDynamicFilter DynamicFilter { get; init; } = NoDynamicFilter.Instance;

    /// <summary>Counts bytes, requests and remote time for EXPLAIN ANALYZE.</summary>
    public ScanMetrics Metrics { get; init; } = new();
}

/// <summary>What a scan cost its source. Thread-safe.</summary>
public sealed class ScanMetrics
{
    private long _bytes;
    private long _requests;
    private long _rowsRead;

    /// <summary>Bytes that came from the source.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Requests (statements, reads of a file) sent to the source.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Rows looked at, filtered ones counted.</summary>
    public long RowsRead => Interlocked.Read(ref _rowsRead);

    /// <summary>Adds to the counts.</summary>
    public void Add(long bytes = 0, long requests = 0, long rowsRead = 0)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _requests, requests);
        Interlocked.Add(ref _rowsRead, rowsRead);
    }
}

/// <summary>A filter that becomes known while the query runs, from the build side of a join. Only ever narrows.</summary>
public interface IDynamicFilter
{
    /// <summary>What rows must satisfy as far as is known now; by column name.</summary>
    TupleDomain Current { get; }

    /// <summary>Whether it will not narrow further.</summary>
    bool IsComplete { get; }

    /// <summary>Completes when <see cref="Current"/> next narrows, or at once when complete.</summary>
    Task NarrowedAsync(CancellationToken cancellationToken);
}

/// <summary>Lets every row pass.</summary>
public sealed class NoDynamicFilter : IDynamicFilter
{
    public static readonly NoDynamicFilter Instance = new();

    /// <inheritdoc/>
    public TupleDomain Current => TupleDomain.All;

    /// <inheritdoc/>
    public bool IsComplete => true;

    /// <inheritdoc/>
    public Task NarrowedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>One split for the whole table.</summary>
public sealed class WholeTableSplitManager : ISplitManager
{
    public static readonly WholeTableSplitManager Instance = new();

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new WholeTableSplit();
        await ValueTask.CompletedTask;
    }
}
