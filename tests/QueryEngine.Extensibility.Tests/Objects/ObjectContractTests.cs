using QueryEngine.Connectors.Objects;
using QueryEngine.Connectors.TestKit;
using QueryEngine.Spi;

namespace QueryEngine.Extensibility.Tests.Objects;

/// <summary>The contract of connectors, over a list of objects.</summary>
public sealed class ObjectContractTests : ConnectorContractTests
{
    protected override ValueTask<ContractSubject> OpenAsync()
    {
        var objects = new RegisteredObjects();
        objects.Add("Things", Enumerable.Range(0, 500).Select(Thing.Of).ToList());
        objects.Add("a \"b\" ' c", ["x"]);
        return new(new ContractSubject(new RegisteredObjectsFactory(), objects, new SchemaTableName("default", "Things"))
        {
            HostileTables = [new("default", "a \"b\" ' c")],
        });
    }

    internal sealed record Thing(int Id, long? Big, double? Ratio, string? Name, decimal? Price, DateOnly? Day, DateTime Moment, Guid Key, bool? Flag, byte[]? Data, int[] Items)
    {
        public static Thing Of(int id) => new(
            id,
            id % 4 == 0 ? null : id % 4 == 1 ? long.MaxValue : -id,
            id % 5 == 0 ? null : id % 5 == 1 ? double.NaN : id / 8.0,
            id % 6 == 0 ? null : id % 6 == 1 ? "it's \\ %_ é 😀" : $"name {id % 30}",
            id % 7 == 0 ? null : id / 100m,
            id % 8 == 0 ? null : new DateOnly(1999, 12, 31).AddDays(id),
            DateTime.UnixEpoch.AddMicroseconds(-id),
            new Guid(id, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            id % 3 == 0 ? null : id % 3 == 1,
            id % 9 == 0 ? null : [0, 255, (byte)id],
            [id, -id]);
    }
}

/// <summary>The contract of connectors, over a method with parameters.</summary>
public sealed class MethodContractTests : ConnectorContractTests
{
    protected override ValueTask<ContractSubject> OpenAsync() =>
        new(new ContractSubject(new MethodFactory(), new MethodConnector(), new SchemaTableName("default", "things")));

    private sealed class MethodConnector : ObjectConnector
    {
        // It may give more rows than the parameters say, as an API that matches names loosely does.
        [Table]
        public static IEnumerable<ObjectContractTests.Thing> Things(string? name, bool? flag) =>
            Enumerable.Range(0, 300).Select(ObjectContractTests.Thing.Of).Where(thing => (name is null || thing.Name?.StartsWith(name, StringComparison.OrdinalIgnoreCase) == true) && (flag is null || thing.Flag == flag));
    }

    private sealed class MethodFactory : ObjectConnectorFactory<MethodConnector>
    {
        public override string Name => "methods";

        protected override MethodConnector Create(ConnectorContext context, PropertyBag properties) => new();
    }
}
