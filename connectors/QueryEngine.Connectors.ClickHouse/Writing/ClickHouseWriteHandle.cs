using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Writing;

/// <summary>What finishing a write does.</summary>
public enum ClickHouseWriteKind
{
    /// <summary>Makes the table and fills it.</summary>
    Create,

    /// <summary>Puts a new table in the place of the old one.</summary>
    Replace,

    /// <summary>Adds the parts that were written, which are of the table's own form.</summary>
    AppendParts,

    /// <summary>Adds rows by INSERT ... SELECT.</summary>
    AppendRows,

    /// <summary>Puts a table of the same form in the place of the old one.</summary>
    Overwrite,
}

/// <summary>
/// A write under way; <paramref name="RemoteTypes"/> are the types of the columns at the server. Each sink fills a table of its own, whose name begins with
/// <paramref name="Staging"/>; <paramref name="StagingForm"/> is what follows the name in CREATE TABLE of such a table.
/// </summary>
public sealed record ClickHouseWriteHandle(
    string WriteId, ClickHouseWriteKind Kind, SchemaTableName Table, ValueList<ColumnHandle> Columns, ValueList<string> RemoteTypes, string Staging, string StagingForm) : WriteHandle;
