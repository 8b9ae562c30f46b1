namespace QueryEngine.Slt.Tests;

/// <summary>
/// The records of the public corpora that contradict the dialect and so stay failed, each with its reason: <c>ConformanceExceptions.txt</c>, where a line
/// that begins with <c>=</c> is the reason of the records (file:line) below it. They count as failed; the report shows them apart.
/// </summary>
internal static class ConformanceExceptions
{
    /// <summary>Where the list is.</summary>
    public static string Path => System.IO.Path.Combine(SharedData.Repository, "tests/QueryEngine.Slt.Tests/ConformanceExceptions.txt");

    /// <summary>The reason of each record, by file and line.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        var reasons = new Dictionary<string, string>();
        string? reason = null;
        foreach (string line in File.ReadLines(Path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '=')
                reason = line[1..].Trim();
            else if (!reasons.TryAdd(line, reason ?? throw new InvalidDataException($"{Path}: {line} has no reason")))
                throw new InvalidDataException($"{Path}: {line} is there twice");
        }

        return reasons;
    }
}
