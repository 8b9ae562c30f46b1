using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Names in statements.</summary>
internal static class DuckDbNames
{
    /// <summary>A name, quoted.</summary>
    public static string Quote(string name) => name.Contains('\0', StringComparison.Ordinal)
        ? throw new QueryException(ErrorCode.InvalidName, "a name in DuckDB cannot hold a zero character")
        : StandardIdentifiers.Instance.Quote(name);

    /// <summary>A table's name with its database's, so that no schema of the name of a database comes between.</summary>
    public static string Table(string catalog, string schema, string table) => $"{Quote(catalog)}.{Quote(schema)}.{Quote(table)}";

    /// <summary>A text as a literal.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
