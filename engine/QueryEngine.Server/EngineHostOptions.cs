using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary>What a host starts with.</summary>
public sealed record EngineHostOptions
{
    /// <summary>The engine's own options.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>A folder of <c>NAME.properties</c> files, one a catalog; null for none.</summary>
    public string? CatalogDirectory { get; init; }

    /// <summary>Catalogs by connection URL.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CatalogUrls { get; init; } = [];

    /// <summary>Connectors besides those that come with the engine.</summary>
    public IReadOnlyList<IConnectorFactory> Connectors { get; init; } = [];

    /// <summary>The folders below which INSTALL CONNECTOR finds connectors; null for any where statements may read files by path, and else none.</summary>
    public IReadOnlyList<string>? ConnectorFolders { get; init; }

    /// <summary>How long a source may take to answer a question about its tables.</summary>
    public TimeSpan CatalogPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where relative file paths in statements begin.</summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>Whether statements may read files by path (<c>FROM 'x.csv'</c>). A server that others reach should not.</summary>
    public bool AllowsPaths { get; init; } = true;
}
