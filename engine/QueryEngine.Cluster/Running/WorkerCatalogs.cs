using System.Collections.Concurrent;
using System.Text;
using QueryEngine.Execution;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;
using PackageReply = QueryEngine.Rpc.Cluster.PackageReply;
using WireCatalog = QueryEngine.Rpc.Cluster.CatalogDefinition;

namespace QueryEngine.Cluster.Running;

/// <summary>
/// The catalogs of a worker, made from the definitions that come with tasks: nothing is configured here. The same definition gives the same
/// connector, for as long as the worker runs. Thread-safe.
/// </summary>
internal sealed class WorkerCatalogs(IReadOnlyList<IConnectorFactory> factories, string nodeId, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<CatalogManager>> _catalogs = new(StringComparer.Ordinal);
    private readonly WorkerPackages _packages = new();

    /// <summary>The handle types of catalogs, by name; connectors that are not here are fetched.</summary>
    public async ValueTask<Func<string, IReadOnlyList<Type>>> HandleTypesOfAsync(
        IEnumerable<WireCatalog> definitions, Func<string, Task<PackageReply>> fetch, CancellationToken cancellationToken)
    {
        var types = new Dictionary<string, IReadOnlyList<Type>>();
        foreach (WireCatalog definition in definitions)
        {
            IReadOnlyList<IConnectorFactory> known = await FactoriesOfAsync(definition, fetch, cancellationToken);
            types[definition.Name] = known.FirstOrDefault(factory => factory.Name == definition.Connector)?.HandleTypes
                ?? throw new QueryException(ErrorCode.UndefinedObject, $"node {nodeId} has no connector '{definition.Connector}'");
        }

        return name => types.GetValueOrDefault(name) ?? throw new QueryException(ErrorCode.ProtocolViolation, $"a task came without catalog '{name}'");
    }

    /// <summary>The connectors of catalogs, made where they are new.</summary>
    public async ValueTask<IConnectorResolver> ResolveAsync(
        IReadOnlyCollection<WireCatalog> definitions, Func<string, Task<PackageReply>> fetch, CancellationToken cancellationToken)
    {
        var connectors = new Dictionary<string, (IConnector Connector, WireCatalog Definition)>();
        foreach (WireCatalog definition in definitions)
        {
            IReadOnlyList<IConnectorFactory> known = await FactoriesOfAsync(definition, fetch, cancellationToken);
            CatalogManager manager = _catalogs.GetOrAdd(KeyOf(definition), _ => new Lazy<CatalogManager>(() => Create(definition, known))).Value;
            IConnector connector = await manager.Get(definition.Name).GetConnectorAsync(cancellationToken);
            connectors.Add(definition.Name, (connector, definition));
        }

        return new Resolver(connectors);
    }

    /// <summary>Closes the catalogs of packages that are not installed any more, and unloads those.</summary>
    public async ValueTask KeepOnlyAsync(IReadOnlyCollection<string> packages)
    {
        foreach (string id in _packages.KeepOnly(packages))
            foreach (string key in _catalogs.Keys.Where(key => key.StartsWith(id + '\0', StringComparison.Ordinal)))
                if (_catalogs.TryRemove(key, out Lazy<CatalogManager>? catalog) && catalog.IsValueCreated)
                    await catalog.Value.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _packages.Dispose();
        foreach (Lazy<CatalogManager> catalog in _catalogs.Values)
        {
            if (catalog.IsValueCreated)
                await catalog.Value.DisposeAsync();
        }
    }

    private async ValueTask<IReadOnlyList<IConnectorFactory>> FactoriesOfAsync(
        WireCatalog definition, Func<string, Task<PackageReply>> fetch, CancellationToken cancellationToken) =>
        definition.Package.Length == 0 ? factories : await _packages.GetAsync(definition.Package, fetch, cancellationToken);

    private CatalogManager Create(WireCatalog definition, IReadOnlyList<IConnectorFactory> known)
    {
        var manager = new CatalogManager(known, name => new ConnectorContext(name) { NodeId = nodeId, Time = time });
        manager.Create(definition.Name, definition.Connector, definition.Properties);
        return manager;
    }

    private static string KeyOf(WireCatalog definition)
    {
        var key = new StringBuilder().Append(definition.Package).Append('\0').Append(definition.Name).Append('\0').Append(definition.Connector);
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
