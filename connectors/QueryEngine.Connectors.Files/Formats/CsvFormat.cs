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
    private const int MostSniffed = 64;

    private readonly ConcurrentDictionary<(string Path, long Size, long ModifiedTicks), CsvShape> _shapes = new();

    /// <inheritdoc/>
    public override string Name => "csv";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endings => [".csv", ".tsv", ".tbl", ".csv.gz", ".tsv.gz", ".tbl.gz"];

    /// <summary>The columns are those of the first file; their types fit the first <see cref="MostSniffed"/> files.</summary>
    public override FileShape Describe(IReadOnlyList<FileEntry> files)
    {
        CsvShape first = ShapeOf(files[0]);
        FormatColumn[] columns = [.. first.Columns];
        foreach (FileEntry file in files.Skip(1).Take(MostSniffed))
        {
            CsvShape shape = ShapeOf(file);
            for (int column = 0; column < columns.Length; column++)
            {
                int place = PlaceOf(shape, columns[column].Name, column);
                if (place >= 0)
                    columns[column] = columns[column] with { Type = CsvTypes.Common(columns[column].Type, shape.Columns[place].Type) };
            }
        }
        return new FileShape(columns, first.Dialect.ToString());
    }

    /// <inheritdoc/>
    public override IEnumerable<FilesSplit> Split(FilesTable table, FileEntry file, TupleDomain domain, long targetBytes)
    {
        using ByteSource source = ByteSource.OpenFile(file.Path);
        foreach ((long start, long end) in CsvSplitter.Split(source, DialectOf(table, file), targetBytes))
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
        if (table.Declared.Count > 0)
        {
            CsvColumn[] declared = [.. columns.Select(column => new CsvColumn(column.Ordinal, column.Name, column.Type))];
            foreach (RecordBatch batch in CsvReader.Read(
                source, CsvDialect.Parse(table.Dialect), declared, split.Start, split.End, scan.Memory, (bytes, rows) => scan.Metrics.Add(bytes: bytes, rowsRead: rows)))
                yield return batch;
            yield break;
        }

        CsvShape shape = ShapeOf(FileEntries.Stat(split.Path));
        CsvDialect dialect = shape.Dialect;
        if (!dialect.HasHeader && dialect.ColumnCount != CsvDialect.Parse(table.Dialect).ColumnCount)
        {
            throw new QueryException(
                ErrorCode.InvalidData,
                $"file '{split.Path}' has {dialect.ColumnCount} columns, the table {CsvDialect.Parse(table.Dialect).ColumnCount}",
                hint: "The files of one table must agree on their columns, or have headers that name them.");
        }

        int[] places = [.. columns.Select(column => PlaceOf(shape, column.Name, column.Ordinal))];
        CsvColumn[] wanted = [.. columns.Zip(places).Where(pair => pair.Second >= 0).Select(pair => new CsvColumn(pair.Second, pair.First.Name, pair.First.Type))];
        foreach (RecordBatch batch in CsvReader.Read(
            source, dialect, wanted, split.Start, split.End, scan.Memory, (bytes, rows) => scan.Metrics.Add(bytes: bytes, rowsRead: rows)))
            yield return MissingColumns.Add(batch, places, columns, scan.Memory);
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

    /// <inheritdoc/>
    public override string CheckCompression(string? name) => name switch
    {
        null or "none" or "uncompressed" => "none",
        "gzip" => "gzip",
        _ => throw new QueryException(ErrorCode.InvalidProperty, $"text files have no compression '{name}'", "There are none and gzip."),
    };

    /// <inheritdoc/>
    public override void CheckWritable(IReadOnlyList<FilesColumn> columns)
    {
        foreach (FilesColumn column in columns)
            CsvWriter.Check(column.Type);
    }

    /// <inheritdoc/>
    public override string EndingOf(string compression) => compression == "gzip" ? ".csv.gz" : ".csv";

    /// <inheritdoc/>
    public override TableFileWriter OpenWriter(Stream output, IReadOnlyList<FormatColumn> columns, string compression, MemoryContext memory) =>
        new CsvFileWriter(output, columns, isCompressed: compression == "gzip");

    /// <summary>How a file is written: as a table that was made here says, or as it looks.</summary>
    private CsvDialect DialectOf(FilesTable table, FileEntry file) =>
        table.Declared.Count > 0 ? CsvDialect.Parse(table.Dialect) : ShapeOf(file).Dialect;

    /// <summary>Where a file has a column: by its header, or by position where it has none; -1 when it has it not.</summary>
    private static int PlaceOf(CsvShape shape, string name, int ordinal)
    {
        if (!shape.Dialect.HasHeader)
            return ordinal < shape.Columns.Count ? ordinal : -1;
        for (int place = 0; place < shape.Columns.Count; place++)
        {
            if (shape.Columns[place].Name == name)
                return place;
        }
        return -1;
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
