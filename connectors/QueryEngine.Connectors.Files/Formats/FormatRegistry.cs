using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>The formats, by file name ending and by name.</summary>
internal sealed class FormatRegistry(params IReadOnlyList<TableFormat> formats)
{
    /// <summary>The format of a file by its name, or null.</summary>
    public TableFormat? OfFile(string path) => Find(path).Format;

    /// <summary>The format of that name.</summary>
    public TableFormat Named(string name) => formats.First(format => format.Name == name);

    /// <summary>The format of that name for a new table.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY.</exception>
    public TableFormat Writable(string name) => formats.FirstOrDefault(format => format.Name == name)
        ?? throw new QueryException(
            ErrorCode.InvalidProperty, $"there is no format '{name}'", $"There are {string.Join(", ", formats.Select(format => format.Name))}.");

    /// <summary>The name of a file without its folder and the ending of its format.</summary>
    public string TableNameOf(string path)
    {
        string name = Path.GetFileName(path);
        return name[..^Find(name).EndingLength];
    }

    private (TableFormat? Format, int EndingLength) Find(string path)
    {
        foreach (TableFormat format in formats)
        {
            foreach (string ending in format.Endings)
            {
                if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                    return (format, ending.Length);
            }
        }
        return (null, 0);
    }
}
