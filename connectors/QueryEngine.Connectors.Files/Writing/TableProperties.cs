using QueryEngine.Connectors.Files.Formats;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Writing;

/// <summary>The properties in <c>CREATE TABLE ... WITH (...)</c>: format, compression, partitioned_by.</summary>
internal static class TableProperties
{
    private static readonly string[] _known = ["format", "compression", "partitioned_by"];

    /// <summary>Describes a new table.</summary>
    public static TableManifest Describe(
        FormatRegistry formats, IReadOnlyList<ColumnHandle> columns, ValueList<string> notNull, ValueList<TableProperty> properties)
    {
        foreach (TableProperty property in properties)
        {
            if (!_known.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                throw new QueryException(ErrorCode.InvalidProperty, $"tables of files have no property '{property.Name}'", $"There are {string.Join(", ", _known)}.");
        }

        string formatName = ValueOf(properties, "format")?.ToLowerInvariant() ?? "parquet";
        TableFormat format = formats.Writable(formatName);
        string compression = format.CheckCompression(ValueOf(properties, "compression")?.ToLowerInvariant());
        string[] keys = NamesOf(ValueOf(properties, "partitioned_by"));
        foreach (string key in keys)
        {
            ColumnHandle column = columns.FirstOrDefault(column => column.Name == key)
                ?? throw new QueryException(ErrorCode.UndefinedColumn, $"column '{key}' of partitioned_by does not exist");
            Listing.Partitions.CheckType(column.Type, key);
        }
        if (keys.Distinct(StringComparer.Ordinal).Count() < keys.Length)
            throw new QueryException(ErrorCode.InvalidProperty, "a column is in partitioned_by twice");
        if (keys.Length == columns.Count)
            throw new QueryException(ErrorCode.InvalidProperty, "partitioned_by has all columns: none is left for the files");

        int place = 0;
        FilesColumn[] described =
        [
            .. columns.Select(column => Array.IndexOf(keys, column.Name) is >= 0 and var key
                ? new FilesColumn(column.Name, column.Type, FilesColumnSource.Partition, key)
                : new FilesColumn(column.Name, format.Stored(column.Type), FilesColumnSource.File, place++)),
        ];
        if (described.FirstOrDefault(column => column.Name == FilesMetadata.PathColumn) is { } hidden)
            throw new QueryException(ErrorCode.InvalidName, $"a column cannot have the name '{hidden.Name}': it says where a row is from");
        var manifest = new TableManifest(formatName, compression, described.ToValueList(), notNull);
        format.CheckWritable(manifest.FileColumns);
        return manifest;
    }

    private static string? ValueOf(ValueList<TableProperty> properties, string name) =>
        properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))?.Value;

    // An array comes as its text, [a, b]; a single name may come bare.
    private static string[] NamesOf(string? text)
    {
        if (text is null)
            return [];
        if (text.StartsWith('[') && text.EndsWith(']'))
            text = text[1..^1];
        return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
