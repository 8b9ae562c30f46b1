using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Writing;

/// <summary>What finishing a write does.</summary>
public enum SqliteWriteKind
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

/// <summary>
/// A write under way. Rows are staged in files whose names begin with <paramref name="Staging"/>; <paramref name="RowId"/> is the name of the
/// table's rowid when rows are changed.
/// </summary>
public sealed record SqliteWriteHandle(
    string WriteId, SqliteWriteKind Kind, SchemaTableName Table, ValueList<ColumnHandle> Columns, string Staging, string? RowId) : WriteHandle
{
    /// <summary>The statement that makes the table; null when it is there.</summary>
    public string? CreateStatement { get; init; }
}
