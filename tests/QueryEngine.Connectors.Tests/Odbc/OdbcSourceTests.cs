using System.Globalization;
using Npgsql;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Connectors.Tests.PostgreSql;
using QueryEngine.Connectors.Tests.Sqlite;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.Odbc;

/// <summary>Makes catalogs over ODBC drivers.</summary>
internal static class OdbcCatalog
{
    public static readonly string[] Rows =
    [
        .. Enumerable.Range(1, 60).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"({i}, {(i % 5 == 0 ? "NULL" : i % 7)}, {(i % 4 == 0 ? "NULL" : $"{i}.25")}, {(i % 6 == 0 ? "NULL" : i % 3 == 0 ? "'Ab'" : "'ab'")}, {(i % 3 == 0 ? "NULL" : $"'2020-01-{(i % 28) + 1:00}'")})")),
    ];

    public static async ValueTask<ContractSubject> OpenAsync(string connectionString, string schema)
    {
        var factory = new OdbcConnectorFactory();
        IConnector connector = await factory.CreateAsync(
            new ConnectorContext("od"), PropertyBag.Check("odbc", factory.Properties, new Dictionary<string, string> { ["connection-string"] = connectionString }), default);
        return new ContractSubject(factory, connector, new SchemaTableName(schema, "things"));
    }
}

/// <summary>MariaDB by the generic connector.</summary>
[Collection(MariaDbTests.Name)]
public sealed class OdbcOverMariaDbTests(MariaDbServer server) : ConnectorContractTests
{
    protected override ValueTask<ContractSubject> OpenAsync()
    {
        server.Execute(
            "CREATE OR REPLACE DATABASE generic CHARACTER SET utf8mb4", "CREATE TABLE generic.things (id int PRIMARY KEY, n bigint, price decimal(10,2), name varchar(20), day date)",
            $"INSERT INTO generic.things VALUES {string.Join(", ", OdbcCatalog.Rows)}");
        return OdbcCatalog.OpenAsync(server.OdbcText.Replace("DATABASE=test", "DATABASE=generic", StringComparison.Ordinal), "generic");
    }
}

/// <summary>PostgreSQL by the generic connector.</summary>
[Collection(PostgresTests.Name)]
public sealed class OdbcOverPostgresTests(PostgresServer server) : ConnectorContractTests
{
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        await server.ExecuteAsync(
            "DROP SCHEMA IF EXISTS generic CASCADE; CREATE SCHEMA generic; CREATE TABLE generic.things (id int PRIMARY KEY, n bigint, price decimal(10,2), name varchar(20), day date)",
            $"INSERT INTO generic.things VALUES {string.Join(", ", OdbcCatalog.Rows)}");
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        string text = new QueryEngine.Connectors.Odbc.OdbcConnectionString()
            .Add("DRIVER", "PostgreSQL Unicode").Add("SERVER", connection.Host).Add("PORT", connection.Port.ToString(CultureInfo.InvariantCulture))
            .Add("DATABASE", connection.Database).Add("UID", connection.Username).Add("PWD", connection.Password).ToString();
        return await OdbcCatalog.OpenAsync(text, "generic");
    }
}

/// <summary>SQLite by the generic connector.</summary>
public sealed class OdbcOverSqliteTests : ConnectorContractTests, IDisposable
{
    private readonly SqliteFile _file = new();

    public void Dispose() => _file.Dispose();

    protected override ValueTask<ContractSubject> OpenAsync()
    {
        _file.Execute(
            "CREATE TABLE things (id integer PRIMARY KEY, n bigint, price double, name varchar(20), day varchar(10))",
            $"INSERT INTO things VALUES {string.Join(", ", OdbcCatalog.Rows)}");
        string plain = Path.Combine(Path.GetDirectoryName(_file.Location)!, "plain.db");
        File.Copy(_file.Location, plain, overwrite: true);
        return OdbcCatalog.OpenAsync($"DRIVER=SQLite3;DATABASE={plain};", "main");
    }
}
