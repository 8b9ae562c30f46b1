using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>What a catalog of files was configured with.</summary>
internal sealed record FilesOptions(string Root, bool AllowAnyPath, long SplitBytes)
{
    /// <summary>The properties of a catalog.</summary>
    public static readonly IReadOnlyList<PropertySpec> Specs =
    [
        new("root", "The folder whose files are the tables; paths are taken from there.") { IsRequired = true },
        new("allow-any-path", "Whether paths outside the root may be read, for a shell on the user's own machine.") { Default = "false", Type = PropertyType.Boolean },
        new("split-bytes", "About how many bytes of a file one worker reads at a time.") { Default = "33554432", Type = PropertyType.Integer, Min = 1, Max = int.MaxValue },
    ];

    /// <summary>Reads checked properties.</summary>
    public static FilesOptions Parse(PropertyBag properties)
    {
        string root = properties.Get("root");
        if (root.StartsWith("file://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(root, UriKind.Absolute, out Uri? url))
            root = url.LocalPath;
        return new FilesOptions(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)),
            properties.GetBoolean("allow-any-path"),
            properties.GetInteger("split-bytes", 1, int.MaxValue));
    }
}
