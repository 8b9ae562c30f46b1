using System.Text;
using QueryEngine.Planning.Tests.Analysis;

namespace QueryEngine.Planning.Tests.Optimization;

/// <summary>
/// A file of queries and the plans that the optimizer makes of them. Blocks are separated by blank lines; <c>#</c> begins a comment line.
/// <code>
/// plan expect=MergeLimits expect-not=CreateTopN distributed
/// SELECT ...
/// ----
/// Output[...]
/// </code>
/// Instead of a query, <c>file=tpch/queries/q01.sql</c> names one of the public corpora; such a block is passed over where they are not.
/// </summary>
internal sealed record PlanFile(string Path, IReadOnlyList<PlanBlock> Blocks)
{
    private const string Rule = "----";

    public static PlanFile Read(string path)
    {
        var blocks = new List<PlanBlock>();
        foreach (string text in File.ReadAllText(path).ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = text.Trim('\n').Split('\n');
            int head = Array.FindIndex(lines, line => !line.StartsWith('#'));
            string[] words = head < 0 ? [""] : lines[head].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] != "plan")
            {
                blocks.Add(new PlanBlock(text.Trim('\n'), null, [], [], false, null, "", ""));
                continue;
            }

            int rule = Array.IndexOf(lines, Rule);
            int end = rule < 0 ? lines.Length : rule;
            blocks.Add(new PlanBlock(
                string.Join('\n', lines[..(head + 1)]),
                head,
                Names(words, "expect="),
                Names(words, "expect-not="),
                words.Contains("distributed"),
                Names(words, "file=").FirstOrDefault(),
                string.Join('\n', lines[(head + 1)..end]),
                rule < 0 ? "" : string.Join('\n', lines[(rule + 1)..])));
        }

        return new PlanFile(path, blocks);
    }

    /// <summary>The file with other plans.</summary>
    public string With(IReadOnlyDictionary<PlanBlock, string> plans)
    {
        var text = new StringBuilder();
        foreach (PlanBlock block in Blocks)
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(block.Head).Append('\n');
            if (!block.IsPlan)
                continue;
            if (block.Sql.Length > 0)
                text.Append(block.Sql).Append('\n');
            text.Append(Rule).Append('\n').Append(plans.GetValueOrDefault(block, block.Plan)).Append('\n');
        }

        return text.ToString();
    }

    private static string[] Names(string[] words, string key) =>
        [.. words.Where(word => word.StartsWith(key, StringComparison.Ordinal)).SelectMany(word => word[key.Length..].Split(','))];
}

/// <summary>A query and its plan, or mere comments.</summary>
internal sealed record PlanBlock(
    string Head, int? Line, IReadOnlyList<string> Expected, IReadOnlyList<string> Refused, bool IsDistributed, string? File, string Sql, string Plan)
{
    public bool IsPlan => Line is not null;

    /// <summary>The query's text, or null where it is in a file that is not here.</summary>
    public string? Text()
    {
        if (File is null)
            return Sql;
        string path = Path.Combine(Repository.Shared, "conformance", File);
        return System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : null;
    }
}
