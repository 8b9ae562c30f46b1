using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using QueryEngine.Connectors.Files.Formats;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Writing;

/// <summary>
/// Tables made and filled. All files of a write are staged in a hidden folder; finishing renames them into place, so that a write that fails or
/// is cancelled leaves nothing.
/// </summary>
internal sealed class FilesWrites(FilesOptions options, PathJail jail, FormatRegistry formats, MemoryContext memory)
{
    private const int RememberedWrites = 256;

    private readonly TableNames _names = new(options.Root, formats);
    private readonly FolderChanges _folders = new(options.Root, jail);
    private readonly ConcurrentDictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>Starts a write.</summary>
    public FilesWriteHandle Begin(WriteIntent intent)
    {
        FilesWriteHandle handle = intent switch
        {
            CreateTableIntent create => BeginCreate(create),
            InsertIntent insert => BeginInsert(insert),
            _ => throw QueryException.NotSupported("changing rows of files"),
        };
        FolderChanges.Create(handle.Staging);
        return handle;
    }

    /// <summary>Opens a sink.</summary>
    public FilesSink OpenSink(FilesWriteHandle handle, WriterId writer)
    {
        _folders.CheckInside(handle.Staging);
        return new FilesSink(handle, formats.Named(handle.Format), writer, memory);
    }

    /// <summary>Makes the files of these sinks the table's; the rows in them. Doing it again does nothing.</summary>
    public long Finish(FilesWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments)
    {
        if (_finished.TryGetValue(handle.WriteId, out long known))
            return known;
        (string File, long Rows)[] files = [.. fragments.SelectMany(FilesOf)];
        if (handle.Kind == FilesWriteKind.Append)
            Append(handle, files);
        else
            Publish(handle, files);
        FolderChanges.DeleteStaging(handle.Staging);

        long rows = files.Sum(file => file.Rows);
        if (_finished.Count >= RememberedWrites)
            _finished.Clear();
        _finished[handle.WriteId] = rows;
        return rows;
    }

    /// <summary>Forgets a write.</summary>
    public void Abort(FilesWriteHandle handle)
    {
        if (!_finished.ContainsKey(handle.WriteId))
            FolderChanges.DeleteStaging(handle.Staging);
    }

    /// <summary>Makes an empty table.</summary>
    public void CreateTable(TableDefinition table)
    {
        if (table.PrimaryKey.Count > 0)
            throw QueryException.NotSupported("a primary key of a table of files");
        ValueList<string> notNull = table.Columns.Where(column => !column.IsNullable).Select(column => column.Name).ToValueList();
        TableManifest manifest = TableProperties.Describe(formats, [.. table.Columns.Select(column => column.Handle)], notNull, table.Properties);
        FilesWriteHandle handle = HandleOf(FilesWriteKind.Create, NewTable(table.Name), manifest, []);
        FolderChanges.Create(handle.Staging);
        Finish(handle, []);
    }

    /// <summary>Deletes the files of a table.</summary>
    public void DropTable(SchemaTableName table) => _folders.Delete(LocationOf(table));

    /// <summary>Deletes the rows of a table.</summary>
    public void TruncateTable(SchemaTableName table)
    {
        string location = LocationOf(table);
        TableManifest manifest = TableManifest.Find(location)
            ?? throw QueryException.NotSupported($"TRUNCATE of {table}, whose columns only its files tell,");
        FilesWriteHandle handle = HandleOf(FilesWriteKind.Replace, location, manifest, []);
        FolderChanges.Create(handle.Staging);
        Finish(handle, []);
    }

    /// <summary>Makes a schema: a folder.</summary>
    public void CreateSchema(string schema)
    {
        string folder = _folders.NewFolder(options.Root, schema);
        if (Path.Exists(folder) || schema == FilesMetadata.DefaultSchema)
            throw new QueryException(ErrorCode.DuplicateSchema, $"schema '{schema}' already exists");
        FolderChanges.Create(folder);
    }

    /// <summary>Deletes the folder of a schema.</summary>
    public void DropSchema(string schema, bool cascade)
    {
        string folder = FolderOf(schema);
        if (folder == options.Root)
            throw new QueryException(ErrorCode.AccessDenied, $"schema '{schema}' is the root of the catalog and cannot be dropped");
        if (!cascade && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new QueryException(ErrorCode.InvalidParameterValue, $"schema '{schema}' is not empty", "Add CASCADE to drop its tables too.");
        _folders.Delete(folder);
    }

    private FilesWriteHandle BeginCreate(CreateTableIntent create)
    {
        TableManifest manifest = TableProperties.Describe(formats, create.Columns, [], create.Properties);
        bool isReplace = create.Replace && _names.Find(create.Table.Schema, new RequestedName(create.Table.Table, IsExact: true)) is not null;
        string target = isReplace ? FolderOfTable(create.Table) : NewTable(create.Table);
        return HandleOf(isReplace ? FilesWriteKind.Replace : FilesWriteKind.Create, target, manifest, Names(create.Columns));
    }

    private FilesWriteHandle BeginInsert(InsertIntent insert)
    {
        string target = FolderOfTable(insert.Table);
        TableManifest manifest = TableManifest.Find(target) ?? throw QueryException.NotSupported(
            $"writing to {insert.Table}, which was not made by CREATE TABLE,");
        FilesWriteKind kind = insert.Overwrite ? FilesWriteKind.Replace : FilesWriteKind.Append;
        return HandleOf(kind, target, manifest, Names(insert.Columns));
    }

    private static ValueList<string> Names(ValueList<ColumnHandle> columns) => columns.Select(column => column.Name).ToValueList();

    private static FilesWriteHandle HandleOf(FilesWriteKind kind, string target, TableManifest manifest, ValueList<string> written)
    {
        string id = Guid.NewGuid().ToString("N");
        string staging = Path.Join(Path.GetDirectoryName(target), ".staging-" + id);
        return new FilesWriteHandle(id, kind, staging, target, manifest.Format, manifest.Compression, manifest.Columns, manifest.NotNull, written);
    }

    private string NewTable(SchemaTableName table)
    {
        string parent = FolderOf(table.Schema);
        string folder = _folders.NewFolder(parent, table.Table);
        if (Path.Exists(folder) || _names.Find(table.Schema, new RequestedName(table.Table, IsExact: true)) is not null)
            throw new QueryException(ErrorCode.DuplicateTable, $"table '{table}' already exists");
        return folder;
    }

    private string LocationOf(SchemaTableName table)
    {
        FolderOf(table.Schema);
        string location = _names.Find(table.Schema, new RequestedName(table.Table, IsExact: true))?.Location
            ?? throw new QueryException(ErrorCode.UndefinedTable, $"table '{table}' does not exist");
        _folders.CheckInside(location);
        return location;
    }

    private string FolderOfTable(SchemaTableName table)
    {
        string location = LocationOf(table);
        return Directory.Exists(location)
            ? location
            : throw QueryException.NotSupported($"writing to {table}, which is a single file,");
    }

    private string FolderOf(string schema)
    {
        if (!_names.Schemas().Contains(schema, StringComparer.Ordinal))
            throw new QueryException(ErrorCode.UndefinedSchema, $"schema '{schema}' does not exist");
        string folder = _names.FolderOf(schema);
        _folders.CheckInside(folder, mayBeRoot: true);
        return folder;
    }

    private static IEnumerable<(string File, long Rows)> FilesOf(ReadOnlyMemory<byte> fragment) =>
        JsonNode.Parse(fragment.Span)!.AsArray().Select(file => (file!["file"]!.GetValue<string>(), file["rows"]!.GetValue<long>()));

    /// <summary>Moves the files in one by one; when one cannot be moved, those before it go again.</summary>
    private void Append(FilesWriteHandle handle, (string File, long Rows)[] files)
    {
        _folders.CheckInside(handle.Target);
        var moved = new List<string>();
        try
        {
            foreach ((string file, _) in files)
            {
                string to = Path.Join(handle.Target, file);
                string folder = Path.GetDirectoryName(to)!;
                FolderChanges.Create(folder);
                _folders.CheckInside(folder);
                FolderChanges.Move(Path.Join(handle.Staging, file), to);
                moved.Add(to);
            }
        }
        catch
        {
            foreach (string file in moved)
                File.Delete(file);
            throw;
        }
    }

    /// <summary>The staged folder becomes the table. Files of attempts that did not count go first.</summary>
    private void Publish(FilesWriteHandle handle, (string File, long Rows)[] files)
    {
        var kept = files.Select(file => Path.Join(handle.Staging, file.File)).ToHashSet(StringComparer.Ordinal);
        foreach (string file in FolderListing.AllFiles(handle.Staging).ToList())
        {
            if (!kept.Contains(file))
                File.Delete(file);
        }
        new TableManifest(handle.Format, handle.Compression, handle.Columns, handle.NotNull).Save(handle.Staging);

        if (handle.Kind == FilesWriteKind.Create)
        {
            if (Path.Exists(handle.Target))
                throw new QueryException(ErrorCode.DuplicateTable, $"table '{Path.GetFileName(handle.Target)}' was made meanwhile");
            FolderChanges.Move(handle.Staging, handle.Target);
            return;
        }

        _folders.CheckInside(handle.Target);
        string old = Path.Join(Path.GetDirectoryName(handle.Target), ".replaced-" + handle.WriteId);
        FolderChanges.Move(handle.Target, old);
        try
        {
            FolderChanges.Move(handle.Staging, handle.Target);
        }
        catch
        {
            FolderChanges.Move(old, handle.Target);
            throw;
        }
        FolderChanges.DeleteStaging(old);
    }
}
