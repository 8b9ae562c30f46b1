using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Writing;

/// <summary>What finishing a write does with the folder of the table.</summary>
public enum FilesWriteKind
{
    /// <summary>The staged folder becomes the table.</summary>
    Create,

    /// <summary>The staged folder takes the place of the table.</summary>
    Replace,

    /// <summary>The staged files go into the folder of the table.</summary>
    Append,
}

/// <summary>
/// A write under way: files are written below <paramref name="Staging"/>, a hidden folder on the same disk as <paramref name="Target"/>, the
/// folder of the table. <paramref name="Written"/> are the names of the columns of a batch.
/// </summary>
public sealed record FilesWriteHandle(
    string WriteId,
    FilesWriteKind Kind,
    string Staging,
    string Target,
    string Format,
    string Compression,
    ValueList<FilesColumn> Columns,
    ValueList<string> NotNull,
    ValueList<string> Written) : WriteHandle;
