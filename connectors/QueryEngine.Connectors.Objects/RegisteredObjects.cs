using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>Tables over objects of the program that hosts the engine: a list is a table, its properties are the columns. Thread-safe.</summary>
public sealed class RegisteredObjects : ObjectConnector
{
    private const string Schema = "default";

    /// <inheritdoc/>
    public override bool IsNodeLocal => true;

    /// <summary>Makes a table of rows that are there; it sees what they are at each scan.</summary>
    public void Add<T>(string table, IEnumerable<T> rows) => Add(ObjectTable.OfRows(new SchemaTableName(Schema, table), rows));

    /// <summary>Makes a table of rows that are asked for at each scan.</summary>
    public void Add<T>(string table, Func<IAsyncEnumerable<T>> rows) => Add(ObjectTable.OfStream(new SchemaTableName(Schema, table), rows));

    /// <summary>Forgets a table; whether there was one.</summary>
    public bool Remove(string table) => Remove(new SchemaTableName(Schema, table));
}

/// <summary>The factory of <see cref="RegisteredObjects"/>, which a program makes itself; SQL makes empty ones.</summary>
public sealed class RegisteredObjectsFactory : ObjectConnectorFactory<RegisteredObjects>
{
    /// <inheritdoc/>
    public override string Name => "objects";

    /// <inheritdoc/>
    public override ConnectorManifest Manifest { get; } = new("Objects", "Lists and streams of objects that the program registers, and connectors whose tables are methods.")
    {
        Category = ConnectorCategory.BuiltIn,
        Status = ConnectorStatus.Stable,
        Base = "objects",
        Client = "Polly.Core (BSD-3-Clause)",
        Capabilities = ConnectorCapabilities.Statistics | ConnectorCapabilities.NodeLocal,
        Pushdown = PushdownKinds.Limit,
        TestGrade = TestGrade.Real,
        Limitations = ["The tables live in the process that registered them."],
    };

    /// <inheritdoc/>
    protected override RegisteredObjects Create(ConnectorContext context, PropertyBag properties) => new();
}
