using QueryEngine.Spi;

namespace QueryEngine.Cluster.Statements;

/// <summary>
/// Runs statements: the engine in this process, or a coordinator over gRPC. The shell, the ADO.NET provider and every protocol front end sit on it.
/// The session travels with each request and comes back changed in <see cref="StatementEnd.Settings"/>: the service keeps none.
/// </summary>
public interface IStatementService : IAsyncDisposable
{
    /// <summary>
    /// Plans and starts a statement. Completes when its columns are known. The token cancels planning only; dispose the result to cancel the rest.
    /// </summary>
    /// <exception cref="QueryException">What the statement did wrong, or what failed.</exception>
    ValueTask<IStatementResult> ExecuteAsync(StatementRequest request, CancellationToken cancellationToken);
}

/// <summary>A statement and the session that it runs in.</summary>
public sealed record StatementRequest(string Sql, SessionSettings Settings)
{
    /// <summary>Values of <c>?</c> and <c>$1</c>, in order, or of <c>:name</c>, by name.</summary>
    public ValueList<StatementParameter> Parameters { get; init; }

    /// <summary>The name that the client gives itself: qe, an application.</summary>
    public string? Source { get; init; }
}

/// <summary>A typed value of a parameter; the name is null where it goes by place.</summary>
public sealed record StatementParameter(string? Name, SqlType Type, object? Value);

/// <summary>What statements of a session have set; a client keeps it between statements.</summary>
public sealed record SessionSettings(string User)
{
    /// <summary>The catalog of names that say none.</summary>
    public string Catalog { get; init; } = "memory";

    /// <summary>The schema of names that say none.</summary>
    public string Schema { get; init; } = "default";

    /// <summary>The time zone, an IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The transaction under way; null when every statement is one by itself.</summary>
    public string? Transaction { get; init; }

    /// <summary>The id of what the engine keeps for the session between statements; null when that is nothing.</summary>
    public string? Kept { get; init; }

    /// <summary>What SET SESSION set; properties of catalogs as <c>catalog.name</c>.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Texts of prepared statements by name.</summary>
    public IReadOnlyDictionary<string, string> Prepared { get; init; } = new Dictionary<string, string>();
}

/// <summary>A statement that runs. Disposing it cancels what still runs and waits until nothing does.</summary>
public interface IStatementResult : IAsyncDisposable
{
    /// <summary>The query's id.</summary>
    string QueryId { get; }

    /// <summary>The columns of the rows; none for a statement without rows.</summary>
    ValueList<ResultColumn> Columns { get; }

    /// <summary>How the statement ended; known when <see cref="ReadAsync"/> has come to its end.</summary>
    StatementEnd? End { get; }

    /// <summary>How far it is, for progress displays; null where that is not known.</summary>
    StatementProgress? Progress { get; }

    /// <summary>The rows, once; the caller owns each batch. Has to be read to the end even for a statement without rows.</summary>
    /// <exception cref="QueryException">What failed while running.</exception>
    IAsyncEnumerable<RecordBatch> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A column of a result. Names may repeat.</summary>
public sealed record ResultColumn(string Name, SqlType Type);

/// <summary>How a statement ended.</summary>
/// <param name="UpdateType">INSERT, CREATE TABLE, SET SESSION, ...; null for a query.</param>
/// <param name="UpdateCount">Rows written, where the statement writes.</param>
/// <param name="Settings">The session after the statement.</param>
public sealed record StatementEnd(string? UpdateType, long? UpdateCount, SessionSettings Settings);

/// <summary>How far a statement is.</summary>
public sealed record StatementProgress(string State, int FinishedSplits, int TotalSplits, long RowsRead, long BytesRead, long MemoryBytes);
