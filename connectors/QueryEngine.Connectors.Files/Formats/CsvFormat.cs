using System.Collections.Concurrent;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Csv;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>Text files of rows: csv, tsv, tbl, compressed or not. What sniffing found is kept by path, size and time of change.</summary>
internal sealed class CsvFormat : TableFormat
{
    private const int MostShapes = 4096;

    private readonly ConcurrentDictionary<(string Path, long Size, long ModifiedTicks), CsvShape> _shapes = new();

    /// <inheritdoc/>
    public override string Name => "csv";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endings => [".csv", ".tsv", ".tbl", ".csv.gz", ".tsv.gz", ".tbl.gz"];

    /// <inheritdoc/>
    public override FileShape Describe(FileEntry file)
    {
        CsvShape shape = ShapeOf(file);
        return new FileShape(shape.Columns, shape.Dialect.ToString());
    }

    /// <inheritdoc/>
    public override IEnumerable<FilesSplit> Split(FilesTable table, FileEntry file, TupleDomain domain, long targetBytes)
    {
        CsvDialect dialect = DialectOf(table, file);
        using ByteSource source = ByteSource.OpenFile(file.Path);
        foreach ((long start, long end) in CsvSplitter.Split(source, dialect, targetBytes))
        {
            yield return new FilesSplit(file.Path, start, end, [], file.PartitionKeys, file.PartitionValues)
            {
                SizeInBytes = Math.Min(end, file.Size) - start,
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<RecordBatch> Read(FilesTable table, FilesSplit split, IReadOnlyList<FilesColumn> columns, ScanRequest scan)
    {
        using ByteSource source = ByteSource.OpenFile(split.Path);
        CsvDialect dialect = DialectOf(table, FileEntries.Stat(split.Path));
        CsvColumn[] wanted = [.. columns.Select(column => new CsvColumn(column.Ordinal, column.Name, column.Type))];
        foreach (RecordBatch batch in CsvReader.Read(
            source, dialect, wanted, split.Start, split.End, scan.Memory, (bytes, rows) => scan.Metrics.Add(bytes: bytes, rowsRead: rows)))
            yield return batch;
    }

    /// <inheritdoc/>
    public override TableStatistics? Measure(IReadOnlyList<FileEntry> files, IReadOnlyList<FormatColumn> columns)
    {
        if (files.Count == 0)
            return null;
        CsvShape shape = ShapeOf(files[0]);
        long bytes = files.Sum(file => file.Size);

        // A compressed file holds about four times its size in text.
        double factor = files[0].Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? 4 : 1;
        return new TableStatistics { RowCount = Math.Ceiling(bytes * factor / shape.AverageRowBytes) };
    }

    /// <summary>Each file's own header and marks, as long as its columns are the table's.</summary>
    private CsvDialect DialectOf(FilesTable table, FileEntry file)
    {
        CsvDialect common = CsvDialect.Parse(table.Dialect);
        CsvDialect own = ShapeOf(file).Dialect;
        if (own.ColumnCount == common.ColumnCount)
            return own;
        throw new QueryException(
            ErrorCode.InvalidData,
            $"file '{file.Path}' has {own.ColumnCount} columns, the table {common.ColumnCount}",
            hint: "The files of one table must agree on their columns.");
    }

    private CsvShape ShapeOf(FileEntry file)
    {
        var key = (file.Path, file.Size, file.ModifiedTicks);
        if (_shapes.TryGetValue(key, out CsvShape? shape))
            return shape;

        using ByteSource source = ByteSource.OpenFile(file.Path);
        shape = CsvSniffer.Sniff(source);
        if (_shapes.Count >= MostShapes)
            _shapes.Clear();
        _shapes[key] = shape;
        return shape;
    }
}
