using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Formats;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>What a file holds: its columns, and for text files how they are written.</summary>
internal sealed record FileShape(IReadOnlyList<FormatColumn> Columns, string Dialect);

/// <summary>A format of files that can be tables.</summary>
internal abstract class TableFormat
{
    /// <summary>The name in handles.</summary>
    public abstract string Name { get; }

    /// <summary>Endings of file names, with their dots, in lower case.</summary>
    public abstract IReadOnlyList<string> Endings { get; }

    /// <summary>Looks into the files of a table; at least one.</summary>
    public abstract FileShape Describe(IReadOnlyList<FileEntry> files);

    /// <summary>Cuts a file into stretches of about <paramref name="targetBytes"/>, leaving out what has no row inside the domain.</summary>
    public abstract IEnumerable<FilesSplit> Split(FilesTable table, FileEntry file, TupleDomain domain, long targetBytes);

    /// <summary>Reads a stretch: batches of these columns.</summary>
    public abstract IEnumerable<RecordBatch> Read(FilesTable table, FilesSplit split, IReadOnlyList<FilesColumn> columns, ScanRequest scan);

    /// <summary>The compression that a name stands for; the format's own choice without one.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY.</exception>
    public abstract string CheckCompression(string? name);

    /// <summary>The type that a column has in a table that is made of such files.</summary>
    public virtual SqlType Stored(SqlType type) => type;

    /// <summary>Whether files can hold such columns.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public abstract void CheckWritable(IReadOnlyList<FilesColumn> columns);

    /// <summary>The ending of new files.</summary>
    public abstract string EndingOf(string compression);

    /// <summary>Begins a file.</summary>
    public abstract TableFileWriter OpenWriter(Stream output, IReadOnlyList<FormatColumn> columns, string compression, MemoryContext memory);

    /// <summary>What can be said of the rows of some files without reading them; null where that is nothing.</summary>
    public abstract TableStatistics? Measure(IReadOnlyList<FileEntry> files, IReadOnlyList<FormatColumn> columns);
}
