using QueryEngine.Spi;

namespace QueryEngine.Connectors.System;

/// <summary>Makes the <c>system</c> catalog of an engine.</summary>
/// <param name="data">What the engine tells of itself.</param>
public sealed class SystemConnectorFactory(ISystemData data) : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "system";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("System", "What the engine tells of itself: catalogs, connectors, nodes, queries.")
    {
        Category = ConnectorCategory.BuiltIn,
        Status = ConnectorStatus.Stable,
        Capabilities = ConnectorCapabilities.InformationSchema | ConnectorCapabilities.NodeLocal,
        Pushdown = PushdownKinds.Filter,
        ReadConsistency = SnapshotConsistency.PerSplit,
        TestGrade = TestGrade.Real,
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [typeof(SystemTableHandle), typeof(SystemSplit), typeof(ColumnHandle)];

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(
        ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new SystemConnector(data, context));
}

/// <summary>A system table as a query sees it.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Table">Its name.</param>
/// <param name="Catalog">The catalog whose <c>information_schema</c> it is in; else null.</param>
/// <param name="Domain">Rows outside it may be left out.</param>
internal sealed record SystemTableHandle(string Schema, string Table, string? Catalog, TupleDomain Domain) : TableHandle
{
    /// <summary>Schema and name.</summary>
    public SchemaTableName Name => new(Schema, Table);
}

/// <summary>A whole system table, read where the engine's own data is.</summary>
internal sealed record SystemSplit : Split;
