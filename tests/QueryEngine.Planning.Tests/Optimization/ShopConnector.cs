using QueryEngine.Connectors.Objects;
using QueryEngine.Spi;

namespace QueryEngine.Planning.Tests.Optimization;

/// <summary>Tables that are asked by key: <c>orders</c> only so, <c>items</c> also as a whole.</summary>
internal sealed class ShopConnector : ObjectConnector
{
    [Table]
    public static IEnumerable<Order> Orders([RequiredKey] long customer) => [new Order(customer, "open")];

    [Table]
    public static IEnumerable<Item> Items(long? product) => [new Item(product ?? 1, 2)];

    internal sealed record Order(long Number, string State);

    internal sealed record Item(long Product, int Pieces);
}

/// <summary>Makes catalogs of <see cref="ShopConnector"/>.</summary>
internal sealed class ShopFactory : ObjectConnectorFactory<ShopConnector>
{
    public override string Name => "shop";

    protected override ShopConnector Create(ConnectorContext context, PropertyBag properties) => new();
}
