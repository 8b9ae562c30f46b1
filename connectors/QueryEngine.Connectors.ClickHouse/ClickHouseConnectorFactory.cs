using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.ClickHouse.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Catalogs over ClickHouse servers: <c>clickhouse://user:password@host:port/database</c>.</summary>
public sealed class ClickHouseConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "clickhouse";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("ClickHouse", "Databases of a ClickHouse server, read and written over HTTP by blocks of columns.")
    {
        Category = ConnectorCategory.Database,
        Base = "adonet",
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.Statistics | ConnectorCapabilities.RemoteCancellation,
        Pushdown = SqlPushdown.Kinds,
        ReadConsistency = SnapshotConsistency.PerSplit,
        WriteGuarantee = WriteGuarantee.AtLeastOnce,
        SplitStrategies = ["range", "hash", "none"],
        UrlExamples = ["clickhouse://user:password@host:8123/shop", "clickhouse://user:password@host/shop?secure=true"],
        TestGrade = TestGrade.Real,
        TestedAgainst = ["ClickHouse 18.16"],
        Limitations =
        [
            "Rows are not updated or deleted, but by system.execute.",
            "What an INSERT adds to a table with partitions appears partition by partition; to tables that keep no parts, are replicated or feed views, block by block.",
            "Keys, defaults and check constraints in CREATE TABLE are not supported; the user must be allowed to change settings.",
        ],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } =
    [
        typeof(SqlTableHandle), typeof(SqlColumn), typeof(RemoteTable), typeof(PushedCondition), typeof(SqlComputation), typeof(SqlAggregate),
        typeof(SqlAggregation), typeof(SqlJoin), typeof(ClickHouseSplit), typeof(ClickHouseWriteHandle),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties => ClickHouseOptions.Properties;

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes { get; } = ["clickhouse"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url) => ClickHouseOptions.ParseUrl(url);

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new ClickHouseConnector(ClickHouseOptions.Parse(properties)));
}
