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
    public IReadOnlyList<Type> HandleTypes { get; } =
    [
        typeof(SqlTableHandle), typeof(SqlColumn), typeof(RemoteTable), typeof(PushedCondition), typeof(SqlComputation), typeof(SqlAggregate),
        typeof(SqlAggregation), typeof(SqliteSplit), typeof(SqliteWriteHandle),
    ];

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
