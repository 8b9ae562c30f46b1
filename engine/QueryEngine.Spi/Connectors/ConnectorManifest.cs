namespace QueryEngine.Spi;

/// <summary>
/// What a connector is, what it can, and how far that is tested. SHOW CONNECTORS, the registry and the pages of the documentation are made of it, and
/// the contract tests hold the connector to it.
/// </summary>
/// <param name="Title">The name of the system as its makers write it.</param>
/// <param name="Summary">One sentence.</param>
public sealed record ConnectorManifest(string Title, string Summary)
{
    /// <summary>What kind of system it is.</summary>
    public ConnectorCategory Category { get; init; }

    /// <summary>How far it is to be relied on.</summary>
    public ConnectorStatus Status { get; init; } = ConnectorStatus.Preview;

    /// <summary>The version of the engine that had it first.</summary>
    public string Since { get; init; } = "1.0";

    /// <summary>The base that it derives from: <c>adonet</c>, <c>objects</c>; null for the interfaces themselves.</summary>
    public string? Base { get; init; }

    /// <summary>The client library and its licence; null where there is none.</summary>
    public string? Client { get; init; }

    /// <summary>What it can beyond reading.</summary>
    public ConnectorCapabilities Capabilities { get; init; }

    /// <summary>The operations that some table of it takes over.</summary>
    public PushdownKinds Pushdown { get; init; }

    /// <summary>What the splits of a scan agree on, at worst.</summary>
    public SnapshotConsistency ReadConsistency { get; init; }

    /// <summary>What holds for a statement that writes.</summary>
    public WriteGuarantee WriteGuarantee { get; init; }

    /// <summary>How a table is cut; empty where it is read whole.</summary>
    public ValueList<string> SplitStrategies { get; init; }

    /// <summary>The schema of tables that a connection URL names without one.</summary>
    public string DefaultSchema { get; init; } = "default";

    /// <summary>Formats of files or messages.</summary>
    public ValueList<string> Formats { get; init; }

    /// <summary>Connection URLs to copy.</summary>
    public ValueList<string> UrlExamples { get; init; }

    /// <summary>What its tests talk to.</summary>
    public TestGrade TestGrade { get; init; }

    /// <summary>The versions of it: <c>PostgreSQL 15</c>.</summary>
    public ValueList<string> TestedAgainst { get; init; }

    /// <summary>What it cannot, a sentence each.</summary>
    public ValueList<string> Limitations { get; init; }
}

/// <summary>Kinds of system.</summary>
public enum ConnectorCategory
{
    /// <summary>Something with an interface of its own.</summary>
    Application,

    /// <summary>A part of the engine.</summary>
    BuiltIn,

    /// <summary>A database.</summary>
    Database,

    /// <summary>Files.</summary>
    Files,

    /// <summary>A log or a queue.</summary>
    Stream,
}

/// <summary>How far a connector is to be relied on.</summary>
public enum ConnectorStatus
{
    /// <summary>It passes the contract against the real system.</summary>
    Stable,

    /// <summary>It passes the contract, but against something that stands for the system.</summary>
    Preview,

    /// <summary>It may change or go.</summary>
    Experimental,

    /// <summary>It will go.</summary>
    Deprecated,
}

/// <summary>What a connector can beyond reading. What is declared is proven by the contract tests, and what is not is refused.</summary>
[Flags]
public enum ConnectorCapabilities
{
    /// <summary>It reads.</summary>
    None = 0,

    /// <summary><see cref="ISupportsWrites"/>.</summary>
    Writes = 1,

    /// <summary><see cref="ISupportsDdl"/>.</summary>
    Definitions = 2,

    /// <summary><see cref="ISupportsRowChanges"/>.</summary>
    RowChanges = 4,

    /// <summary><see cref="ISupportsTransactions"/>.</summary>
    Transactions = 8,

    /// <summary><see cref="ISupportsPaths"/>.</summary>
    Paths = 16,

    /// <summary><see cref="ISupportsInformationSchema"/>.</summary>
    InformationSchema = 32,

    /// <summary>At least the number of rows is known for some tables.</summary>
    Statistics = 64,

    /// <summary>A canceled query ends at the source within two seconds, not only here.</summary>
    RemoteCancellation = 128,

    /// <summary>The tables live in the process that made the catalog.</summary>
    NodeLocal = 256,

    /// <summary><see cref="ISupportsLookup"/>.</summary>
    Lookup = 512,

    /// <summary><see cref="ISupportsStreaming"/>.</summary>
    Streaming = 1024,

    /// <summary><see cref="ISupportsAccessControl"/>.</summary>
    AccessControl = 2048,
}

/// <summary>What holds for a statement that writes.</summary>
public enum WriteGuarantee
{
    /// <summary>Nothing is written.</summary>
    None,

    /// <summary>Rows of a statement that fails may be there, or be there twice.</summary>
    AtLeastOnce,

    /// <summary>All rows of a statement become visible at once, or none.</summary>
    ExactlyOnce,
}

/// <summary>What the tests of a connector talk to.</summary>
public enum TestGrade
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A stand-in for the client library.</summary>
    Provider,

    /// <summary>A server of our own that speaks its protocol.</summary>
    Fake,

    /// <summary>Another's emulator.</summary>
    Emulator,

    /// <summary>The system itself.</summary>
    Real,
}
