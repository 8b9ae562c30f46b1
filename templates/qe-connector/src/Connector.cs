using QueryEngine.Connectors.Objects;
using QueryEngine.Spi;

namespace MyConnector;

/// <summary>A row of <c>things</c>; its properties are the columns.</summary>
public sealed record Thing(long Id, string Name, double Price, DateOnly Day);

/// <summary>The tables of a catalog: each method is one. A real one sends requests by <c>scan.SendAsync</c> and <c>scan.PagesAsync</c>.</summary>
[RequestLimits(MaxConcurrency = 4, Retries = 3)]
public sealed class Connector(int rows) : ObjectConnector
{
    /// <summary>Conditions on <paramref name="name"/> reach this method; the engine checks them again.</summary>
    [Table(Comment = "Things of the source.")]
    public IAsyncEnumerable<Thing> Things(string? name, TableScan scan) => scan.NumberedPagesAsync(100, (page, _) =>
        Task.FromResult<IReadOnlyList<Thing>>(
        [
            .. Enumerable.Range(0, rows)
                .Select(id => new Thing(id, $"thing {id % 10}", id / 4.0, new DateOnly(2026, 1, 1).AddDays(id)))
                .Where(thing => name is null || thing.Name == name)
                .Skip((page - 1) * 100)
                .Take(100),
        ]));
}

/// <summary><c>CREATE CATALOG c USING "my-connector" WITH (rows = '1000')</c>, or <c>FROM 'my-connector://localhost?rows=1000'</c>.</summary>
public sealed class ConnectorFactory : ObjectConnectorFactory<Connector>
{
    /// <inheritdoc/>
    public override string Name => "my-connector";

    /// <inheritdoc/>
    public override ConnectorManifest Manifest { get; } = new("My connector", "Things of a source.")
    {
        Base = "objects",
        Status = ConnectorStatus.Experimental,
        Pushdown = PushdownKinds.Filter | PushdownKinds.Limit,
        Capabilities = ConnectorCapabilities.Lookup,
        UrlExamples = ["my-connector://localhost?rows=1000"],
    };

    /// <inheritdoc/>
    public override IReadOnlyList<PropertySpec> Properties { get; } =
        [new("rows", "How many things there are.") { Default = "1000", Type = PropertyType.Integer, Min = 0, Max = 1_000_000 }];

    /// <inheritdoc/>
    public override IReadOnlyList<string> UrlSchemes { get; } = ["my-connector"];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> ParseUrl(Uri url) => ConnectionUrl.Options(url);

    /// <inheritdoc/>
    protected override Connector Create(ConnectorContext context, PropertyBag properties) => new(properties.GetInteger("rows", 0, 1_000_000));
}
