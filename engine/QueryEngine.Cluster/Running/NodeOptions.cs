using QueryEngine.Execution.Spilling;

namespace QueryEngine.Cluster.Running;

/// <summary>What a node of a cluster is told when it starts. <paramref name="OwnUri"/> is where the others reach it.</summary>
public sealed record NodeOptions(string NodeId, Uri OwnUri)
{
    /// <summary>Whether the coordinator runs tasks of distributed stages too.</summary>
    public bool IsWorker { get; init; }

    /// <summary>How many threads a task works on.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes that all queries of a worker may hold.</summary>
    public long MemoryLimit { get; init; } = long.MaxValue;

    /// <summary>Where a worker writes what does not fit in its memory.</summary>
    public SpillOptions Spill { get; init; } = new();

    /// <summary>A secret that all nodes share; calls between nodes without it are refused. Null on a loopback interface only.</summary>
    public string? Secret { get; init; }
}
