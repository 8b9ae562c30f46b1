using QueryEngine.Spi;

namespace QueryEngine.Connectors.TestKit;

/// <summary>A catalog to be tested, and a table of it that has at least 20 rows, some of them with nulls where the source can have any.</summary>
public sealed record ContractSubject(IConnectorFactory Factory, IConnector Connector, SchemaTableName Table)
{
    /// <summary>The rows of the table as boxed values in the order of its columns, any order of rows; null when they are not known.</summary>
    public IReadOnlyList<object?[]>? Rows { get; init; }

    /// <summary>Names with quotes, blanks and letters of both cases, of tables that have one column and at least one row.</summary>
    public IReadOnlyList<SchemaTableName> HostileTables { get; init; } = [];

    /// <summary>Whether batches share the memory in which the catalog keeps its tables, so that a scan takes none of its own.</summary>
    public bool SharesItsMemory { get; init; }

    /// <summary>Counts what runs at the source for this catalog, where the source can tell; for connectors that declare remote cancellation.</summary>
    public Func<Task<long>>? RunningQueries { get; init; }

    /// <summary>Values of secret properties, which must not appear in any text.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>A table that takes at least some tenths of a second to read, for cancellation; the same as <see cref="Table"/> when there is none.</summary>
    public SchemaTableName? LargeTable { get; init; }

    /// <summary>The port of the server, and how the same catalog is opened over another one of this machine: what connects them then is cut. Null where there is no server.</summary>
    public ContractServer? Server { get; init; }

    /// <summary>Opens the same catalog so that it only reads, for connectors with a property read-only.</summary>
    public Func<Task<IConnector>>? OpenReadOnlyAsync { get; init; }
}

/// <summary>A server: its port, and how the catalog is opened over another port of this machine.</summary>
public sealed record ContractServer(int Port, Func<int, Task<IConnector>> OpenAsync);
