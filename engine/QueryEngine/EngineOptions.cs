using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine;

/// <summary>What an engine is made with.</summary>
public sealed record EngineOptions
{
    /// <summary>The most bytes that all queries together may hold on this node; by default 80% of the memory that the process may use.</summary>
    public long MemoryLimit { get; init; } = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 0.8);

    /// <summary>Where queries write what does not fit in their memory.</summary>
    public SpillOptions Spill { get; init; } = new();

    /// <summary>Threads that one query uses; one a processor by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The name of this node.</summary>
    public string NodeId { get; init; } = "local";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the memory of all queries is counted.</summary>
    public MemoryContext CreateMemory() => new("this node", MemoryLimit);
}
