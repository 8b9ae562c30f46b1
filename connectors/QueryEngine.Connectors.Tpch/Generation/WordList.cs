using System.Globalization;

namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Words to draw from, each as often as its weight says.</summary>
internal sealed class WordList
{
    private readonly byte[] _wordOfTicket;

    private WordList(string[] words, int[] weights)
    {
        Words = words;
        _wordOfTicket = new byte[weights.Sum()];
        int ticket = 0;
        for (int word = 0; word < words.Length; word++)
        {
            _wordOfTicket.AsSpan(ticket, weights[word]).Fill((byte)word);
            ticket += weights[word];
        }
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>Words separated by bars, all equally likely.</summary>
    public static WordList Even(string words) => Even(words.Split('|'));

    /// <summary>Words that are all equally likely.</summary>
    public static WordList Even(params string[] words) => new(words, [.. words.Select(_ => 1)]);

    /// <summary>Words separated by bars; <c>word=5</c> has weight 5, a word alone has weight 1.</summary>
    public static WordList Weighted(string words)
    {
        string[][] parts = [.. words.Split('|').Select(word => word.Split('='))];
        return new WordList(
            [.. parts.Select(part => part[0])],
            [.. parts.Select(part => part.Length == 1 ? 1 : int.Parse(part[1], CultureInfo.InvariantCulture))]);
    }

    /// <summary>Every combination of one word from each list, the last list turning fastest, all equally likely.</summary>
    public static WordList Combined(params string[] lists)
    {
        IEnumerable<string> combinations = lists[0].Split('|');
        foreach (string list in lists.Skip(1))
            combinations = combinations.SelectMany(_ => list.Split('|'), (left, right) => $"{left} {right}");
        return Even([.. combinations]);
    }

    /// <summary>The index of the word that a random state stands for.</summary>
    public int Pick(uint state) => _wordOfTicket[Lehmer.ScaleSmall(state, (uint)_wordOfTicket.Length)];
}
