using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Makes <c>memory</c> catalogs: tables that live in this process and end with it.</summary>
public sealed class MemoryConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("Memory", "Tables in the memory of the engine's own process.")
    {
        Category = ConnectorCategory.BuiltIn,
        Status = ConnectorStatus.Stable,
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.RowChanges
            | ConnectorCapabilities.Transactions | ConnectorCapabilities.Statistics | ConnectorCapabilities.NodeLocal,
        Pushdown = PushdownKinds.Limit,
        ReadConsistency = SnapshotConsistency.Snapshot,
        WriteGuarantee = WriteGuarantee.ExactlyOnce,
        SplitStrategies = ["range"],
        TestGrade = TestGrade.Real,
        Limitations = ["The tables end with the process."],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } =
        [typeof(MemoryTableHandle), typeof(MemorySplit), typeof(MemoryWriteHandle), typeof(ColumnHandle)];

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(
        ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new MemoryConnector(context));
}
