using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Files.Formats;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Files.Writing;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Csv;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>Finds and describes tables of files, and takes filters and limits into their handles.</summary>
internal sealed class FilesMetadata(FilesOptions options, PathJail jail, FormatRegistry formats) : IConnectorMetadata
{
    /// <summary>The schema of the root.</summary>
    public const string DefaultSchema = "default";

    /// <summary>The hidden column with the path of a row's file.</summary>
    public const string PathColumn = "$path";

    private readonly TableNames _names = new(options.Root, formats);

    /// <inheritdoc/>
    public PushdownKinds Pushdown => PushdownKinds.Filter | PushdownKinds.Limit;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new(_names.Schemas());

    /// <inheritdoc/>
    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string candidate in _names.Schemas().Where(candidate => schema is null || candidate == schema))
        {
            foreach (string table in _names.Tables(candidate))
                yield return new SchemaTableName(candidate, table);
        }
        await ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        if (schema.Choose(_names.Schemas()) is not { } schemaName || _names.Find(schemaName, table) is not { } found)
            return new((TableHandle?)null);
        return new(MakeTable(schemaName, found.Name, found.Location));
    }

    /// <summary>The table that a path or pattern stands for; null when the text is no path.</summary>
    public FilesTable? FindPath(string path)
    {
        bool looksLikePath = formats.OfFile(path) is not null || Glob.IsPattern(path) || path.Contains('/', StringComparison.Ordinal)
            || path.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (!looksLikePath && !Path.Exists(Path.Join(options.Root, path)))
            return null;

        string location = Path.TrimEndingDirectorySeparator(jail.FullPath(path));
        return MakeTable("", path, location);
    }

    /// <inheritdoc/>
    public ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var files = (FilesTable)table;
        IEnumerable<TableColumn> columns = ColumnsOf(files, FilesOf(files)).Select(column => new TableColumn(column)
        {
            IsHidden = column.Source == FilesColumnSource.Path,
            IsNullable = column.Source != FilesColumnSource.Path && !files.NotNull.Contains(column.Name),
        });
        return new(new TableSchema(new SchemaTableName(files.Schema, files.Name), columns.ToValueList()));
    }

    /// <inheritdoc/>
    public ValueTask<TableStatistics> GetStatisticsAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var files = (FilesTable)table;
        IReadOnlyList<FileEntry> entries = FilesOf(files);
        IReadOnlyList<FilesColumn> columns = ColumnsOf(files, entries);
        FileEntry[] kept = [.. entries.Where(entry => MayMatch(entry, columns, files.Domain))];
        FormatColumn[] fileColumns = [.. columns.Where(column => column.Source == FilesColumnSource.File).Select(column => new FormatColumn(column.Name, column.Type))];
        return new(formats.Named(files.Format).Measure(kept, fileColumns) ?? TableStatistics.Unknown);
    }

    /// <inheritdoc/>
    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation) => operation switch
    {
        PushFilter filter => FilesPushdown.PushFilter((FilesTable)table, filter),
        PushLimit limit => FilesPushdown.PushLimit((FilesTable)table, limit),
        _ => new PushdownRefused($"files take filters and limits, no {operation.Kind}"),
    };

    /// <inheritdoc/>
    public string? DescribeScan(TableHandle table, IReadOnlyList<ColumnHandle> columns) => FilesPushdown.Describe((FilesTable)table);

    /// <summary>The files of a table that its format reads.</summary>
    public IReadOnlyList<FileEntry> FilesOf(FilesTable table)
    {
        IReadOnlyList<FileEntry> entries = FileEntries.Of(table.Location, jail);
        if (entries.Count == 1 && table.Declared.Count == 0)
            return entries;

        // Writers that work in parallel leave empty files behind: they have no rows and no columns.
        FileEntry[] ours = [.. entries.Where(entry => formats.OfFile(entry.Path)?.Name == table.Format)];
        return Array.Exists(ours, entry => entry.Size > 0) ? [.. ours.Where(entry => entry.Size > 0)] : ours;
    }

    /// <summary>The columns: the first file's, then the folders' keys, then the hidden path.</summary>
    public IReadOnlyList<FilesColumn> ColumnsOf(FilesTable table, IReadOnlyList<FileEntry> entries)
    {
        if (table.Declared.Count > 0)
            return [.. table.Declared, new FilesColumn(PathColumn, SqlType.Varchar, FilesColumnSource.Path, 0)];
        if (entries.Count == 0)
            throw new QueryException(ErrorCode.FileNotFound, $"table '{table.Name}' has no files any more at '{table.Location}'");
        FileShape shape = formats.Named(table.Format).Describe(entries);
        var keys = entries.SelectMany(entry => entry.PartitionKeys).Distinct(StringComparer.Ordinal).ToList();
        var columns = new List<FilesColumn>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int ordinal = 0; ordinal < shape.Columns.Count; ordinal++)
        {
            // A key of the folders hides a column of the same name. Columns are found by name, so a second one of a name is out of reach.
            FormatColumn column = shape.Columns[ordinal];
            if (!keys.Contains(column.Name, StringComparer.Ordinal) && names.Add(column.Name))
                columns.Add(new FilesColumn(column.Name, column.Type, FilesColumnSource.File, ordinal));
        }
        foreach (string key in keys)
        {
            SqlType type = Partitions.TypeOf(entries.Select(entry => ValueOf(key, entry.PartitionKeys, entry.PartitionValues)).OfType<string>());
            columns.Add(new FilesColumn(key, type, FilesColumnSource.Partition, 0));
        }
        columns.Add(new FilesColumn(PathColumn, SqlType.Varchar, FilesColumnSource.Path, 0));
        return columns;
    }

    /// <summary>Whether a file's folders and path are inside the domain.</summary>
    public static bool MayMatch(FileEntry entry, IReadOnlyList<FilesColumn> columns, TupleDomain domain) =>
        MayMatch(entry.Path, entry.PartitionKeys, entry.PartitionValues, columns, domain);

    /// <inheritdoc cref="MayMatch(FileEntry, IReadOnlyList{FilesColumn}, TupleDomain)"/>
    public static bool MayMatch(FilesSplit split, IReadOnlyList<FilesColumn> columns, TupleDomain domain) =>
        MayMatch(split.Path, split.PartitionKeys, split.PartitionValues, columns, domain);

    /// <summary>The value that a column has in all rows of a file.</summary>
    public static object? ConstantOf(FilesColumn column, string path, ValueList<string> keys, ValueList<string> values)
    {
        if (column.Source == FilesColumnSource.Path)
            return path;
        return ValueOf(column.Name, keys, values) is { } value ? Partitions.Parse(value, column.Type) : null;
    }

    private static bool MayMatch(
        string path, ValueList<string> keys, ValueList<string> values, IReadOnlyList<FilesColumn> columns, TupleDomain domain)
    {
        if (domain.IsNone)
            return false;
        foreach (FilesColumn column in columns)
        {
            if (column.Source != FilesColumnSource.File && domain[column.Name] is { } allowed
                && !allowed.Contains(ConstantOf(column, path, keys, values)))
                return false;
        }
        return true;
    }

    private static string? ValueOf(string key, ValueList<string> keys, ValueList<string> values)
    {
        for (int place = 0; place < keys.Count; place++)
        {
            if (keys[place] == key)
                return values[place];
        }
        return null;
    }

    private FilesTable Declared(string schema, string name, string location, TableManifest manifest)
    {
        jail.Check(location);
        FormatColumn[] columns = [.. manifest.FileColumns.Select(column => new FormatColumn(column.Name, column.Type))];
        string dialect = manifest.Format == "csv" ? CsvWriter.DialectOf(columns).ToString() : "";
        return new FilesTable(schema, name, location, manifest.Format, dialect, TupleDomain.All, null)
        {
            Declared = manifest.Columns,
            NotNull = manifest.NotNull,
        };
    }

    private FilesTable MakeTable(string schema, string name, string location)
    {
        if (Directory.Exists(location) && TableManifest.Find(location) is { } manifest)
            return Declared(schema, name, location, manifest);
        IReadOnlyList<FileEntry> entries = FileEntries.Of(location, jail);
        TableFormat[] found = [.. entries.Select(entry => formats.OfFile(entry.Path)).OfType<TableFormat>().Distinct()];
        if (found.Length == 0)
        {
            throw entries.Count == 0
                ? new QueryException(ErrorCode.FileNotFound, $"no file matches '{name}'", $"It was looked for at {location}.")
                : new QueryException(ErrorCode.NotSupported, $"'{name}' has no ending of a known format", "Known are .parquet, .csv, .tsv, .tbl, .jsonl and .ndjson files, the text ones also compressed as .gz.");
        }
        if (found.Length > 1)
        {
            throw new QueryException(
                ErrorCode.InvalidData,
                $"'{name}' has files of several formats: {string.Join(", ", found.Select(format => format.Name))}",
                "Name a pattern such as '*.parquet'.");
        }
        FileEntry[] ours = [.. entries.Where(entry => formats.OfFile(entry.Path) == found[0]).OrderBy(entry => entry.Size == 0)];
        return new FilesTable(schema, name, location, found[0].Name, found[0].Describe([ours[0]]).Dialect, TupleDomain.All, null);
    }
}
