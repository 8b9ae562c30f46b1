namespace QueryEngine.Sql.Tests;

/// <summary>A statement of a public test suite.</summary>
internal sealed record CorpusStatement(string Suite, string Tier, string File, string Text);

/// <summary>Reads the statements of the public test suites.</summary>
internal static class Corpus
{
    /// <summary>All statements that some engine accepts.</summary>
    public static IEnumerable<CorpusStatement> Read(string folder)
    {
        foreach (string file in Files(folder, "slt", "*.slt").Concat(Files(folder, "tpch", "*.slt")).Concat(Files(folder, "tpcds", "*.slt")))
        {
            foreach (var statement in ReadRecords(file, Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0]))
                yield return statement;
        }

        foreach (string file in Files(folder, "sqlite", "*.test"))
        {
            foreach (var statement in ReadRecords(file, "sqlite"))
                yield return statement;
        }

        foreach (string suite in new[] { "tpch", "tpcds", "clickbench" })
        {
            foreach (string file in Files(folder, suite, "*.sql"))
            {
                // Trino's TPC-DS texts are templates.
                string text = File.ReadAllText(file).Replace("${database}.${schema}.", "tpcds.tiny.", StringComparison.Ordinal);
                yield return new CorpusStatement(suite, "script", file, text);
            }
        }

        string clients = Path.Combine(folder, "client-catalog-queries.sql");
        yield return new CorpusStatement("clients", "script", clients, File.ReadAllText(clients));
    }

    private static string[] Files(string folder, string suite, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(folder, suite), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static IEnumerable<CorpusStatement> ReadRecords(string file, string suite)
    {
        string tier = "setup";
        string[] lines = File.ReadAllLines(file);
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index];
            if (line.StartsWith("# tier ", StringComparison.Ordinal))
                tier = line[7..].Trim();
            bool isQuery = line.StartsWith("query ", StringComparison.Ordinal);
            bool isStatement = line.StartsWith("statement ok", StringComparison.Ordinal);
            if (!isQuery && !isStatement)
                continue;

            var text = new List<string>();
            for (index++; index < lines.Length && lines[index].Length > 0 && lines[index] != "----"; index++)
                text.Add(lines[index]);
            while (isQuery && index < lines.Length && lines[index].Length > 0)
                index++;
            yield return new CorpusStatement(suite, tier, file, string.Join('\n', text));
            tier = "setup";
        }
    }
}
