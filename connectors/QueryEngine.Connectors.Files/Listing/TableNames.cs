using QueryEngine.Connectors.Files.Formats;
using QueryEngine.Connectors.Files.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>
/// The names of a catalog: the root is schema <c>default</c>, each folder in it a schema of its own. A table is a file, by its name
/// with or without the ending, or a folder whose files are of one format.
/// </summary>
internal sealed class TableNames(string root, FormatRegistry formats)
{
    /// <summary>The schemas.</summary>
    public IReadOnlyList<string> Schemas()
    {
        if (!Directory.Exists(root))
            throw new QueryException(ErrorCode.FileNotFound, $"the catalog's folder '{root}' does not exist");
        return [FilesMetadata.DefaultSchema, .. FolderListing.Folders(root).Select(folder => Path.GetFileName(folder)!).Where(IsSchema)];
    }

    /// <summary>The tables of a schema. A name that several files share is listed with their endings.</summary>
    public IReadOnlyList<string> Tables(string schema)
    {
        Entry[] entries = [.. Entries(FolderOf(schema))];
        var shared = entries.GroupBy(entry => entry.Name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return [.. entries.Select(entry => shared.Contains(entry.Name) ? entry.FileName : entry.Name)];
    }

    /// <summary>The table of a name and where it is; null when there is none.</summary>
    public (string Name, string Location)? Find(string schema, RequestedName table)
    {
        Entry[] entries = [.. Entries(FolderOf(schema))];
        if (table.Choose(entries.Select(entry => entry.Name)) is { } name)
        {
            Entry[] named = [.. entries.Where(entry => entry.Name == name)];
            if (named.Length > 1 && named.All(entry => entry.FileName != name))
            {
                throw new QueryException(
                    ErrorCode.AmbiguousTable,
                    $"table '{name}' may mean {string.Join(", ", named.Select(entry => $"\"{entry.FileName}\""))}",
                    "Write the whole file name in double quotes.");
            }
            Entry chosen = named.FirstOrDefault(entry => entry.FileName == name) ?? named[0];
            return (name, chosen.Path);
        }

        string? fileName = table.Choose(entries.Select(entry => entry.FileName));
        return fileName is null ? null : (fileName, entries.First(entry => entry.FileName == fileName).Path);
    }

    /// <summary>The folder of a schema.</summary>
    public string FolderOf(string schema) => schema == FilesMetadata.DefaultSchema ? root : Path.Join(root, schema);

    private static bool IsSchema(string folder) => folder != FilesMetadata.DefaultSchema && !folder.Contains('=', StringComparison.Ordinal);

    private IEnumerable<Entry> Entries(string folder)
    {
        foreach (string file in FolderListing.Files(folder))
        {
            if (formats.OfFile(file) is not null)
                yield return new Entry(formats.TableNameOf(file), Path.GetFileName(file), file);
        }
        foreach (string child in FolderListing.Folders(folder))
        {
            string name = Path.GetFileName(child);
            if (!name.Contains('=', StringComparison.Ordinal) && IsTable(child))
                yield return new Entry(name, name, child);
        }
    }

    /// <summary>Whether a folder has files of one known format, and no other files.</summary>
    private bool IsTable(string folder)
    {
        if (TableManifest.IsIn(folder))
            return true;
        string? format = null;
        foreach (string file in FolderListing.AllFiles(folder))
        {
            string? next = formats.OfFile(file)?.Name;
            if (next is null || (format is not null && format != next))
                return false;
            format = next;
        }
        return format is not null;
    }

    private sealed record Entry(string Name, string FileName, string Path);
}
