using QueryEngine.Connectors.ClickHouse;
using QueryEngine.Connectors.DuckDb;
using QueryEngine.Connectors.Files;
using QueryEngine.Connectors.Memory;
using QueryEngine.Connectors.Objects;
using QueryEngine.Connectors.Odbc.Generic;
using QueryEngine.Connectors.Odbc.MariaDb;
using QueryEngine.Connectors.Odbc.Products;
using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Connectors.Sqlite;
using QueryEngine.Connectors.Tpch;
using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary>The connectors that come with the engine, but for <c>system</c>, which needs the engine itself.</summary>
public static class BuiltInConnectors
{
    /// <summary>A factory of each.</summary>
    public static IReadOnlyList<IConnectorFactory> Create() =>
    [
        new ClickHouseConnectorFactory(),
        new Db2ConnectorFactory(),
        new DuckDbConnectorFactory(),
        new FilesConnectorFactory(),
        new MariaDbConnectorFactory(),
        new MemoryConnectorFactory(),
        new MySqlConnectorFactory(),
        new OdbcConnectorFactory(),
        new OracleConnectorFactory(),
        new RegisteredObjectsFactory(),
        new PostgresConnectorFactory(),
        new SqliteConnectorFactory(),
        new SqlServerConnectorFactory(),
        new TpchConnectorFactory(),
    ];
}
