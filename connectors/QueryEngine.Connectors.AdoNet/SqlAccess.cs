using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Catalogs that only read, whoever asks.</summary>
public static class SqlAccess
{
    /// <summary>The property of such a catalog.</summary>
    public static PropertySpec ReadOnly { get; } =
        new("read-only", "Whether statements that would change the source are refused.") { Default = "false", Type = PropertyType.Boolean };

    /// <summary>Fails where a catalog only reads and more is asked.</summary>
    public static void Check(bool isReadOnly, string source, AccessKind kind)
    {
        if (isReadOnly && kind != AccessKind.Read)
            throw new QueryException(ErrorCode.ReadOnly, $"the catalog over {source} only reads", "Its property read-only says so.");
    }
}
