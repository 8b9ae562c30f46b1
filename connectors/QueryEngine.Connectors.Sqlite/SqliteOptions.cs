using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>What a catalog may do with its file.</summary>
internal enum SqliteMode
{
    ReadOnly,
    ReadWrite,
    Create,
}

/// <summary>The properties of an SQLite catalog, typed.</summary>
internal sealed record SqliteOptions(string Path, SqliteMode Mode, int BusyTimeoutMilliseconds)
{
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new("path", "The database file.") { IsRequired = true },
        new("mode", "ro: only read; rw: also write; rwc: also create the file.") { Default = "ro" },
        new("busy-timeout", "Milliseconds to wait for another process's write lock.") { Default = "5000" },
    ];

    public static SqliteOptions Parse(PropertyBag properties) => new(
        System.IO.Path.GetFullPath(properties.Get("path")),
        properties.Get("mode") switch
        {
            "ro" => SqliteMode.ReadOnly,
            "rw" => SqliteMode.ReadWrite,
            "rwc" => SqliteMode.Create,
            _ => throw properties.Invalid("mode", "ro, rw or rwc"),
        },
        properties.GetInteger("busy-timeout", 0, 3_600_000));
}
