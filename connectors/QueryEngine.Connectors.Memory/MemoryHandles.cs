using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>
/// The rows that a table had when the query found it: the first <paramref name="RowCount"/> of one generation. Rows are
/// only ever added to a generation; emptying or replacing a table starts another.
/// </summary>
internal sealed record MemoryTableHandle(string Schema, string Table, long Generation, long RowCount) : TableHandle
{
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
}
