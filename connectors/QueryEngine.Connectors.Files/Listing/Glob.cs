using System.IO.Enumeration;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Listing;

/// <summary>Finds the files that a pattern stands for: <c>*</c> and <c>?</c> within a name, <c>**</c> any folders, <c>{a,b}</c> either.</summary>
internal static class Glob
{
    private const int MostAlternatives = 1000;

    /// <summary>Whether a text is a pattern.</summary>
    public static bool IsPattern(string text) => text.AsSpan().ContainsAny("*?{");

    /// <summary>The part of a pattern before its first folder with a wildcard.</summary>
    public static string BaseOf(string pattern)
    {
        int wildcard = pattern.AsSpan().IndexOfAny("*?{");
        if (wildcard < 0)
            return Path.GetDirectoryName(pattern) ?? pattern;
        int slash = pattern.LastIndexOf(Path.DirectorySeparatorChar, wildcard);
        return slash <= 0 ? Path.GetPathRoot(pattern) ?? "/" : pattern[..slash];
    }

    /// <summary>The matching files, in the order of their names.</summary>
    public static IReadOnlyList<string> Find(string pattern)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string alternative in ExpandBraces(pattern))
        {
            string start = BaseOf(alternative);
            string[] segments = Path.GetRelativePath(start, alternative).Split(Path.DirectorySeparatorChar);
            Find(start, segments, 0, found);
        }
        return [.. found];
    }

    private static void Find(string folder, string[] segments, int depth, SortedSet<string> found)
    {
        if (!Directory.Exists(folder))
            return;
        string segment = segments[depth];
        bool isLast = depth == segments.Length - 1;
        if (segment == "**")
        {
            // No folder at all, or any one and then the same again.
            if (!isLast)
                Find(folder, segments, depth + 1, found);
            else
                AddFiles(folder, "*", found);
            foreach (string child in FolderListing.Folders(folder))
                Find(child, segments, depth, found);
            return;
        }

        if (isLast)
        {
            AddFiles(folder, segment, found);
            return;
        }
        if (!IsPattern(segment))
        {
            Find(Path.Join(folder, segment), segments, depth + 1, found);
            return;
        }
        foreach (string child in FolderListing.Folders(folder))
        {
            if (Matches(segment, Path.GetFileName(child)))
                Find(child, segments, depth + 1, found);
        }
    }

    private static void AddFiles(string folder, string pattern, SortedSet<string> found)
    {
        if (!IsPattern(pattern))
        {
            string file = Path.Join(folder, pattern);
            if (File.Exists(file))
                found.Add(file);
            return;
        }
        foreach (string file in FolderListing.Files(folder))
        {
            if (Matches(pattern, Path.GetFileName(file)))
                found.Add(file);
        }
    }

    // FileSystemName takes a backslash as an escape; names may hold one.
    private static bool Matches(string pattern, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), name, ignoreCase: false);

    private static List<string> ExpandBraces(string pattern)
    {
        int open = pattern.IndexOf('{', StringComparison.Ordinal);
        int close = open < 0 ? -1 : ClosingBrace(pattern, open);
        if (close < 0)
            return [pattern];

        var expanded = new List<string>();
        foreach (string alternative in SplitAlternatives(pattern[(open + 1)..close]))
        {
            expanded.AddRange(ExpandBraces(pattern[..open] + alternative + pattern[(close + 1)..]));
            if (expanded.Count > MostAlternatives)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"pattern '{pattern}' has more than {MostAlternatives} alternatives");
        }
        return expanded;
    }

    private static int ClosingBrace(string pattern, int open)
    {
        int depth = 0;
        for (int at = open; at < pattern.Length; at++)
        {
            if (pattern[at] == '{')
                depth++;
            else if (pattern[at] == '}' && --depth == 0)
                return at;
        }
        return -1;
    }

    private static List<string> SplitAlternatives(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        int depth = 0;
        foreach (char next in text)
        {
            depth += next == '{' ? 1 : next == '}' ? -1 : 0;
            if (next == ',' && depth == 0)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(next);
            }
        }
        parts.Add(part.ToString());
        return parts;
    }
}
