using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>Finds the files of a location: a file, a folder with all below it, or a pattern.</summary>
internal static class FileEntries
{
    /// <summary>The files, in the order of their paths.</summary>
    public static IReadOnlyList<FileEntry> Of(string location, PathJail jail)
    {
        if (Directory.Exists(location))
            return [.. FolderListing.AllFiles(location).Select(file => Stat(file, location, jail))];
        if (File.Exists(location) || !Glob.IsPattern(location))
            return [Stat(location, Path.GetDirectoryName(location)!, jail)];
        string start = Glob.BaseOf(location);
        return [.. Glob.Find(location).Select(file => Stat(file, start, jail))];
    }

    /// <summary>A file alone.</summary>
    public static FileEntry Stat(string path) => Stat(path, Path.GetDirectoryName(path)!, jail: null);

    private static FileEntry Stat(string path, string baseFolder, PathJail? jail)
    {
        jail?.Check(path);
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new QueryException(ErrorCode.FileNotFound, $"file '{path}' does not exist");
        (ValueList<string> keys, ValueList<string> values) = Partitions.Read(baseFolder, path);
        long size = info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : info.Length;
        return new FileEntry(path, size, info.LastWriteTimeUtc.Ticks, keys, values);
    }
}
