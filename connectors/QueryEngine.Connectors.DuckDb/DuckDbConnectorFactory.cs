using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Catalogs over DuckDB files: <c>duckdb:///absolute/path/app.duckdb</c>.</summary>
public sealed class DuckDbConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "duckdb";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("DuckDB", "One database file, read and written through DuckDB's own library by its vectors.")
    {
        Category = ConnectorCategory.Database,
        Status = ConnectorStatus.Stable,
        Base = "adonet",
        Client = "libduckdb (MIT)",
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.RowChanges
            | ConnectorCapabilities.Statistics | ConnectorCapabilities.RemoteCancellation | ConnectorCapabilities.AccessControl,
        Pushdown = SqlPushdown.Kinds | PushdownKinds.Window | PushdownKinds.Union,
        ReadConsistency = SnapshotConsistency.Snapshot,
        WriteGuarantee = WriteGuarantee.ExactlyOnce,
        DefaultSchema = "main",
        SplitStrategies = ["rowid", "none"],
        UrlExamples = ["duckdb:///data/app.duckdb", "duckdb:///data/app.duckdb?table=users&read-only=true"],
        TestGrade = TestGrade.Real,
        TestedAgainst = ["DuckDB 1.5"],
        Limitations =
        [
            "One process has the file open, unless all open it with read-only=true: on several nodes it can only be read.",
            "Defaults, check constraints and foreign keys in CREATE TABLE are not supported; DuckDB keeps no lengths of text.",
        ],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [.. SqlTableHandle.Types, typeof(DuckDbSplit), typeof(DuckDbWriteHandle)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties => DuckDbOptions.Properties;

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes { get; } = ["duckdb"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url)
    {
        if (url.Host.Length > 0)
            throw new QueryException(
                ErrorCode.InvalidProperty, $"'{url}' names a host", "A DuckDB URL has three slashes: duckdb:///absolute/path/app.duckdb.");
        var properties = SqlUrl.ReadOptions(url);
        properties["path"] = Uri.UnescapeDataString(url.AbsolutePath);
        return properties;
    }

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new DuckDbConnector(DuckDbOptions.Parse(properties)));
}
