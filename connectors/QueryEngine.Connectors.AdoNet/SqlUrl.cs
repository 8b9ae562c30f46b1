namespace QueryEngine.Connectors.AdoNet;

/// <summary>Reads the parts that connection URLs of relational sources share.</summary>
public static class SqlUrl
{
    /// <summary>The options behind the question mark, decoded once.</summary>
    public static Dictionary<string, string> ReadOptions(Uri url)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? option : option[..equals];
            options[Uri.UnescapeDataString(name)] = equals < 0 ? "" : Uri.UnescapeDataString(option[(equals + 1)..]);
        }

        return options;
    }
}
