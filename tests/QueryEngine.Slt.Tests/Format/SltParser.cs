using System.Text.RegularExpressions;

namespace QueryEngine.Slt.Tests.Format;

/// <summary>
/// Reads sqllogictest files. Records are parted by blank lines, comments begin with <c>#</c>; <c># tier X</c> and <c># sqlstate X</c> speak of the next record.
/// </summary>
internal static partial class SltParser
{
    /// <summary>The records of a file.</summary>
    public static SltFile Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        var records = new List<SltRecord>();
        string tier = string.Empty;
        string? sqlState = null;
        int at = 0;
        while (at < lines.Length)
        {
            string line = lines[at];
            if (line.StartsWith("# tier ", StringComparison.Ordinal))
                tier = line["# tier ".Length..].Trim();
            else if (line.StartsWith("# sqlstate ", StringComparison.Ordinal))
                sqlState = line["# sqlstate ".Length..].Trim();
            if (line.Length == 0 || line[0] == '#' || line.StartsWith("hash-threshold", StringComparison.Ordinal))
            {
                at++;
                continue;
            }

            if (line.StartsWith("halt", StringComparison.Ordinal))
                break;
            records.Add(ReadRecord(path, lines, ref at, sqlState) with { Tier = tier });
            (tier, sqlState) = (string.Empty, null);
        }

        return new SltFile(path, IsCanon: lines.Length == 0 || !lines[0].StartsWith("# layout: sqlite", StringComparison.Ordinal), records);
    }

    private static SltRecord ReadRecord(string path, string[] lines, ref int at, string? sqlState)
    {
        int start = at + 1;
        string[] words = lines[at++].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "include":
                return new SltInclude(start, Path.Combine(Path.GetDirectoryName(path)!, words[1]));
            case "statement":
                Match state = StateInParentheses().Match(lines[at - 1]);
                return new SltStatement(
                    start, ReadBlock(lines, ref at, endsAtDashes: false), words[1] == "error", state.Success ? state.Groups[1].Value : sqlState);
            case "query":
                string sql = ReadBlock(lines, ref at, endsAtDashes: true);
                SortMode sort = words.Contains("rowsort") ? SortMode.Rows : words.Contains("valuesort") ? SortMode.Values : SortMode.None;
                return new SltQuery(start, sql, words.ElementAtOrDefault(1) ?? string.Empty, sort, ReadExpected(lines, ref at));
            default:
                throw new FormatException($"{path}:{start}: '{words[0]}' begins no record");
        }
    }

    private static string ReadBlock(string[] lines, ref int at, bool endsAtDashes)
    {
        int start = at;
        while (at < lines.Length && lines[at].Length > 0 && !(endsAtDashes && lines[at] == "----"))
            at++;
        return string.Join('\n', lines[start..at]);
    }

    private static string[] ReadExpected(string[] lines, ref int at)
    {
        if (at >= lines.Length || lines[at] != "----")
            return [];
        int start = ++at;
        while (at < lines.Length && lines[at].Length > 0)
            at++;
        return lines[start..at];
    }

    [GeneratedRegex(@"\(([0-9A-Z]{5})\)")]
    private static partial Regex StateInParentheses();
}
