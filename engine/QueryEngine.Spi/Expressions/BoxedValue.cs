namespace QueryEngine.Spi;

/// <summary>Compares boxed values (see <see cref="SqlType"/>) of one type as SQL does: text by code point, NaN equal to itself and largest.</summary>
public static class BoxedValue
{
    /// <summary>Less than, equal to or greater than zero. Neither is null.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (string l, string r) => CompareText(l, r),
        (double l, double r) => CompareFloat(l, r),
        (float l, float r) => CompareFloat(l, r),
        (ValueList<byte> l, ValueList<byte> r) => l.AsSpan().SequenceCompareTo(r.AsSpan()),
        (ValueList<object?> l, ValueList<object?> r) => CompareLists(l, r),
        _ => ((IComparable)left).CompareTo(right),
    };

    /// <summary>Whether values of a type have an order that <see cref="Compare"/> knows.</summary>
    public static bool IsOrdered(SqlType type) => type.Kind is not (TypeKind.Map or TypeKind.Json or TypeKind.Unknown or TypeKind.Row or TypeKind.Array);

    // NaN is the largest number and equal to itself; CompareTo of .NET makes it the smallest.
    private static int CompareFloat(double left, double right) => (double.IsNaN(left), double.IsNaN(right)) switch
    {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => -1,
        _ => left < right ? -1 : left > right ? 1 : 0,
    };

    // UTF-16 order is code point order but where a surrogate meets U+E000 to U+FFFF.
    private static int CompareText(string left, string right)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int at = 0; at < common; at++)
        {
            char l = left[at], r = right[at];
            if (l == r)
                continue;
            if (char.IsSurrogate(l) != char.IsSurrogate(r) && l >= 0xD800 && r >= 0xD800)
                return char.IsSurrogate(l) ? 1 : -1;
            return l.CompareTo(r);
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareLists(ValueList<object?> left, ValueList<object?> right)
    {
        for (int at = 0; at < Math.Min(left.Count, right.Count); at++)
        {
            int order = (left[at], right[at]) switch
            {
                (null, null) => 0,
                (null, _) => 1,
                (_, null) => -1,
                var (l, r) => Compare(l, r),
            };
            if (order != 0)
                return order;
        }

        return left.Count.CompareTo(right.Count);
    }
}
