using QueryEngine.Execution;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine;

/// <summary>Connectors of the catalogs that analysis has opened.</summary>
internal sealed class CatalogConnectors(CatalogManager catalogs) : IConnectorResolver
{
    /// <inheritdoc/>
    public IConnector Get(string catalog) => catalogs.Get(catalog).Connector;
}
