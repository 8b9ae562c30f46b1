using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Makes <c>memory</c> catalogs: tables that live in this process and end with it.</summary>
public sealed class MemoryConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } =
        [typeof(MemoryTableHandle), typeof(MemorySplit), typeof(MemoryWriteHandle), typeof(ColumnHandle)];

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(
        ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new MemoryConnector(context));
}
