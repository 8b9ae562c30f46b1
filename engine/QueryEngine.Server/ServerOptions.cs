namespace QueryEngine.Server;

/// <summary>What <c>qe server</c> starts with.</summary>
public sealed record ServerOptions
{
    /// <summary>The engine and its catalogs; a worker needs none, for tasks bring them.</summary>
    public EngineHostOptions Host { get; init; } = new() { AllowsPaths = false };

    /// <summary>The port to listen on; 0 takes a free one, which <see cref="ServerHost.Address"/> tells.</summary>
    public int Port { get; init; }

    /// <summary>Whether statements are taken and planned here.</summary>
    public bool IsCoordinator { get; init; }

    /// <summary>Whether tasks of distributed stages run here.</summary>
    public bool IsWorker { get; init; }

    /// <summary>Where the coordinator is, of a process that is only a worker.</summary>
    public Uri? CoordinatorUrl { get; init; }

    /// <summary>The address to listen on. Any other than a loopback one needs a secret.</summary>
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>A secret that the nodes of a cluster share.</summary>
    public string? Secret { get; init; }
}
