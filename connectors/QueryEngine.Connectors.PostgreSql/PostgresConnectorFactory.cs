using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.PostgreSql.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Catalogs over one PostgreSQL database: <c>postgresql://user:password@host:port/database</c>.</summary>
public sealed class PostgresConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "postgresql";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("PostgreSQL", "One PostgreSQL database, read and written by binary COPY.")
    {
        Category = ConnectorCategory.Database,
        Status = ConnectorStatus.Stable,
        Base = "adonet",
        Client = "Npgsql (PostgreSQL licence)",
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.RowChanges
            | ConnectorCapabilities.Statistics | ConnectorCapabilities.RemoteCancellation | ConnectorCapabilities.AccessControl,
        Pushdown = SqlPushdown.Kinds | PushdownKinds.Window | PushdownKinds.Union,
        ReadConsistency = SnapshotConsistency.PerSplit,
        WriteGuarantee = WriteGuarantee.ExactlyOnce,
        DefaultSchema = "public",
        SplitStrategies = ["ctid", "partition", "none"],
        UrlExamples = ["postgresql://user:password@host:5432/database", "postgresql://user:password@host/database?schema=public&table=users&sslmode=require"],
        TestGrade = TestGrade.Real,
        TestedAgainst = ["PostgreSQL 15"],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [.. SqlTableHandle.Types, typeof(PostgresSplit), typeof(PostgresWriteHandle)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties => PostgresOptions.Properties;

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes { get; } = ["postgresql", "postgres"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url) => PostgresOptions.ParseUrl(url);

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new PostgresConnector(PostgresOptions.Parse(properties), context.Time));
}
