namespace QueryEngine.Spi;

/// <summary>A run of values of one type, boxed; a bound of null is none. Never empty.</summary>
public sealed record ValueRange(object? Low, bool LowInclusive, object? High, bool HighInclusive)
{
    /// <summary>Every value.</summary>
    public static readonly ValueRange All = new(null, false, null, false);

    /// <summary>The only value in the range, or null when it has more.</summary>
    public object? SingleValue => Low is not null && High is not null && LowInclusive && HighInclusive && Low.Equals(High) ? Low : null;

    /// <summary>Just that value.</summary>
    public static ValueRange Equal(object value) => new(value, true, value, true);

    /// <summary>Whether a value is inside.</summary>
    public bool Contains(object value) =>
        (Low is null || BoxedValue.Compare(value, Low) is var low && (low > 0 || (low == 0 && LowInclusive)))
        && (High is null || BoxedValue.Compare(value, High) is var high && (high < 0 || (high == 0 && HighInclusive)));

    /// <summary>What is in both, or null when nothing is.</summary>
    public ValueRange? Intersect(ValueRange other)
    {
        (object? low, bool lowInclusive) = Tighter(Low, LowInclusive, other.Low, other.LowInclusive, sign: 1);
        (object? high, bool highInclusive) = Tighter(High, HighInclusive, other.High, other.HighInclusive, sign: -1);
        if (low is not null && high is not null)
        {
            int order = BoxedValue.Compare(low, high);
            if (order > 0 || (order == 0 && !(lowInclusive && highInclusive)))
                return null;
        }

        return new ValueRange(low, lowInclusive, high, highInclusive);
    }

    /// <summary>Whether some value between <paramref name="min"/> and <paramref name="max"/>, both included, is inside.</summary>
    public bool Overlaps(object min, object max) => Intersect(new ValueRange(min, true, max, true)) is not null;

    private static (object? Bound, bool Inclusive) Tighter(object? left, bool leftInclusive, object? right, bool rightInclusive, int sign)
    {
        if (left is null)
            return (right, rightInclusive);
        if (right is null)
            return (left, leftInclusive);
        int order = BoxedValue.Compare(left, right) * sign;
        return order == 0 ? (left, leftInclusive && rightInclusive) : order > 0 ? (left, leftInclusive) : (right, rightInclusive);
    }
}

/// <summary>The values that a column may have: any of some ranges, and NULL or not.</summary>
public sealed record Domain(ValueList<ValueRange> Ranges, bool NullAllowed)
{
    /// <summary>Anything.</summary>
    public static readonly Domain All = new([ValueRange.All], true);

    /// <summary>Anything but NULL.</summary>
    public static readonly Domain NotNull = new([ValueRange.All], false);

    /// <summary>Only NULL.</summary>
    public static readonly Domain OnlyNull = new([], true);

    /// <summary>Nothing at all.</summary>
    public static readonly Domain None = new([], false);

    /// <summary>Whether nothing is allowed.</summary>
    public bool IsNone => Ranges.Count == 0 && !NullAllowed;

    /// <summary>Whether everything is allowed.</summary>
    public bool IsAll => NullAllowed && Ranges is [{ Low: null, High: null }];

    /// <summary>The values, where the domain is a list of single values without NULL; else null.</summary>
    public IReadOnlyList<object>? Values =>
        !NullAllowed && Ranges.Count > 0 && Ranges.All(range => range.SingleValue is not null) ? [.. Ranges.Select(range => range.SingleValue!)] : null;

    /// <summary>One of these values.</summary>
    public static Domain Of(params IEnumerable<object> values) => new(values.Distinct().Select(ValueRange.Equal).ToValueList(), false);

    /// <summary>Whether a boxed value, or NULL, is allowed.</summary>
    public bool Contains(object? value) => value is null ? NullAllowed : Ranges.Any(range => range.Contains(value));

    /// <summary>Whether some value from <paramref name="min"/> to <paramref name="max"/>, both included, is allowed.</summary>
    public bool Overlaps(object min, object max) => Ranges.Any(range => range.Overlaps(min, max));

    /// <summary>What both allow.</summary>
    public Domain Intersect(Domain other)
    {
        if (IsAll)
            return other;
        if (other.IsAll)
            return this;

        // A long list of single values against ranges: test the values instead of crossing the lists.
        if (Values is { } values)
            return new Domain(values.Where(value => other.Contains(value)).Select(ValueRange.Equal).ToValueList(), false);
        if (other.Values is not null)
            return other.Intersect(this);

        return new Domain(IntersectRanges(Merge(Ranges), Merge(other.Ranges)), NullAllowed && other.NullAllowed);
    }

    /// <summary>What either allows.</summary>
    public Domain Union(Domain other) =>
        IsAll || other.IsAll ? All : new(Merge(Ranges.Concat(other.Ranges)), NullAllowed || other.NullAllowed);

    // Both sorted: what ends first meets nothing further.
    private static ValueList<ValueRange> IntersectRanges(ValueList<ValueRange> left, ValueList<ValueRange> right)
    {
        var ranges = new List<ValueRange>();
        for (int l = 0, r = 0; l < left.Count && r < right.Count;)
        {
            if (left[l].Intersect(right[r]) is { } both)
                ranges.Add(both);
            if (CompareHighs(left[l], right[r]) < 0)
                l++;
            else
                r++;
        }

        return [.. ranges];
    }

    // Sorted, and none touching the next: without this, the ranges of a domain that is intersected with itself again and again would multiply.
    private static ValueList<ValueRange> Merge(IEnumerable<ValueRange> ranges)
    {
        var merged = new List<ValueRange>();
        foreach (ValueRange range in ranges.Order(Comparer<ValueRange>.Create(CompareLows)))
        {
            if (merged.Count == 0 || !Touches(merged[^1], range))
                merged.Add(range);
            else if (CompareHighs(merged[^1], range) < 0)
                merged[^1] = merged[^1] with { High = range.High, HighInclusive = range.HighInclusive };
        }

        return [.. merged];
    }

    private static int CompareLows(ValueRange left, ValueRange right) => (left.Low, right.Low) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        var (l, r) => BoxedValue.Compare(l, r) is not 0 and var order ? order : right.LowInclusive.CompareTo(left.LowInclusive),
    };

    private static int CompareHighs(ValueRange left, ValueRange right) => (left.High, right.High) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        var (l, r) => BoxedValue.Compare(l, r) is not 0 and var order ? order : left.HighInclusive.CompareTo(right.HighInclusive),
    };

    private static bool Touches(ValueRange left, ValueRange right) =>
        left.High is null || right.Low is null
        || (BoxedValue.Compare(right.Low, left.High) is var order && (order < 0 || (order == 0 && (left.HighInclusive || right.LowInclusive))));
}

/// <summary>The domain of one column, by the column's name in the source.</summary>
public sealed record ColumnDomain(string Column, Domain Domain);

/// <summary>What rows may be, column by column: all of the domains hold. <see cref="None"/> lets no row pass.</summary>
public sealed record TupleDomain(ValueList<ColumnDomain> Columns, bool IsNone = false)
{
    /// <summary>Every row.</summary>
    public static readonly TupleDomain All = new([]);

    /// <summary>No row.</summary>
    public static readonly TupleDomain None = new([], true);

    /// <summary>Whether every row passes.</summary>
    public bool IsAll => !IsNone && Columns.Count == 0;

    /// <summary>The domain of a column, or null when anything is allowed there.</summary>
    public Domain? this[string column]
    {
        get
        {
            foreach (ColumnDomain candidate in Columns)
                if (candidate.Column == column)
                    return candidate.Domain;
            return null;
        }
    }

    /// <summary>What conjuncts say of single columns. Rows for which they all are true are inside; others may be.</summary>
    public static TupleDomain FromConjuncts(ValueList<ConnectorExpression> conjuncts) =>
        conjuncts.Count == 0 ? All : DomainExtraction.Combine([.. conjuncts.Select(DomainExtraction.Extract)], (left, right) => left.Intersect(right));

    /// <summary>What both let pass.</summary>
    public TupleDomain Intersect(TupleDomain other)
    {
        if (IsNone || other.IsNone)
            return None;

        var domains = Columns.ToDictionary(column => column.Column, column => column.Domain);
        foreach ((string column, Domain domain) in other.Columns)
        {
            Domain both = domains.TryGetValue(column, out Domain? mine) ? mine.Intersect(domain) : domain;
            if (both.IsNone)
                return None;
            domains[column] = both;
        }

        return new TupleDomain([.. domains.Select(entry => new ColumnDomain(entry.Key, entry.Value))]);
    }
}
