using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Client.Services;

/// <summary>Opens statement services: the only place that knows both kinds.</summary>
internal static class ServiceFactory
{
    /// <summary>Starts an engine in this process or reaches for a server.</summary>
    /// <exception cref="QueryException">When the options are wrong or nobody answers.</exception>
    public static ValueTask<OpenedService> OpenAsync(ServiceOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        throw QueryException.NotSupported(options.Server is null ? "the embedded engine" : "a remote server");
    }
}
