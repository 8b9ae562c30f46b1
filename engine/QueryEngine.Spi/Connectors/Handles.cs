namespace QueryEngine.Spi;

/// <summary>
/// What a connector knows of a table in a query, pushed operations included: an immutable record with value equality whose members are
/// scalars, strings, SqlType, ValueList, other handles, domains or connector expressions, so that it crosses the wire.
/// </summary>
public abstract record TableHandle;

/// <summary>A column of a table: its name in the source and its type. Connectors may derive records that carry more.</summary>
public record ColumnHandle(string Name, SqlType Type);

/// <summary>A part of a table that one worker reads. Same rules as <see cref="TableHandle"/>.</summary>
public abstract record Split
{
    /// <summary>Expected work, in bytes to read; 0 when not known.</summary>
    public long SizeInBytes { get; init; }

    /// <summary>Addresses of the nodes that read it best; empty when all are alike.</summary>
    public ValueList<string> PreferredNodes { get; init; }

    /// <summary>What reads of several splits of one query agree on.</summary>
    public SnapshotConsistency Consistency { get; init; }
}

/// <summary>Whether the splits of one scan see one state of the source.</summary>
public enum SnapshotConsistency
{
    /// <summary>No promise.</summary>
    None,

    /// <summary>Each split is consistent in itself.</summary>
    PerSplit,

    /// <summary>All splits of the scan see one snapshot.</summary>
    Snapshot,
}

/// <summary>The split of a table that is read whole.</summary>
public sealed record WholeTableSplit : Split;

/// <summary>A write under way. Same rules as <see cref="TableHandle"/>.</summary>
public abstract record WriteHandle;
