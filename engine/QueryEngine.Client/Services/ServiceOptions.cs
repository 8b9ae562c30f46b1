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
}
