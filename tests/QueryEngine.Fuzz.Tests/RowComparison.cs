using System.Globalization;
using QueryEngine.Fuzz.Tests.Peers;

namespace QueryEngine.Fuzz.Tests;

/// <summary>Compares answers: rows in order or as a bag, numbers by value.</summary>
internal static class RowComparison
{
    private const double Tolerance = 1e-9;

    /// <summary>What differs, or null when nothing does or nothing can be said: one of them met a value that the other left out.</summary>
    public static string? Difference(Answer ours, Answer theirs, bool isOrdered)
    {
        if (ours.Error is { } our)
            return our.IsOfData ? null : $"ours failed: {our}";
        if (theirs.Error is not null)
            return null;
        if (ours.Rows.Count != theirs.Rows.Count)
            return $"{ours.Rows.Count} rows against {theirs.Rows.Count}";
        IEnumerable<string?[]> left = isOrdered ? ours.Rows : ours.Rows.Order(RowOrder.Instance);
        IEnumerable<string?[]> right = isOrdered ? theirs.Rows : theirs.Rows.Order(RowOrder.Instance);
        if (ours.Rows.Zip(theirs.Rows).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
            return null;
        foreach ((string?[] our2, string?[] their) in left.Zip(right))
            if (our2.Length != their.Length || !our2.Zip(their).All(pair => IsSame(pair.First, pair.Second)))
                return $"a row ({string.Join(", ", our2.Select(Show))}) against ({string.Join(", ", their.Select(Show))})";
        return null;
    }

    private static string Show(string? value) => value is null ? "NULL" : $"'{value}'";

    private static bool IsSame(string? left, string? right)
    {
        if (left is null || right is null)
            return left == right;
        (left, right) = (Truth(left), Truth(right));
        if (left == right)
            return true;
        if (TryNumber(left, out double l) && TryNumber(right, out double r))
            return !(IsWhole(left) && IsWhole(right)) && IsNear(l, r);
        return false;
    }

    // Infinity is near nothing but itself.
    private static bool IsNear(double left, double right) =>
        left.Equals(right) || double.IsFinite(left) && double.IsFinite(right) && Math.Abs(left - right) <= Tolerance * Math.Max(Math.Abs(left), Math.Abs(right));

    // PostgreSQL shows booleans as t and f, and arrays in braces. Of equal values, which a zero of either sign is, DISTINCT and GROUP BY may keep either.
    private static string Truth(string text) => text switch { "t" => "true", "f" => "false", "-0" => "0", "nan" => "NaN", "inf" => "Infinity", "-inf" => "-Infinity", ['{', ..] => $"[{text[1..^1].Replace(",", ", ", StringComparison.Ordinal)}]", _ => text };

    private static bool IsWhole(string text) => text.AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    // Numbers come before other texts: without that, an order by value here and by letters there is none.
    private static int Order(string left, string right)
    {
        bool isLeft = TryNumber(left, out double leftNumber);
        bool isRight = TryNumber(right, out double rightNumber);
        if (isLeft != isRight)
            return isLeft ? -1 : 1;
        if (!isLeft || leftNumber.Equals(rightNumber))
            return string.CompareOrdinal(Truth(left), Truth(right));
        return !(IsWhole(left) && IsWhole(right)) && IsNear(leftNumber, rightNumber) ? 0 : leftNumber.CompareTo(rightNumber);
    }

    private sealed class RowOrder : IComparer<string?[]>
    {
        public static readonly RowOrder Instance = new();

        public int Compare(string?[]? x, string?[]? y)
        {
            for (int i = 0; i < Math.Min(x!.Length, y!.Length); i++)
            {
                int order = (x[i], y[i]) switch
                {
                    (null, null) => 0,
                    (null, _) => -1,
                    (_, null) => 1,
                    var (left, right) => Order(left, right),
                };
                if (order != 0)
                    return order;
            }

            return 0;
        }
    }
}
