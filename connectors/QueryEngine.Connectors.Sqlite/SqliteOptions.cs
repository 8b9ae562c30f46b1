using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>The properties of an SQLite catalog, typed.</summary>
internal sealed record SqliteOptions(string Path, int BusyTimeoutMilliseconds, bool IsReadOnly)
{
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new("path", "The database file; in a URL, what follows the third slash.") { IsRequired = true },
        new("busy-timeout", "Milliseconds to wait for another process's lock.") { Default = "5000", Type = PropertyType.Integer, Min = 0, Max = 3_600_000 },
        SqlAccess.ReadOnly,
        new("create-file", "Whether a file that is not there is made when the catalog is first used.") { Default = "false", Type = PropertyType.Boolean },
    ];

    /// <summary>Whether a file that is not there is made.</summary>
    public bool CreatesFile { get; init; }

    public static SqliteOptions Parse(PropertyBag properties) =>
        new(System.IO.Path.GetFullPath(properties.Get("path")), properties.GetInteger("busy-timeout", 0, 3_600_000), properties.GetBoolean("read-only"))
        {
            CreatesFile = properties.GetBoolean("create-file") && !properties.GetBoolean("read-only"),
        };
}
