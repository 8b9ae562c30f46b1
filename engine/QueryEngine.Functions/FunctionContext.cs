using QueryEngine.Spi;

namespace QueryEngine.Functions;

/// <summary>What a function may know besides its arguments.</summary>
public sealed record FunctionContext(MemoryContext Memory, ConnectorSession Session)
{
    /// <summary>The catalog and schema of the session, for current_catalog and current_schema.</summary>
    public (string Catalog, string Schema) Default { get; init; } = ("memory", "default");
}
