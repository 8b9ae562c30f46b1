using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>What one query knows of its session: an immutable snapshot taken when it started.</summary>
public sealed record QueryContext(string QueryId, string User, DateTimeOffset StartTime)
{
    /// <summary>The catalog of names that say none.</summary>
    public string Catalog { get; init; } = "memory";

    /// <summary>The schema of names that say none.</summary>
    public string Schema { get; init; } = "default";

    /// <summary>The session's time zone, an IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The transaction that the query belongs to; null when it is one by itself.</summary>
    public string? Transaction { get; init; }

    /// <summary>The id of what the engine keeps for the session (see <see cref="SessionStates"/>); null when that is nothing.</summary>
    public string? Kept { get; init; }

    /// <summary>What SET SESSION set.</summary>
    public SessionProperties Properties { get; init; } = SessionProperties.Default;

    /// <summary>Texts of prepared statements, by folded name.</summary>
    public IReadOnlyDictionary<string, string> Prepared { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings without a meaning here.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Fails in a transaction, for what cannot be undone.</summary>
    public void RefuseTransaction(string statement)
    {
        if (Transaction is not null)
            throw QueryException.NotSupported($"{statement} in a transaction", hint: "It cannot be rolled back.");
    }

    /// <summary>What the connector of a catalog is told; without a catalog what functions are told.</summary>
    public ConnectorSession ToConnectorSession(string? catalog = null) => new(QueryId, User)
    {
        TimeZone = TimeZone,
        StartTime = StartTime,
        TransactionId = Transaction,
        Properties = catalog is null ? new Dictionary<string, string>() : Properties.OfCatalog(catalog),
    };
}

/// <summary>Gives queries their ids: <c>20260131_154500_00042_k3x9q</c>, the last part a name of the process. Thread-safe.</summary>
public sealed class QueryIdSource
{
    private readonly string _process;
    private int _last;

    /// <summary>Makes a source; <paramref name="process"/> keeps ids of different processes apart.</summary>
    public QueryIdSource(string process) => _process = process;

    /// <summary>A source whose ids no other process gives, as far as chance goes.</summary>
    public static QueryIdSource Create() => new(Guid.NewGuid().ToString("N")[..5]);

    /// <summary>An id that was not given before.</summary>
    public string Next(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd_HHmmss}_{Interlocked.Increment(ref _last):D5}_{_process}");
}
