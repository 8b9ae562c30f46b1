using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Client.Services;

/// <summary>Opens statement services: the only place that knows both kinds.</summary>
internal static class ServiceFactory
{
    /// <summary>Starts an engine in this process or reaches for a server.</summary>
    /// <exception cref="QueryException">When the options are wrong or nobody answers.</exception>
    public static async ValueTask<OpenedService> OpenAsync(ServiceOptions options, CancellationToken cancellationToken)
    {
        if (options.Server is { } server)
        {
            var remote = new RemoteStatementService(server, secret: Environment.GetEnvironmentVariable("QE_SECRET"));
            return new OpenedService(remote, [], remote);
        }

        EngineHost host = await EngineHost.StartAsync(ToHostOptions(options), cancellationToken);
        return new OpenedService(host.Statements, host.Warnings, host);
    }

    private static EngineHostOptions ToHostOptions(ServiceOptions options)
    {
        var engine = new EngineOptions();
        return new EngineHostOptions
        {
            Engine = engine with
            {
                Threads = options.Threads > 0 ? options.Threads : engine.Threads,
                MemoryLimit = options.MemoryLimit > 0 ? options.MemoryLimit : engine.MemoryLimit,
                Spill = engine.Spill with
                {
                    Path = options.SpillPath ?? engine.Spill.Path,
                    MaxBytes = options.SpillMaxBytes ?? engine.Spill.MaxBytes,
                },
            },
            CatalogDirectory = options.CatalogDirectory,
            CatalogUrls = options.CatalogUrls,
        };
    }
}
