namespace QueryEngine.Connectors.AdoNet;

/// <summary>Reads patterns of LIKE.</summary>
public static class SqlPatterns
{
    /// <summary>Whether the last character escapes a character that is not there.</summary>
    public static bool EndsInEscape(string pattern, char escape)
    {
        for (int at = 0; at < pattern.Length; at++)
            if (pattern[at] == escape && ++at == pattern.Length)
                return true;
        return false;
    }
}
