using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>The first <paramref name="RowCount"/> rows of the version that a table had when the query found it.</summary>
internal sealed record MemoryTableHandle(string Schema, string Table, long Version, long RowCount) : TableHandle
{
    /// <summary>The hidden column of the rows' numbers, by which rows are changed.</summary>
    public static readonly ColumnHandle RowNumber = new("$row_number", SqlType.BigInt);

    /// <summary>The table's name.</summary>
    public SchemaTableName Name => new(Schema, Table);
}

/// <summary>A stretch of a table's rows.</summary>
internal sealed record MemorySplit(long FirstRow, long EndRow) : Split;

/// <summary>A write under way: what it does to which table, and which columns its batches have.</summary>
internal sealed record MemoryWriteHandle(
    string Schema, string Table, long WriteId, MemoryWriteKind Kind, ValueList<ColumnHandle> Columns) : WriteHandle
{
    /// <summary>The table's name.</summary>
    public SchemaTableName Name => new(Schema, Table);
}

/// <summary>What a write does when it is finished.</summary>
internal enum MemoryWriteKind
{
    /// <summary>Makes a new table.</summary>
    Create,

    /// <summary>Makes a table in the place of one that may be there.</summary>
    Replace,

    /// <summary>Adds rows.</summary>
    Append,

    /// <summary>Puts its rows in the place of all others.</summary>
    Overwrite,

    /// <summary>Adds, changes and removes rows.</summary>
    Change,
}
