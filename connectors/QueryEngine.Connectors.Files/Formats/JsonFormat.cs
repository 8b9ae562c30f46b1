using System.Collections.Concurrent;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Json;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>Files of JSON lines, compressed or not. What sniffing found is kept by path, size and time of change.</summary>
internal sealed class JsonFormat : TableFormat
{
    private const int MostShapes = 4096;

    private readonly ConcurrentDictionary<(string Path, long Size, long ModifiedTicks), JsonLinesShape> _shapes = new();

    /// <inheritdoc/>
    public override string Name => "json";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endings => [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"];

    /// <inheritdoc/>
    public override FileShape Describe(IReadOnlyList<FileEntry> files) => new(ShapeOf(files[0]).Columns, "");

    /// <inheritdoc/>
    public override IEnumerable<FilesSplit> Split(FilesTable table, FileEntry file, TupleDomain domain, long targetBytes)
    {
        bool isCompressed = file.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        long step = isCompressed ? long.MaxValue : Math.Max(1, targetBytes);
        for (long start = 0; start < file.Size; start += step)
        {
            long end = file.Size - start <= step ? long.MaxValue : start + step;
            yield return new FilesSplit(file.Path, start, end, [], file.PartitionKeys, file.PartitionValues)
            {
                SizeInBytes = Math.Min(end, file.Size) - start,
            };
            if (end == long.MaxValue)
                yield break;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<RecordBatch> Read(FilesTable table, FilesSplit split, IReadOnlyList<FilesColumn> columns, ScanRequest scan)
    {
        using ByteSource source = ByteSource.OpenFile(split.Path);
        FormatColumn[] wanted = [.. columns.Select(column => new FormatColumn(column.Name, column.Type))];
        foreach (RecordBatch batch in JsonLinesReader.Read(
            source, wanted, split.Start, split.End, scan.Memory, (bytes, rows) => scan.Metrics.Add(bytes: bytes, rowsRead: rows)))
            yield return batch;
    }

    /// <inheritdoc/>
    public override TableStatistics? Measure(IReadOnlyList<FileEntry> files, IReadOnlyList<FormatColumn> columns)
    {
        if (files.Count == 0)
            return null;

        // A compressed file holds about eight times its size: the names are in every line.
        double factor = files[0].Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? 8 : 1;
        return new TableStatistics { RowCount = Math.Ceiling(files.Sum(file => file.Size) * factor / ShapeOf(files[0]).AverageRowBytes) };
    }

    /// <inheritdoc/>
    public override string CheckCompression(string? name) => name switch
    {
        null or "none" or "uncompressed" => "none",
        "gzip" => "gzip",
        _ => throw new QueryException(ErrorCode.InvalidProperty, $"files of JSON lines have no compression '{name}'", "There are none and gzip."),
    };

    /// <inheritdoc/>
    public override void CheckWritable(IReadOnlyList<FilesColumn> columns)
    {
        foreach (FilesColumn column in columns)
            JsonLines.Check(column.Type);
    }

    /// <inheritdoc/>
    public override string EndingOf(string compression) => compression == "gzip" ? ".jsonl.gz" : ".jsonl";

    /// <inheritdoc/>
    public override TableFileWriter OpenWriter(Stream output, IReadOnlyList<FormatColumn> columns, string compression, MemoryContext memory) =>
        new JsonFileWriter(output, columns, isCompressed: compression == "gzip");

    private JsonLinesShape ShapeOf(FileEntry file)
    {
        var key = (file.Path, file.Size, file.ModifiedTicks);
        if (_shapes.TryGetValue(key, out JsonLinesShape? shape))
            return shape;

        using ByteSource source = ByteSource.OpenFile(file.Path);
        shape = JsonLinesSniffer.Sniff(source);
        if (_shapes.Count >= MostShapes)
            _shapes.Clear();
        _shapes[key] = shape;
        return shape;
    }
}
