using QueryEngine.Connectors.TestKit;
using QueryEngine.Spi;

namespace MyConnector.Tests;

/// <summary>Everything that a connector must do, proven over the table of this one.</summary>
public sealed class ContractTests : ConnectorContractTests
{
    /// <inheritdoc/>
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        IConnectorFactory factory = new ConnectorFactory();
        PropertyBag properties = PropertyBag.Check($"connector {factory.Name}", factory.Properties, [new("rows", "500")]);
        IConnector connector = await factory.CreateAsync(new ConnectorContext("test"), properties, CancellationToken.None);
        return new ContractSubject(factory, connector, new SchemaTableName("default", "things"));
    }
}
