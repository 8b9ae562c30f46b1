using System.Collections.Concurrent;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>Parquet files. Footers are kept by path, size and time of change.</summary>
internal sealed class ParquetFormat : TableFormat
{
    private const int MostFooters = 4096;

    private readonly ConcurrentDictionary<(string Path, long Size, long ModifiedTicks), ParquetFile> _footers = new();

    /// <inheritdoc/>
    public override string Name => "parquet";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endings => [".parquet", ".parq", ".pq"];

    /// <inheritdoc/>
    public override FileShape Describe(IReadOnlyList<FileEntry> files) => new(FooterOf(files[0]).Columns, "");

    /// <inheritdoc/>
    public override IEnumerable<FilesSplit> Split(FilesTable table, FileEntry file, TupleDomain domain, long targetBytes)
    {
        ParquetFile footer = FooterOf(file);
        var groups = new List<int>();
        long bytes = 0;
        for (int group = 0; group < footer.RowGroupCount; group++)
        {
            if (!ParquetStatistics.MayMatch(footer, group, domain))
                continue;
            groups.Add(group);
            bytes += footer.BytesOf(group);
            if (bytes < targetBytes)
                continue;
            yield return Stretch(file, groups, bytes);
            groups.Clear();
            bytes = 0;
        }
        if (groups.Count > 0)
            yield return Stretch(file, groups, bytes);
    }

    /// <inheritdoc/>
    public override IEnumerable<RecordBatch> Read(FilesTable table, FilesSplit split, IReadOnlyList<FilesColumn> columns, ScanRequest scan)
    {
        using ByteSource source = ByteSource.OpenFile(split.Path);
        ParquetFile footer = FooterOf(FileEntries.Stat(split.Path));
        var places = new int[columns.Count];
        for (int column = 0; column < places.Length; column++)
            places[column] = PlaceOf(footer, split.Path, columns[column]);

        int[] present = [.. places.Where(place => place >= 0)];
        using var reader = new ParquetReader(source, footer, present, scan.Memory);
        long bytesBefore = 0;
        foreach (int group in split.Parts)
        {
            TupleDomain domain = table.Domain.Intersect(scan.DynamicFilter.Current);
            if (!ParquetStatistics.MayMatch(footer, group, domain) || !ParquetBloomFilters.MayMatch(source, footer, group, domain))
                continue;
            foreach (RecordBatch batch in reader.Read(group, domain, scan.DynamicFilter))
            {
                scan.Metrics.Add(bytes: reader.BytesRead - bytesBefore, rowsRead: batch.RowCount);
                bytesBefore = reader.BytesRead;
                yield return MissingColumns.Add(Retype(batch, places, columns), places, columns, scan.Memory);
            }
        }
    }

    /// <inheritdoc/>
    public override TableStatistics Measure(IReadOnlyList<FileEntry> files, IReadOnlyList<FormatColumn> columns)
    {
        long rows = 0;
        var measures = columns.ToDictionary(column => column.Name, column => new ColumnMeasure(), StringComparer.Ordinal);
        foreach (FileEntry file in files)
        {
            ParquetFile footer = FooterOf(file);
            rows += footer.RowCount;
            for (int column = 0; column < footer.Columns.Count; column++)
            {
                if (!measures.TryGetValue(footer.Columns[column].Name, out ColumnMeasure? measure))
                    continue;
                for (int group = 0; group < footer.RowGroupCount; group++)
                    measure.Add(ParquetStatistics.BoundsOf(footer, group, column), footer.RowCountOf(group), footer.UncompressedBytesOf(group, column));
            }
        }
        return new TableStatistics
        {
            RowCount = rows,
            Columns = measures.ToDictionary(measure => measure.Key, measure => measure.Value.Finish(rows), StringComparer.Ordinal),
        };
    }

    /// <inheritdoc/>
    public override string CheckCompression(string? name) => name switch
    {
        null => "snappy",
        "none" or "uncompressed" => "none",
        "snappy" or "gzip" or "zstd" => name,
        _ => throw new QueryException(ErrorCode.InvalidProperty, $"parquet files have no compression '{name}'", "There are none, snappy, gzip and zstd."),
    };

    /// <inheritdoc/>
    public override SqlType Stored(SqlType type) => type.Kind == TypeKind.Number ? ParquetWriter.NumberType : type;

    /// <inheritdoc/>
    public override void CheckWritable(IReadOnlyList<FilesColumn> columns)
    {
        using var unused = new ParquetWriter(
            Stream.Null, [.. columns.Select(column => new FormatColumn(column.Name, column.Type))], new ParquetWriterOptions(), MemoryContext.Unlimited);
    }

    /// <inheritdoc/>
    public override string EndingOf(string compression) => ".parquet";

    /// <inheritdoc/>
    public override TableFileWriter OpenWriter(Stream output, IReadOnlyList<FormatColumn> columns, string compression, MemoryContext memory) =>
        new ParquetFileWriter(output, columns, Enum.Parse<ParquetCompression>(compression, ignoreCase: true), memory);

    private static FilesSplit Stretch(FileEntry file, List<int> groups, long bytes) =>
        new(file.Path, groups[0], groups[^1] + 1, groups.ToValueList(), file.PartitionKeys, file.PartitionValues) { SizeInBytes = bytes };

    private static int PlaceOf(ParquetFile footer, string path, FilesColumn column)
    {
        int place = footer.FindColumn(column.Name);
        if (place >= 0 && !IsSame(footer.Columns[place].Type, column.Type))
        {
            throw new QueryException(
                ErrorCode.InvalidData,
                $"column '{column.Name}' of file '{path}' is of type {footer.Columns[place].Type}, the table's of type {column.Type}",
                hint: "The files of one table must agree on the types of their columns.");
        }
        return place;
    }

    // Files do not keep the length of text, nor every precision of a time, nor that a field has no name: a table that was declared does.
    private static bool IsSame(SqlType stored, SqlType declared) => (stored, declared) switch
    {
        (ArrayType left, ArrayType right) => IsSame(left.Element, right.Element),
        (MapType left, MapType right) => IsSame(left.Key, right.Key) && IsSame(left.Value, right.Value),
        (RowType left, RowType right) => left.Fields.Count == right.Fields.Count && left.Fields.Zip(right.Fields).All(pair => IsSame(pair.First.Type, pair.Second.Type)),
        (TimeType left, TimeType right) => left.Precision > 6 == right.Precision > 6,
        (TimestampType left, TimestampType right) => left.Precision > 6 == right.Precision > 6,
        (TimestampWithTimeZoneType left, TimestampWithTimeZoneType right) => left.Precision > 6 == right.Precision > 6,
        (JsonType, JsonType) => true, // Documents of jsonb are stored as json, in their normal form.
        _ => stored == declared || (stored.IsText && declared.IsText),
    };

    private static RecordBatch Retype(RecordBatch batch, int[] places, IReadOnlyList<FilesColumn> columns)
    {
        FilesColumn[] present = [.. columns.Where((_, column) => places[column] >= 0)];
        if (Enumerable.Range(0, present.Length).All(column => batch[column].Type == present[column].Type))
            return batch;
        using (batch)
            return new RecordBatch([.. present.Select((column, place) => batch[place].WithType(column.Type))], batch.RowCount);
    }

    private ParquetFile FooterOf(FileEntry file)
    {
        var key = (file.Path, file.Size, file.ModifiedTicks);
        if (_footers.TryGetValue(key, out ParquetFile? footer))
            return footer;

        using ByteSource source = ByteSource.OpenFile(file.Path);
        footer = ParquetFile.Open(source);
        if (_footers.Count >= MostFooters)
            _footers.Clear();
        _footers[key] = footer;
        return footer;
    }
}
