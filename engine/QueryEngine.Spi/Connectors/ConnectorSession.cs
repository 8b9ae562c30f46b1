namespace QueryEngine.Spi;

/// <summary>Who asks, in which query, and what the session says.</summary>
public sealed record ConnectorSession(string QueryId, string User)
{
    /// <summary>The session's time zone, an IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>When the query started: what <c>now()</c> is.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>The transaction that the statement belongs to; null when it is one by itself. See <see cref="ISupportsTransactions"/>.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Session properties of this catalog, without the catalog's name.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a catalog is made from besides its properties.</summary>
public sealed record ConnectorContext(string CatalogName)
{
    /// <summary>The name of this node.</summary>
    public string NodeId { get; init; } = "local";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Counts what the connector keeps beyond a query.</summary>
    public MemoryContext Memory { get; init; } = MemoryContext.Unlimited;

    /// <summary>Services of the host that a built-in connector may need, by type; connectors of others need none.</summary>
    public IServiceProvider? Services { get; init; }
}
