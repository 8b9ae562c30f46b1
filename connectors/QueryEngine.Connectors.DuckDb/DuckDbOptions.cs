using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>The properties of a DuckDB catalog, typed.</summary>
internal sealed record DuckDbOptions(string Path)
{
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new("path", "The database file; in a URL, what follows the third slash.") { IsRequired = true },
        new("read-only", "Whether the file is opened for reading only, as several processes may at once.") { Default = "false", Type = PropertyType.Boolean },
        new("create-file", "Whether a file that is not there is made when the catalog is first used.") { Default = "false", Type = PropertyType.Boolean },
        new("library-path", "The file of DuckDB's library; by default the one that the system finds (libduckdb.so). The first catalog decides for the process."),
        new("threads", "How many threads DuckDB itself uses for a query; by default as many as the machine has.") { Type = PropertyType.Integer, Min = 1, Max = 1024 },
        new("memory-limit", "How much memory DuckDB may use, as 4GB; by default most of the machine's."),
        new("external-access", "Whether queries in DuckDB's own language may read and write other files and load extensions.") { Default = "false", Type = PropertyType.Boolean },
        new("special-dates", "The dates and timestamps infinity and -infinity: error or null.") { Default = "error", Type = PropertyType.Choice, Choices = ["error", "null"] },
        new("rows-per-split", "How many rows make a split, at least.") { Default = "122880", Type = PropertyType.Integer, Min = 1, Max = int.MaxValue },
    ];

    /// <summary>Whether statements that would change the file are refused.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a file that is not there is made.</summary>
    public bool CreatesFile { get; init; }

    /// <summary>The library's file, or null.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>DuckDB's threads, or null.</summary>
    public string? Threads { get; init; }

    /// <summary>DuckDB's memory, or null.</summary>
    public string? MemoryLimit { get; init; }

    /// <summary>Whether DuckDB may touch other files.</summary>
    public bool HasExternalAccess { get; init; }

    /// <summary>Whether infinite dates are NULL.</summary>
    public bool InfinityIsNull { get; init; }

    /// <summary>Rows of a split, at least.</summary>
    public int RowsPerSplit { get; init; } = 122_880;

    public static DuckDbOptions Parse(PropertyBag properties) => new(System.IO.Path.GetFullPath(properties.Get("path")))
    {
        IsReadOnly = properties.GetBoolean("read-only"),
        CreatesFile = properties.GetBoolean("create-file") && !properties.GetBoolean("read-only"),
        LibraryPath = properties.Find("library-path"),
        Threads = properties.Find("threads"),
        MemoryLimit = properties.Find("memory-limit"),
        HasExternalAccess = properties.GetBoolean("external-access"),
        InfinityIsNull = properties.Get("special-dates") == "null",
        RowsPerSplit = properties.GetInteger("rows-per-split", 1, int.MaxValue),
    };
}
