using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>Makes catalogs of a connector whose tables are its methods. Derive from it to name the connector, its properties and URLs.</summary>
/// <typeparam name="T">The connector.</typeparam>
public abstract class ObjectConnectorFactory<T> : IConnectorFactory
    where T : ObjectConnector
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual ConnectorManifest Manifest => new(Name, $"Catalogs of connector {Name}.") { Base = "objects", Pushdown = ObjectConnector.Pushed, Capabilities = ConnectorCapabilities.Lookup };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [typeof(ObjectTableHandle), typeof(ObjectKey), typeof(ObjectSplit), typeof(ColumnHandle)];

    /// <inheritdoc/>
    public virtual IReadOnlyList<PropertySpec> Properties => [];

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> UrlSchemes => [];

    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<string, string> ParseUrl(Uri url) =>
        throw new QueryException(ErrorCode.InvalidProperty, $"connector {Name} has no connection URL");

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(Create(context, properties));

    /// <summary>Makes the connector of a catalog.</summary>
    protected abstract T Create(ConnectorContext context, PropertyBag properties);
}
