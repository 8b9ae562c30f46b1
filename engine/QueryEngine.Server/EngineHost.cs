using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Connectors.System;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary>
/// An engine with the connectors that come with it and the catalogs that it was told: <c>tpch</c>, <c>memory</c> and <c>system</c> always, and a hidden
/// <c>files</c> for paths in statements.
/// </summary>
public sealed class EngineHost : IAsyncDisposable
{
    private EngineHost(Engine engine, IReadOnlyList<QueryException> warnings) => (Engine, Warnings) = (engine, warnings);

    /// <summary>The engine.</summary>
    public Engine Engine { get; }

    /// <summary>Runs statements.</summary>
    public IStatementService Statements => Engine;

    /// <summary>Catalogs whose configuration is wrong. They fail those who use them and nobody else.</summary>
    public IReadOnlyList<QueryException> Warnings { get; }

    /// <summary>Starts an engine that runs queries in this process.</summary>
    public static Task<EngineHost> StartAsync(EngineHostOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, _ => new LocalQueryRunner(options.Engine.Time, options.Engine.NodeId), cancellationToken);

    /// <summary>Starts an engine with a runner made over its catalogs.</summary>
    /// <exception cref="QueryException">A catalog URL is wrong.</exception>
    public static async Task<EngineHost> StartAsync(
        EngineHostOptions options, Func<CatalogManager, IQueryRunner> createRunner, CancellationToken cancellationToken)
    {
        CatalogManager catalogs = CreateCatalogs(options);
        IReadOnlyList<QueryException> warnings = await LoadAsync(catalogs, options, cancellationToken).ConfigureAwait(false);
        var data = new SystemData();
        catalogs.Register(new SystemConnectorFactory(data));
        catalogs.Create(EngineMetadata.SystemCatalog, "system", new Dictionary<string, string>(), ifNotExists: true);
        var engine = new Engine(options.Engine, catalogs, createRunner(catalogs));
        data.Attach(engine);
        return new EngineHost(engine, warnings);
    }

    /// <summary>A catalog manager with every connector but <c>system</c>, and no catalogs: what a worker has.</summary>
    public static CatalogManager CreateCatalogs(EngineHostOptions options) =>
        new([.. BuiltInConnectors.Create(), .. options.Connectors], name => new ConnectorContext(name) { NodeId = options.Engine.NodeId, Time = options.Engine.Time })
        {
            Patience = options.CatalogPatience,
            ConnectorRoots = options.ConnectorFolders ?? (options.AllowsPaths ? [Path.GetPathRoot(options.WorkingDirectory)!] : []),
        };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private static async Task<IReadOnlyList<QueryException>> LoadAsync(
        CatalogManager catalogs, EngineHostOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<QueryException> warnings = options.CatalogDirectory is { } folder
            ? await catalogs.LoadDirectoryAsync(folder, cancellationToken).ConfigureAwait(false)
            : [];
        foreach ((string name, string url) in options.CatalogUrls)
            catalogs.CreateFromUrl(name, url);
        catalogs.Create("tpch", "tpch", new Dictionary<string, string>(), ifNotExists: true);
        catalogs.Create("memory", "memory", new Dictionary<string, string>(), ifNotExists: true);
        if (options.AllowsPaths)
            catalogs.Create(
                EngineMetadata.FilesCatalog,
                "files",
                new Dictionary<string, string> { ["root"] = options.WorkingDirectory, ["allow-any-path"] = "true" },
                ifNotExists: true,
                isHidden: true);
        return warnings;
    }
}
