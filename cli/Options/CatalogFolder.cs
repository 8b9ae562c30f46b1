namespace QueryEngine.Cli.Options;

/// <summary>Where the shell and servers find the files that define catalogs.</summary>
internal static class CatalogFolder
{
    /// <summary>The given folder, else <c>./catalogs</c>, else <c>qe/catalogs</c> of the user's configuration; null where none of them is there.</summary>
    /// <exception cref="UsageException">The given folder does not exist.</exception>
    public static string? Find(string? given)
    {
        if (given is not null)
            return Directory.Exists(given) ? given : throw new UsageException($"there is no directory '{given}'");
        string config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Array.Find(["catalogs", Path.Combine(config, "qe", "catalogs")], Directory.Exists);
    }
}
