namespace QueryEngine.Functions.TextSearch;

/// <summary>How well documents match queries: PostgreSQL's formulas.</summary>
internal static class TextRank
{
    /// <summary>What places of weight D, C, B and A count.</summary>
    public static readonly float[] DefaultWeights = [0.1f, 0.2f, 0.4f, 1.0f];

    // The sum of 1 / n^2.
    private const float Basel = 1.64493406685f;
    private const int LogarithmOfLength = 1, Length = 2, UniqueWords = 8, LogarithmOfUniqueWords = 16, ToOne = 32;

    /// <summary>The rank; <paramref name="normalization"/> is a sum of bits that say by what it is divided.</summary>
    public static float Of(float[] weights, TsVector vector, TsQuery? query, int normalization)
    {
        TsWord[] words = query is null ? [] : [.. query.Words.DistinctBy(word => (word.Text, word.IsPrefix))];
        if (vector.Words.Count == 0 || words.Length == 0)
            return 0;
        float rank = query is TsPair { Operator: not '|' } && words.Length > 1 ? RankTogether(weights, vector, words) : RankAny(weights, vector, words);
        if (rank < 0)
            rank = 1e-20f;
        int length = vector.Words.Values.Sum(places => Math.Max(1, places.Count));
        if ((normalization & LogarithmOfLength) != 0)
            rank /= (float)Math.Log2(length + 1);
        if ((normalization & Length) != 0)
            rank /= length;
        if ((normalization & UniqueWords) != 0)
            rank /= vector.Words.Count;
        if ((normalization & LogarithmOfUniqueWords) != 0)
            rank /= (float)Math.Log2(vector.Words.Count + 1);
        return (normalization & ToOne) != 0 ? rank / (rank + 1) : rank;
    }

    private static (int Position, float Weight)[] Places(float[] weights, SortedDictionary<int, int> places) =>
        places.Count == 0 ? [(TsVector.MaxPosition, weights[0])] : [.. places.Select(place => (place.Key, weights[place.Value]))];

    private static float RankAny(float[] weights, TsVector vector, TsWord[] words)
    {
        float rank = 0;
        foreach (TsWord word in words)
        {
            foreach (SortedDictionary<int, int> found in vector.Find(word))
            {
                (float sum, float greatest, int place) = (0, -1, 0);
                (int Position, float Weight)[] places = Places(weights, found);
                for (int at = 0; at < places.Length; at++)
                {
                    sum += places[at].Weight / ((at + 1) * (at + 1));
                    if (places[at].Weight > greatest)
                        (greatest, place) = (places[at].Weight, at);
                }

                rank += (greatest + sum - (greatest / ((place + 1) * (place + 1)))) / Basel;
            }
        }

        return rank / words.Length;
    }

    private static float RankTogether(float[] weights, TsVector vector, TsWord[] words)
    {
        float rank = -1;
        var known = new List<((int Position, float Weight)[] Places, bool ArePlaces)>();
        foreach (TsWord word in words)
        {
            var before = known.ToArray();
            foreach (SortedDictionary<int, int> found in vector.Find(word))
            {
                (int Position, float Weight)[] places = Places(weights, found);
                foreach ((((int Position, float Weight)[] others, bool areOthers), (int position, float weight)) in before.SelectMany(_ => places, (other, place) => (other, place)))
                {
                    foreach ((int otherPosition, float otherWeight) in others)
                    {
                        int distance = Math.Abs(position - otherPosition);
                        bool isUnknown = found.Count == 0 || !areOthers;
                        if (distance == 0 && !isUnknown)
                            continue;
                        float together = (float)Math.Sqrt(weight * otherWeight * Nearness(distance == 0 ? TsVector.MaxPosition : distance));
                        rank = rank < 0 ? together : 1 - ((1 - rank) * (1 - together));
                    }
                }

                known.Add((places, found.Count > 0));
            }
        }

        return rank;
    }

    private static float Nearness(int distance) => distance > 100 ? 1e-30f : (float)(1.0 / (1.005 + (0.05 * Math.Exp((distance / 1.5f) - 2))));
}
