using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Connectors.Odbc.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Products;

/// <summary>Catalogs over SQL Server and Azure SQL: <c>sqlserver://user:password@host:1433/database</c>.</summary>
public sealed class SqlServerConnectorFactory : ProductConnectorFactory
{
    /// <summary>Makes the factory.</summary>
    public SqlServerConnectorFactory()
        : base("sqlserver", "SQL Server", "ODBC Driver 18 for SQL Server", port: 1433)
    {
    }

    private protected override OdbcDialect CreateDialect() => new SqlServerDialect();

    private protected override OdbcConnectionString AddPlace(OdbcConnectionString text, string host, string port, string? database) =>
        text.Add("SERVER", $"{host},{port}").Add("DATABASE", database);
}

/// <summary>Catalogs over Oracle: <c>oracle://user:password@host:1521/service</c>.</summary>
public sealed class OracleConnectorFactory : ProductConnectorFactory
{
    /// <summary>Makes the factory.</summary>
    public OracleConnectorFactory()
        : base("oracle", "Oracle", "Oracle 23 ODBC driver", port: 1521)
    {
    }

    private protected override OdbcDialect CreateDialect() => new OracleDialect();

    private protected override OdbcConnectionString AddPlace(OdbcConnectionString text, string host, string port, string? database) =>
        text.Add("DBQ", $"//{host}:{port}/{database}");
}

/// <summary>Catalogs over DB2: <c>db2://user:password@host:50000/database</c>.</summary>
public sealed class Db2ConnectorFactory : ProductConnectorFactory
{
    /// <summary>Makes the factory.</summary>
    public Db2ConnectorFactory()
        : base("db2", "DB2", "IBM DB2 ODBC DRIVER", port: 50_000)
    {
    }

    private protected override OdbcDialect CreateDialect() => new Db2Dialect();

    private protected override OdbcConnectionString AddPlace(OdbcConnectionString text, string host, string port, string? database) =>
        text.Add("HOSTNAME", host).Add("PORT", port).Add("PROTOCOL", "TCPIP").Add("DATABASE", database);
}

/// <summary>What the factories of products behind ODBC drivers share.</summary>
public abstract class ProductConnectorFactory : IConnectorFactory
{
    private readonly string _title;
    private readonly string _driver;

    private protected ProductConnectorFactory(string name, string title, string driver, int port)
    {
        (Name, _title, _driver) = (name, title, driver);
        Properties =
        [
            new("host", "The server's name or address.") { Default = "localhost" },
            new("port", "The server's port.") { Default = port.ToString(CultureInfo.InvariantCulture), Type = PropertyType.Integer, Min = 1, Max = 65_535 },
            new("database", "The database or service."),
            new("user", "The user.") { Aliases = ["connection-user"] },
            new("password", "The password.") { IsSecret = true, Aliases = ["connection-password"] },
            new("driver", "The ODBC driver's name or file.") { Default = driver },
            new("driver-options", "More of the driver's connection string: Name=value;....") { IsSecret = true },
            new("connect-timeout", "Seconds to wait for a connection.") { Default = "15", Type = PropertyType.Integer, Min = 1, Max = 1024 },
        ];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ConnectorManifest Manifest => new(_title, $"Tables of {_title}, read by blocks of columns through its ODBC driver.")
    {
        Category = ConnectorCategory.Database,
        Status = ConnectorStatus.Preview,
        Base = "adonet",
        Client = $"unixODBC (LGPL 2.1) and a driver as {_driver}",
        Pushdown = SqlPushdown.Kinds,
        Capabilities = ConnectorCapabilities.None,
        ReadConsistency = SnapshotConsistency.Snapshot,
        SplitStrategies = ["none"],
        UrlExamples = [$"{Name}://user:password@host/database", $"{Name}://user:password@host/database?connect-timeout=5"],
        TestGrade = TestGrade.Provider,
        Limitations = ["Only reads.", $"Never run against {_title}: tests compare the statements only.", "Text is compared by the source and again by the engine."],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [.. SqlTableHandle.Types, typeof(OdbcSplit)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes => [Name];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url) => SqlUrl.ReadServer(url);

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new OdbcConnector(
            new OdbcTarget(ConnectionString(properties), $"{_title} server {properties.Get("host")}") { ConnectTimeout = properties.GetInteger("connect-timeout", 1, 1024) },
            CreateDialect()));

    /// <summary>The driver's connection string.</summary>
    internal string ConnectionString(PropertyBag properties) =>
        AddPlace(new OdbcConnectionString().Add("DRIVER", properties.Get("driver")), properties.Get("host"), properties.Get("port"), properties.Find("database"))
            .Add("UID", properties.Find("user")).Add("PWD", properties.Find("password")) + (properties.Find("driver-options") ?? "");

    private protected abstract OdbcDialect CreateDialect();

    private protected abstract OdbcConnectionString AddPlace(OdbcConnectionString text, string host, string port, string? database);
}
