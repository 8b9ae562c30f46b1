using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>Catalogs over SQLite files: <c>sqlite:///absolute/path/app.db</c>.</summary>
public sealed class SqliteConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "sqlite";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("SQLite", "One database file, read and written by the system's SQLite library.")
    {
        Category = ConnectorCategory.Database,
        Status = ConnectorStatus.Stable,
        Base = "adonet",
        Client = "libsqlite3 (public domain)",
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.RowChanges
            | ConnectorCapabilities.Statistics | ConnectorCapabilities.RemoteCancellation | ConnectorCapabilities.AccessControl | ConnectorCapabilities.Streaming,
        Pushdown = SqlPushdown.Kinds | PushdownKinds.Window | PushdownKinds.Union,
        ReadConsistency = SnapshotConsistency.PerSplit,
        WriteGuarantee = WriteGuarantee.ExactlyOnce,
        DefaultSchema = "main",
        SplitStrategies = ["rowid", "none"],
        UrlExamples = ["sqlite:///data/app.db", "sqlite:///data/app.db?table=users&read-only=true"],
        TestGrade = TestGrade.Real,
        TestedAgainst = ["SQLite 3.40"],
        Limitations = ["Attached databases, schemas, check constraints, defaults and foreign keys in CREATE TABLE are not supported."],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [.. SqlTableHandle.Types, typeof(SqliteSplit), typeof(SqliteWriteHandle)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties => SqliteOptions.Properties;

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes { get; } = ["sqlite"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url)
    {
        if (url.Host.Length > 0)
            throw new QueryException(
                ErrorCode.InvalidProperty, $"'{url}' names a host", "An SQLite URL has three slashes: sqlite:///absolute/path/app.db.");
        var properties = SqlUrl.ReadOptions(url);
        properties["path"] = Uri.UnescapeDataString(url.AbsolutePath);
        return properties;
    }

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new SqliteConnector(SqliteOptions.Parse(properties)));
}
