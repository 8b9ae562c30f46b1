using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Reads the parts that connection URLs of relational sources share.</summary>
public static class SqlUrl
{
    /// <summary>The options behind the question mark, decoded once.</summary>
    public static Dictionary<string, string> ReadOptions(Uri url) => ConnectionUrl.Options(url);

    /// <summary>The properties of <c>scheme://user:password@host:port/database?option=value</c>.</summary>
    public static Dictionary<string, string> ReadServer(Uri url)
    {
        Dictionary<string, string> properties = [];
        foreach ((string name, string value) in ReadOptions(url))
            properties[name.ToLowerInvariant().Replace('_', '-')] = value;
        if (url.Host.Length > 0)
            properties["host"] = url.HostNameType == UriHostNameType.IPv6 ? url.Host.Trim('[', ']') : url.Host;
        if (url.Port > 0)
            properties["port"] = url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
            properties["database"] = database;
        string[] credentials = url.UserInfo.Split(':', 2);
        if (credentials[0].Length > 0)
            properties["user"] = Uri.UnescapeDataString(credentials[0]);
        if (credentials.Length > 1)
            properties["password"] = Uri.UnescapeDataString(credentials[1]);
        return properties;
    }
}
