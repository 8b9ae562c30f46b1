namespace QueryEngine.Spi;

/// <summary>Reads the parts that connection URLs share: <c>scheme://user:password@host:port/path?option=value</c>, each decoded once.</summary>
public static class ConnectionUrl
{
    /// <summary>The options behind the question mark.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY when one is given twice.</exception>
    public static Dictionary<string, string> Options(Uri url)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = Uri.UnescapeDataString(equals < 0 ? option : option[..equals]);
            if (!options.TryAdd(name, equals < 0 ? "" : Uri.UnescapeDataString(option[(equals + 1)..])))
                throw new QueryException(ErrorCode.InvalidProperty, $"the connection URL sets '{name}' twice");
        }

        return options;
    }

    /// <summary>The user and the password, where they are given.</summary>
    public static (string? User, string? Password) Credentials(Uri url)
    {
        string[] parts = url.UserInfo.Split(':', 2);
        return (
            parts[0].Length == 0 ? null : Uri.UnescapeDataString(parts[0]),
            parts.Length < 2 ? null : Uri.UnescapeDataString(parts[1]));
    }

    /// <summary>The segments of the path.</summary>
    public static IReadOnlyList<string> Segments(Uri url) =>
        [.. url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
}
