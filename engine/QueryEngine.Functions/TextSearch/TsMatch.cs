namespace QueryEngine.Functions.TextSearch;

/// <summary>Whether a document matches a query.</summary>
internal static class TsMatch
{
    /// <summary>Whether it does; nothing matches no query.</summary>
    public static bool IsMatch(TsVector vector, TsQuery? query)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return query switch
        {
            null => false,
            TsWord word => vector.Find(word).Any(places => word.Weights == 0 || places.Values.Any(weight => IsOf(word, weight))),
            TsNot not => !IsMatch(vector, not.Operand),
            TsPair { Operator: '&' } both => IsMatch(vector, both.Left) && IsMatch(vector, both.Right),
            TsPair { Operator: '|' } either => IsMatch(vector, either.Left) || IsMatch(vector, either.Right),
            _ => Ends(vector, query) is { } ends && (ends.IsNegated || ends.Positions.Count > 0),
        };
    }

    /// <summary>Whether a weight is one that a word of a query asks for.</summary>
    public static bool IsOf(TsWord word, int weight) => word.Weights == 0 || (word.Weights & (1 << weight)) != 0;

    // Where a part of a phrase ends, or, negated, where it does not; and how many positions it takes beyond the first.
    private static PhraseEnds Ends(TsVector vector, TsQuery query)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (query)
        {
            case TsWord word:
                return new PhraseEnds([.. vector.Find(word).SelectMany(places => places).Where(place => IsOf(word, place.Value)).Select(place => place.Key)], false, 0);
            case TsNot not:
                PhraseEnds inner = Ends(vector, not.Operand);
                return inner with { IsNegated = !inner.IsNegated };
        }

        var pair = (TsPair)query;
        (PhraseEnds left, PhraseEnds right) = (Ends(vector, pair.Left), Ends(vector, pair.Right));
        bool isPhrase = pair.Operator == TsPair.Phrase;
        int width = isPhrase ? left.Width + pair.Distance + right.Width : Math.Max(left.Width, right.Width);
        HashSet<int> first = [.. left.Positions.Select(position => position + (isPhrase ? pair.Distance + right.Width : width - left.Width))];
        HashSet<int> second = [.. right.Positions.Select(position => position + (isPhrase ? 0 : width - right.Width))];
        (IEnumerable<int> positions, bool isNegated) = (pair.Operator == '|', left.IsNegated, right.IsNegated) switch
        {
            (false, false, false) => (first.Intersect(second), false),
            (false, true, false) => (second.Except(first), false),
            (false, false, true) => (first.Except(second), false),
            (false, true, true) => (first.Union(second), true),
            (true, false, false) => (first.Union(second), false),
            (true, true, false) => (first.Except(second), true),
            (true, false, true) => (second.Except(first), true),
            (true, true, true) => (first.Intersect(second), true),
        };
        return new PhraseEnds([.. positions], isNegated, width);
    }

    private sealed record PhraseEnds(HashSet<int> Positions, bool IsNegated, int Width);
}
