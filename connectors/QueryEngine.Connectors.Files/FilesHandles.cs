using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>
/// A file, a folder or a pattern seen as a table. <paramref name="Location"/> is a full path or pattern, <paramref name="Dialect"/>
/// how text files are written (empty for others), <paramref name="Domain"/> and <paramref name="Limit"/> what was pushed.
/// </summary>
public sealed record FilesTable(string Schema, string Name, string Location, string Format, string Dialect, TupleDomain Domain, long? Limit) : TableHandle
{
    /// <summary>The columns of a table that CREATE TABLE made here; empty when its files tell them.</summary>
    public ValueList<FilesColumn> Declared { get; init; }

    /// <summary>Those of <see cref="Declared"/> that are NOT NULL.</summary>
    public ValueList<string> NotNull { get; init; }
}

/// <summary>Where the values of a column come from.</summary>
public enum FilesColumnSource
{
    /// <summary>The files.</summary>
    File,

    /// <summary>The <c>key=value</c> folders on the way to a file.</summary>
    Partition,

    /// <summary>The path of the file.</summary>
    Path,
}

/// <summary>A column; <paramref name="Ordinal"/> is its place in files whose columns have no names.</summary>
public sealed record FilesColumn(string Name, SqlType Type, FilesColumnSource Source, int Ordinal) : ColumnHandle(Name, Type);

/// <summary>
/// A stretch of a file: row groups <paramref name="Start"/> to <paramref name="End"/> of a Parquet file (those that
/// <paramref name="Parts"/> lists, where it lists any), or bytes of a text file.
/// </summary>
public sealed record FilesSplit(string Path, long Start, long End, ValueList<int> Parts, ValueList<string> PartitionKeys, ValueList<string> PartitionValues) : Split;
