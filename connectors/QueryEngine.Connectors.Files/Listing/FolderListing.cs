using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>Lists folders. What begins with a dot or an underscore is hidden, as other tools that write tables have it.</summary>
internal static class FolderListing
{
    /// <summary>The files directly in a folder, by name.</summary>
    public static IReadOnlyList<string> Files(string folder) => List(folder, Directory.EnumerateFiles);

    /// <summary>The folders directly in a folder, by name.</summary>
    public static IReadOnlyList<string> Folders(string folder) => List(folder, Directory.EnumerateDirectories);

    /// <summary>The files in a folder and all below it, by path.</summary>
    public static IEnumerable<string> AllFiles(string folder)
    {
        foreach (string file in Files(folder))
            yield return file;
        foreach (string child in Folders(folder))
        {
            // A link to a folder above would never end.
            if (new DirectoryInfo(child).LinkTarget is not null)
                continue;
            foreach (string file in AllFiles(child))
                yield return file;
        }
    }

    private static IReadOnlyList<string> List(string folder, Func<string, IEnumerable<string>> enumerate)
    {
        try
        {
            return [.. enumerate(folder).Where(IsVisible).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException error)
        {
            throw new QueryException(ErrorCode.AccessDenied, $"folder '{folder}' may not be read", inner: error);
        }
        catch (IOException error)
        {
            throw new QueryException(ErrorCode.IoError, $"folder '{folder}' cannot be read: {error.Message}", inner: error);
        }
    }

    private static bool IsVisible(string path) => Path.GetFileName(path) is [not ('.' or '_'), ..];
}
