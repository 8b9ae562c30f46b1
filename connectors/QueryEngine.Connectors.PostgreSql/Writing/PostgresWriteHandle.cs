using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>What finishing a write does.</summary>
public enum PostgresWriteKind
{
    /// <summary>Makes the table and fills it.</summary>
    Create,

    /// <summary>Drops the table, makes it anew and fills it.</summary>
    Replace,

    /// <summary>Adds rows.</summary>
    Append,

    /// <summary>Deletes all rows and adds others.</summary>
    Overwrite,

    /// <summary>Inserts, updates and deletes rows by their place.</summary>
    Change,
}

/// <summary>A write under way. Each sink fills a table of its own, whose name begins with <paramref name="Staging"/>.</summary>
public sealed record PostgresWriteHandle(
    string WriteId, PostgresWriteKind Kind, SchemaTableName Table, ValueList<ColumnHandle> Columns, string Staging) : WriteHandle
{
    /// <summary>The statement that makes the table; null when it is there.</summary>
    public string? CreateStatement { get; init; }
}
