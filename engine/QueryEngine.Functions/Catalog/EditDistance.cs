namespace QueryEngine.Functions.Catalog;

/// <summary>Levenshtein's distance, for "Did you mean".</summary>
internal static class EditDistance
{
    /// <summary>The fewest insertions, deletions and replacements that make one text the other.</summary>
    public static int Of<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : IEquatable<T>
    {
        int[] distances = new int[right.Length + 1];
        for (int column = 0; column <= right.Length; column++)
            distances[column] = column;

        for (int row = 1; row <= left.Length; row++)
        {
            int diagonal = distances[0];
            distances[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                int replaced = diagonal + (left[row - 1].Equals(right[column - 1]) ? 0 : 1);
                diagonal = distances[column];
                distances[column] = Math.Min(replaced, Math.Min(distances[column], distances[column - 1]) + 1);
            }
        }

        return distances[^1];
    }

    /// <inheritdoc cref="Of{T}"/>
    public static int Of(string left, string right) => Of(left.AsSpan(), right.AsSpan());
}
