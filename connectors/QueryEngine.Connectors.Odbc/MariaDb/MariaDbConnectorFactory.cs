using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Catalogs over MariaDB servers: <c>mariadb://user:password@host:port/database</c>.</summary>
public sealed class MariaDbConnectorFactory : MariaDbFamilyFactory
{
    /// <summary>Makes the factory.</summary>
    public MariaDbConnectorFactory()
        : base("mariadb", "MariaDB", isMySql: false)
    {
    }
}

/// <summary>Catalogs over MySQL servers: <c>mysql://user:password@host:port/database</c>.</summary>
public sealed class MySqlConnectorFactory : MariaDbFamilyFactory
{
    /// <summary>Makes the factory.</summary>
    public MySqlConnectorFactory()
        : base("mysql", "MySQL", isMySql: true)
    {
    }
}

/// <summary>What the factories of servers that speak MariaDB's protocol share.</summary>
public abstract class MariaDbFamilyFactory : IConnectorFactory
{
    private readonly string _product;
    private readonly bool _isMySql;

    private protected MariaDbFamilyFactory(string name, string product, bool isMySql) => (Name, _product, _isMySql) = (name, product, isMySql);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ConnectorManifest Manifest => new(_product, $"Databases of a {_product} server, read and written through MariaDB Connector/ODBC by blocks of columns.")
    {
        Category = ConnectorCategory.Database,
        Status = _isMySql ? ConnectorStatus.Preview : ConnectorStatus.Stable,
        Base = "adonet",
        Client = "MariaDB Connector/ODBC (LGPL 2.1), unixODBC (LGPL 2.1)",
        Capabilities = ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions | ConnectorCapabilities.RowChanges
            | ConnectorCapabilities.Statistics | ConnectorCapabilities.RemoteCancellation,
        Pushdown = SqlPushdown.Kinds | PushdownKinds.Window | PushdownKinds.Union,
        ReadConsistency = SnapshotConsistency.PerSplit,
        WriteGuarantee = WriteGuarantee.ExactlyOnce,
        SplitStrategies = ["range", "none"],
        UrlExamples = [$"{Name}://user:password@host:3306/shop", $"{Name}://user:password@host/shop?special-dates=null"],
        TestGrade = _isMySql ? TestGrade.None : TestGrade.Real,
        TestedAgainst = _isMySql ? [] : ["MariaDB 10.11"],
        Limitations =
        [
            "Rows are changed by their primary key: tables without one take inserts only.",
            "Times outside the years 1 to 9999, and times of day beyond 24 hours, are errors when they are read.",
            "Check constraints, defaults and foreign keys in CREATE TABLE are not supported; text in a key has at most 500 characters.",
        ],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [.. SqlTableHandle.Types, typeof(OdbcSplit), typeof(MariaDbWriteHandle)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties => MariaDbOptions.Properties;

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes => [Name];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url) => MariaDbOptions.ParseUrl(url);

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new MariaDbConnector(MariaDbOptions.Parse(_product, _isMySql, properties), _isMySql));
}
