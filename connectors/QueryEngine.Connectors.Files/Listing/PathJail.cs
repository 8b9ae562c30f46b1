using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>Lets only files below a folder be read, whatever <c>..</c> and links say.</summary>
internal sealed class PathJail(string root, bool allowAnyPath)
{
    private const int MostLinks = 40;

    private readonly string _realRoot = allowAnyPath ? root : Resolve(root);

    /// <summary>The full path of what a statement calls <paramref name="path"/>; relative ones count from the root.</summary>
    public string FullPath(string path)
    {
        if (path.StartsWith("file://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(path, UriKind.Absolute, out Uri? url))
            path = Uri.UnescapeDataString(url.AbsolutePath);
        if (path.StartsWith("~/", StringComparison.Ordinal) && allowAnyPath)
            path = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]);
        string full = Path.GetFullPath(path, root);
        return allowAnyPath || IsBelow(full, root) ? full : throw Denied(path);
    }

    /// <summary>Checks an existing file or folder before it is opened.</summary>
    /// <exception cref="QueryException">ACCESS_DENIED.</exception>
    public void Check(string fullPath)
    {
        if (!allowAnyPath && !IsBelow(Resolve(fullPath), _realRoot))
            throw Denied(fullPath);
    }

    /// <summary>Checks what is to be changed: that must lie below the root even where anything may be read.</summary>
    /// <exception cref="QueryException">ACCESS_DENIED.</exception>
    public void CheckBelowRoot(string fullPath)
    {
        if (!IsBelow(Resolve(fullPath), Resolve(root)))
            throw Denied(fullPath);
    }

    private static bool IsBelow(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Follows every link on the way.</summary>
    private static string Resolve(string path)
    {
        string resolved = Path.GetPathRoot(path) ?? "/";
        var rest = new Stack<string>(Segments(path[resolved.Length..]).Reverse());
        for (int links = 0; rest.TryPop(out string? segment);)
        {
            string next = Path.Join(resolved, segment);
            string? target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                resolved = next;
                continue;
            }
            if (++links > MostLinks)
                throw new QueryException(ErrorCode.IoError, $"path '{path}' has too many links");
            string full = Path.GetFullPath(target, resolved);
            resolved = Path.GetPathRoot(full) ?? "/";
            foreach (string part in Segments(full[resolved.Length..]).Reverse())
                rest.Push(part);
        }
        return resolved;
    }

    private static string[] Segments(string path) => path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);

    private QueryException Denied(string path) => new(
        ErrorCode.AccessDenied,
        $"path '{path}' lies outside the folder '{root}'",
        hint: "A catalog of files reads only below its root.");
}
