using QueryEngine.Functions.Conditional;
using QueryEngine.Spi;

namespace QueryEngine.Functions;

/// <summary>What a function may know besides its arguments.</summary>
public sealed record FunctionContext(MemoryContext Memory, ConnectorSession Session)
{
    /// <summary>The catalog and schema of the session, for current_catalog and current_schema.</summary>
    public (string Catalog, string Schema) Default { get; init; } = ("memory", "default");

    /// <summary>Cancelled when nobody waits for the result any more.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The sequences; null where there are none: on workers, and where constants are computed.</summary>
    public ISequences? Sequences { get; init; }

    /// <summary>The sequences.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED where there are none.</exception>
    internal ISequences RequireSequences() => Sequences ?? throw QueryException.NotSupported("a sequence in this place");
}
