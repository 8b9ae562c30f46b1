using System.Text;

namespace QueryEngine.Cli.Interactive;

/// <summary>What the word before the cursor might become.</summary>
/// <param name="Start">Where the word begins.</param>
/// <param name="Candidates">The words, sorted.</param>
internal sealed record Completion(int Start, IReadOnlyList<string> Candidates)
{
    private const int MostShown = 60;

    /// <summary>What all candidates begin with.</summary>
    public string CommonPrefix()
    {
        if (Candidates.Count == 0)
            return string.Empty;
        string prefix = Candidates[0];
        foreach (string candidate in Candidates)
        {
            int same = 0;
            while (same < Math.Min(prefix.Length, candidate.Length) && char.ToLowerInvariant(prefix[same]) == char.ToLowerInvariant(candidate[same]))
                same++;
            prefix = prefix[..same];
        }

        return prefix;
    }

    /// <summary>The candidates on one line of a terminal, as many as it holds.</summary>
    public string Listing(int width)
    {
        var line = new StringBuilder();
        foreach (string candidate in Candidates.Take(MostShown))
        {
            if (line.Length + candidate.Length + 5 > width)
                return line.Append("...").ToString();
            line.Append(candidate).Append("  ");
        }

        return line.ToString();
    }
}
