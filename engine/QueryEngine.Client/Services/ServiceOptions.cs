namespace QueryEngine.Client.Services;

/// <summary>Where statements run: on a server, or in this process with these catalogs and limits. Equal options mean the same engine.</summary>
internal sealed record ServiceOptions
{
    /// <summary>The coordinator; null for an engine in this process.</summary>
    public Uri? Server { get; init; }

    /// <summary>The directory of <c>NAME.properties</c> files.</summary>
    public string? CatalogDirectory { get; init; }

    /// <summary>Catalogs by name and connection URL.</summary>
    public QueryEngine.Spi.ValueList<KeyValuePair<string, string>> CatalogUrls { get; init; }

    /// <summary>Threads that a query uses; 0 for one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Bytes that all queries may hold; 0 for the engine's own choice.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>The directory for rows that do not fit in memory; null for the default.</summary>
    public string? SpillPath { get; init; }

    /// <summary>The most bytes in that directory; null for no limit, 0 for none at all.</summary>
    public long? SpillMaxBytes { get; init; }
}
