using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Reads the parts that connection URLs of relational sources share.</summary>
public static class SqlUrl
{
    /// <summary>The options behind the question mark, decoded once.</summary>
    public static Dictionary<string, string> ReadOptions(Uri url) => ConnectionUrl.Options(url);
}
