using System.Collections.Concurrent;
using System.Text;
using QueryEngine.Execution;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;
using WireCatalog = QueryEngine.Rpc.Cluster.CatalogDefinition;

namespace QueryEngine.Cluster.Running;

/// <summary>
/// The catalogs of a worker, made from the definitions that come with tasks: nothing is configured here. The same definition gives the same
/// connector, for as long as the worker runs. Thread-safe.
/// </summary>
internal sealed class WorkerCatalogs(IReadOnlyList<IConnectorFactory> factories, string nodeId, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<CatalogManager>> _catalogs = new(StringComparer.Ordinal);

    /// <summary>The handle types of catalogs, by name.</summary>
    public Func<string, IReadOnlyList<Type>> HandleTypesOf(IEnumerable<WireCatalog> definitions)
    {
        var types = definitions.ToDictionary(
            definition => definition.Name,
            definition => factories.FirstOrDefault(factory => factory.Name == definition.Connector)?.HandleTypes
                ?? throw new QueryException(ErrorCode.UndefinedObject, $"node {nodeId} has no connector '{definition.Connector}'"));
        return name => types.GetValueOrDefault(name) ?? throw new QueryException(ErrorCode.ProtocolViolation, $"a task came without catalog '{name}'");
    }

    /// <summary>The connectors of catalogs, made where they are new.</summary>
    public async ValueTask<IConnectorResolver> ResolveAsync(IReadOnlyCollection<WireCatalog> definitions, CancellationToken cancellationToken)
    {
        var connectors = new Dictionary<string, (IConnector Connector, WireCatalog Definition)>();
        foreach (WireCatalog definition in definitions)
        {
            CatalogManager manager = _catalogs.GetOrAdd(KeyOf(definition), _ => new Lazy<CatalogManager>(() => Create(definition))).Value;
            IConnector connector = await manager.Get(definition.Name).GetConnectorAsync(cancellationToken);
            connectors.Add(definition.Name, (connector, definition));
        }

        return new Resolver(connectors);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<CatalogManager> catalog in _catalogs.Values)
        {
            if (catalog.IsValueCreated)
                await catalog.Value.DisposeAsync();
        }
    }

    private CatalogManager Create(WireCatalog definition)
    {
        var manager = new CatalogManager(factories, name => new ConnectorContext(name) { NodeId = nodeId, Time = time });
        manager.Create(definition.Name, definition.Connector, definition.Properties);
        return manager;
    }

    private static string KeyOf(WireCatalog definition)
    {
        var key = new StringBuilder().Append(definition.Name).Append('\0').Append(definition.Connector);
        foreach ((string name, string value) in definition.Properties.OrderBy(property => property.Key, StringComparer.Ordinal))
            key.Append('\0').Append(name).Append('=').Append(value);
        return key.ToString();
    }

    private sealed class Resolver(Dictionary<string, (IConnector Connector, WireCatalog Definition)> connectors) : IConnectorResolver
    {
        public IConnector Get(string catalog) => Find(catalog).Connector;

        public ConnectorSession SessionFor(string catalog, ConnectorSession session) =>
            session with { Properties = new Dictionary<string, string>(Find(catalog).Definition.SessionProperties) };

        private (IConnector Connector, WireCatalog Definition) Find(string catalog) =>
            connectors.TryGetValue(catalog, out (IConnector Connector, WireCatalog Definition) found)
                ? found
                : throw new QueryException(ErrorCode.UndefinedCatalog, $"catalog '{catalog}' did not come with the task");
    }
}
