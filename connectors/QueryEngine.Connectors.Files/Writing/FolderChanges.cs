using System.Buffers;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Writing;

/// <summary>Makes, moves and deletes folders and files of a catalog, never outside its root and never through a link.</summary>
internal sealed class FolderChanges(string root, PathJail jail)
{
    private static readonly SearchValues<char> _forbidden = SearchValues.Create("/\\\0=*?{");

    /// <summary>The folder that a new table or schema of that name has.</summary>
    /// <exception cref="QueryException">INVALID_NAME.</exception>
    public string NewFolder(string parent, string name)
    {
        bool isBad = name.Length == 0 || name[0] is '.' or '_' || name.AsSpan().ContainsAny(_forbidden)
            || name.Any(char.IsControl) || System.Text.Encoding.UTF8.GetByteCount(name) > 200;
        if (isBad)
        {
            throw new QueryException(
                ErrorCode.InvalidName,
                $"'{name}' cannot be the name of a folder of files",
                "It must not begin with a dot or an underscore, nor hold slashes, '=', wildcards or control characters, nor be longer than 200 bytes.");
        }
        string folder = Path.GetFullPath(Path.Join(parent, name));
        if (Path.GetDirectoryName(folder) != Path.TrimEndingDirectorySeparator(parent))
            throw new QueryException(ErrorCode.InvalidName, $"'{name}' cannot be the name of a folder of files");
        return folder;
    }

    /// <summary>Checks that a place that is there lies below the root, links followed, and is not the root.</summary>
    /// <exception cref="QueryException">ACCESS_DENIED.</exception>
    public void CheckInside(string path, bool mayBeRoot = false)
    {
        jail.CheckBelowRoot(path);
        if (!mayBeRoot && Path.TrimEndingDirectorySeparator(path) == root)
            throw new QueryException(ErrorCode.AccessDenied, $"the root '{root}' of a catalog cannot be changed as a table");
    }

    /// <summary>Makes a folder.</summary>
    public static void Create(string folder) => Run(folder, () => Directory.CreateDirectory(folder));

    /// <summary>Gives a folder or file another place, at once.</summary>
    public static void Move(string from, string to) => Run(to, () =>
    {
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to);
    });

    /// <summary>Deletes a folder with all in it, a file, or a link alone. It vanishes at once: what takes time happens under a hidden name.</summary>
    public void Delete(string path)
    {
        CheckInside(path);
        Run(path, () =>
        {
            if (!Directory.Exists(path) || new DirectoryInfo(path).LinkTarget is not null)
            {
                File.Delete(path);
                return;
            }
            string hidden = Path.Join(Path.GetDirectoryName(path), ".dropped-" + Guid.NewGuid().ToString("N"));
            Directory.Move(path, hidden);
            Directory.Delete(hidden, recursive: true);
        });
    }

    /// <summary>Deletes a folder of our own making, if it is there.</summary>
    public static void DeleteStaging(string folder)
    {
        if (Directory.Exists(folder))
            Run(folder, () => Directory.Delete(folder, recursive: true));
    }

    /// <summary>What an error of the disk is to the user.</summary>
    public static QueryException Translate(Exception error, string path)
    {
        const int NoSpaceLeft = 28;
        if (error is UnauthorizedAccessException)
            return new QueryException(ErrorCode.AccessDenied, $"'{path}' may not be written", inner: error);
        return (error.HResult & 0xFFFF) == NoSpaceLeft
            ? new QueryException(ErrorCode.DiskFull, $"the disk has no room for '{path}'", inner: error)
            : new QueryException(ErrorCode.IoError, $"'{path}' cannot be written: {error.Message}", inner: error);
    }

    private static void Run(string path, Action change)
    {
        try
        {
            change();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Translate(error, path);
        }
    }
}
