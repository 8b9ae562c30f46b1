using QueryEngine.Spi;

namespace QueryEngine.Connectors.System;

/// <summary>
/// What the engine tells of itself; the <c>system</c> catalog and every <c>information_schema</c> are made of it. A
/// catalog whose source cannot be reached is left out of schemas, tables and columns, unless the filter names it.
/// Thread-safe.
/// </summary>
public interface ISystemData
{
    /// <summary>Tables of the engine's own beyond the standard ones, in schemas of the system catalog.</summary>
    IReadOnlyList<SystemTable> MoreTables => [];

    /// <summary>The catalogs that the session may see.</summary>
    ValueTask<IReadOnlyList<CatalogInfo>> GetCatalogsAsync(ConnectorSession session, CancellationToken cancellationToken);

    /// <summary>Schemas of the catalogs that the filter lets pass.</summary>
    IAsyncEnumerable<SchemaInfo> GetSchemasAsync(
        ConnectorSession session, SystemFilter filter, CancellationToken cancellationToken);

    /// <summary>Tables and views that the filter lets pass; those of <c>information_schema</c> may be left out.</summary>
    IAsyncEnumerable<TableInfo> GetTablesAsync(
        ConnectorSession session, SystemFilter filter, CancellationToken cancellationToken);

    /// <summary>Columns of tables and views that the filter lets pass; those of <c>information_schema</c> may be left out.</summary>
    IAsyncEnumerable<ColumnInfo> GetColumnsAsync(
        ConnectorSession session, SystemFilter filter, CancellationToken cancellationToken);

    /// <summary>Sequences of all catalogs.</summary>
    IReadOnlyList<SequenceInfo> GetSequences() => [];

    /// <summary>The nodes of the cluster; in a process of its own, that process.</summary>
    IReadOnlyList<NodeInfo> GetNodes();

    /// <summary>Queries that run, and some that have run lately.</summary>
    IReadOnlyList<QueryInfo> GetQueries();

    /// <summary>Ends a query that runs; false when none of that id does.</summary>
    bool TryCancelQuery(string queryId, string reason) => false;

    /// <summary>Tasks of queries that run, and some of those that have run lately.</summary>
    IReadOnlyList<TaskInfo> GetTasks();
}

/// <summary>
/// Names that were asked for; null where any will do. Whoever answers may ignore it and give more, but asking one
/// catalog instead of all is why it exists.
/// </summary>
public readonly record struct SystemFilter(string? Catalog = null, string? Schema = null, string? Table = null);

/// <summary>A catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Connector">The name of its connector.</param>
/// <param name="Error">Why it cannot be used, where that is known.</param>
public sealed record CatalogInfo(string Name, string Connector, string? Error = null)
{
    /// <summary>available, failing, suspended, misconfigured, or not asked.</summary>
    public string State { get; init; } = "not asked";

    /// <summary>What it failed with last.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }
}

/// <summary>A schema.</summary>
public sealed record SchemaInfo(string Catalog, string Schema);

/// <summary>A table, or a view when it has a text.</summary>
public sealed record TableInfo(string Catalog, string Schema, string Table)
{
    /// <summary>The query of a view; null for a table.</summary>
    public string? ViewText { get; init; }

    /// <summary>What the source says about it.</summary>
    public string? Comment { get; init; }
}

/// <summary>A column of a table or view.</summary>
/// <param name="Catalog">The catalog.</param>
/// <param name="Schema">The schema.</param>
/// <param name="Table">The table.</param>
/// <param name="Position">Its place in the table, from 1.</param>
/// <param name="Column">What it is.</param>
public sealed record ColumnInfo(string Catalog, string Schema, string Table, int Position, TableColumn Column);

/// <summary>A sequence.</summary>
public sealed record SequenceInfo(
    string Catalog, string Schema, string Name, SqlType Type, long Start, long Minimum, long Maximum, long Increment, bool IsCycle);

/// <summary>A process of the cluster.</summary>
/// <param name="NodeId">Its name.</param>
/// <param name="Uri">Where it is reached; null in a process without a port.</param>
/// <param name="Role">coordinator, worker or both: <c>coordinator+worker</c>.</param>
/// <param name="State">active, draining, lost.</param>
public sealed record NodeInfo(string NodeId, string? Uri, string Role, string State)
{
    /// <summary>The version of the engine that it runs.</summary>
    public string? Version { get; init; }

    /// <summary>How many threads it works on.</summary>
    public int? Threads { get; init; }

    /// <summary>Bytes that queries may take.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Bytes that queries hold.</summary>
    public long? MemoryUsed { get; init; }

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>A query.</summary>
/// <param name="QueryId">Its id.</param>
/// <param name="State">queued, planning, running, finished, failed, canceled.</param>
/// <param name="User">Who asked.</param>
/// <param name="Text">The statement.</param>
/// <param name="Created">When it came.</param>
public sealed record QueryInfo(string QueryId, string State, string User, string Text, DateTimeOffset Created)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The session's catalog.</summary>
    public string? Catalog { get; init; }

    /// <summary>The session's schema.</summary>
    public string? Schema { get; init; }

    /// <summary>The name that the client gave itself.</summary>
    public string? Source { get; init; }

    /// <summary>Rows of the answer so far.</summary>
    public long? OutputRows { get; init; }

    /// <summary>The most bytes that it held at once.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Name of the error that ended it.</summary>
    public string? ErrorName { get; init; }

    /// <summary>Text of the error that ended it.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>A task: one attempt at one partition of a stage.</summary>
/// <param name="QueryId">The query.</param>
/// <param name="StageId">The stage, from 0.</param>
/// <param name="TaskId">The task's own name.</param>
/// <param name="Partition">Which part of the stage it does, from 0.</param>
/// <param name="Attempt">From 0.</param>
/// <param name="NodeId">Where it runs.</param>
/// <param name="State">planned, running, finished, failed, canceled.</param>
public sealed record TaskInfo(
    string QueryId, int StageId, string TaskId, int Partition, int Attempt, string NodeId, string State)
{
    /// <summary>Splits that it was given.</summary>
    public long? Splits { get; init; }

    /// <summary>Rows that it gave on.</summary>
    public long? OutputRows { get; init; }

    /// <summary>Bytes that it gave on.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
}
