using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>
/// Puts the ranges of domains in order and joins those that overlap. Only then does meeting a domain with itself change nothing, which
/// ends the negotiation of a filter: x &gt; 1 OR x &lt; 5 met with itself would grow for ever.
/// </summary>
internal static class DomainRanges
{
    /// <summary>The same domain of rows, each column's ranges apart and in order.</summary>
    public static TupleDomain Normalize(TupleDomain domain) =>
        domain.IsNone ? domain : new TupleDomain([.. domain.Columns.Select(column => column with { Domain = Normalize(column.Domain) })]);

    private static Domain Normalize(Domain domain)
    {
        if (domain.Ranges.Count < 2)
            return domain;

        var joined = new List<ValueRange>();
        foreach (ValueRange range in domain.Ranges.Order(Comparer<ValueRange>.Create(CompareLow)))
        {
            if (joined.Count > 0 && Touches(joined[^1], range))
                joined[^1] = Join(joined[^1], range);
            else
                joined.Add(range);
        }
        return domain with { Ranges = joined.ToValueList() };
    }

    private static int CompareLow(ValueRange left, ValueRange right)
    {
        if (left.Low is null || right.Low is null)
            return (left.Low is null ? 0 : 1) - (right.Low is null ? 0 : 1);
        int order = BoxedValue.Compare(left.Low, right.Low);
        return order != 0 ? order : (left.LowInclusive ? 0 : 1) - (right.LowInclusive ? 0 : 1);
    }

    private static bool Touches(ValueRange first, ValueRange second)
    {
        if (first.High is null || second.Low is null)
            return true;
        int order = BoxedValue.Compare(second.Low, first.High);
        return order < 0 || (order == 0 && (first.HighInclusive || second.LowInclusive));
    }

    private static ValueRange Join(ValueRange first, ValueRange second)
    {
        if (first.High is null)
            return first;
        if (second.High is null)
            return first with { High = null, HighInclusive = false };
        int order = BoxedValue.Compare(first.High, second.High);
        return order > 0 ? first
            : order < 0 ? first with { High = second.High, HighInclusive = second.HighInclusive }
            : first with { HighInclusive = first.HighInclusive || second.HighInclusive };
    }
}
