namespace QueryEngine.Execution.Spilling;

/// <summary>Where rows go that do not fit in memory, and how many of them.</summary>
public sealed record SpillOptions
{
    /// <summary>The directory for the files; each process makes one of its own in it. By default in the system's temporary directory.</summary>
    public string Path { get; init; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"queryengine-spill-{Environment.UserName}");

    /// <summary>The most bytes on disk of all queries together; 0 for none: a query that reaches its memory limit then fails.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Whether every operator that can do so writes to disk whatever the memory: for tests.</summary>
    public bool Always { get; init; }
}
