using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>What finishing a write does.</summary>
public enum DuckDbWriteKind
{
    /// <summary>Makes the table and fills it.</summary>
    Create,

    /// <summary>Drops the table, makes it anew and fills it.</summary>
    Replace,

    /// <summary>Adds rows.</summary>
    Append,

    /// <summary>Deletes all rows and adds others.</summary>
    Overwrite,

    /// <summary>Inserts, updates and deletes rows by their rowid.</summary>
    Change,
}

/// <summary>A write under way, in the process that has the file open.</summary>
public sealed record DuckDbWriteHandle(string WriteId, DuckDbWriteKind Kind, SchemaTableName Table, ValueList<ColumnHandle> Columns) : WriteHandle
{
    /// <summary>The statement that makes the table; null when it is there.</summary>
    public string? CreateStatement { get; init; }

    /// <summary>How the names of its staging tables begin.</summary>
    public string StagingPrefix => $"staged_{WriteId}_";
}
