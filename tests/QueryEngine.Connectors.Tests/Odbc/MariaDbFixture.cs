using QueryEngine.Connectors.Odbc.MariaDb;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.Odbc;

/// <summary>The server of all MariaDB tests.</summary>
[CollectionDefinition(Name)]
public sealed class MariaDbTests : ICollectionFixture<MariaDbServer>
{
    public const string Name = "mariadb";

    internal static async Task<MariaDbConnector> OpenAsync(MariaDbServer server, params (string Name, string Value)[] properties)
    {
        var factory = new MariaDbConnectorFactory();
        Dictionary<string, string> all = new(factory.ParseUrl(new Uri(server.Url)));
        foreach ((string name, string value) in properties)
            all[name] = value;
        return (MariaDbConnector)await factory.CreateAsync(new ConnectorContext("my"), PropertyBag.Check("mariadb", factory.Properties, all), default);
    }
}
