using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.PostgreSql;

/// <summary>The server of all PostgreSQL tests.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgresql";

    internal static async Task<PostgresConnector> OpenAsync(PostgresServer server, params (string Name, string Value)[] properties)
    {
        var factory = new PostgresConnectorFactory();
        Dictionary<string, string> all = new(factory.ParseUrl(new Uri(server.Url)));
        foreach ((string name, string value) in properties)
            all[name] = value;
        return (PostgresConnector)await factory.CreateAsync(new ConnectorContext("pg"), PropertyBag.Check("postgresql", factory.Properties, all), default);
    }
}
