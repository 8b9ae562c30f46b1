using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tpch;

/// <summary>Makes <c>tpch</c> catalogs: the tables of the TPC-H specification, generated as they are read.</summary>
public sealed class TpchConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "tpch";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("TPC-H", "The eight tables of the TPC-H specification, generated while they are read.")
    {
        Category = ConnectorCategory.BuiltIn,
        Status = ConnectorStatus.Stable,
        Capabilities = ConnectorCapabilities.Statistics,
        Pushdown = PushdownKinds.Limit | PushdownKinds.Filter,
        ReadConsistency = SnapshotConsistency.Snapshot,
        SplitStrategies = ["range"],
        TestGrade = TestGrade.Real,
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [typeof(TpchTableHandle), typeof(TpchSplit), typeof(ColumnHandle)];

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(
        ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) => new(new TpchConnector());
}

/// <summary>A catalog whose schemas are scale factors. Has no state: the rows are functions of their position.</summary>
internal sealed class TpchConnector : IConnector
{
    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; } = new TpchMetadata();

    /// <inheritdoc/>
    public ISplitManager Splits { get; } = new TpchSplitManager();

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; } = new TpchRecordSetProvider();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
