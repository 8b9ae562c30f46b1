using QueryEngine.Connectors.Tpch.Generation;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tpch;

/// <summary>
/// A stretch of a table. Row groups are orders for <c>orders</c> and <c>lineitem</c>, parts for <c>part</c> and
/// <c>partsupp</c>, else rows; keys grow with them.
/// </summary>
/// <param name="Schema">The schema as it is listed.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Thousandths">A thousand times the scale factor.</param>
/// <param name="FirstGroup">The first row group, from 0.</param>
/// <param name="EndGroup">The row group after the last.</param>
internal sealed record TpchTableHandle(string Schema, string Table, long Thousandths, long FirstGroup, long EndGroup)
    : TableHandle
{
    /// <summary>The table.</summary>
    public TpchTable Kind => Enum.Parse<TpchTable>(Table, ignoreCase: true);

    /// <summary>The scale factor.</summary>
    public ScaleFactor Scale => new(Thousandths);

    /// <summary>How many row groups the stretch has.</summary>
    public long GroupCount => EndGroup - FirstGroup;

    /// <summary>The handle of a whole table.</summary>
    public static TpchTableHandle Of(string schema, TpchTable table, ScaleFactor scale) => new(
        schema, table.ToString().ToLowerInvariant(), scale.Thousandths, 0, TableGenerator.GroupsOf(table, scale));

    /// <summary>The groups of this stretch whose keys may satisfy a condition.</summary>
    public TpchTableHandle Narrow(TupleDomain domain)
    {
        if (domain.IsNone)
            return this with { EndGroup = FirstGroup };
        if (domain[TpchColumn.Of(Kind)[0].Name] is not { } keys)
            return this;

        (long low, long high) = (long.MaxValue, long.MinValue);
        foreach (ValueRange range in keys.Ranges)
        {
            low = Math.Min(low, range.Low is null ? long.MinValue : Convert.ToInt64(range.Low, null));
            high = Math.Max(high, range.High is null ? long.MaxValue : Convert.ToInt64(range.High, null));
        }

        long first = FirstGroupWhere(key => key >= low);
        return this with { FirstGroup = first, EndGroup = Math.Max(first, FirstGroupWhere(key => key > high)) };
    }

    /// <summary>The first group of the stretch whose key passes a condition that all larger keys pass too.</summary>
    private long FirstGroupWhere(Func<long, bool> condition)
    {
        (long low, long high) = (FirstGroup, EndGroup);
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (condition(KeyOf(middle)))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private long KeyOf(long group) => Kind switch
    {
        TpchTable.Region or TpchTable.Nation => group,
        TpchTable.Orders or TpchTable.LineItem => OrderKeyColumn.KeyOf(group),
        _ => group + 1,
    };
}

/// <summary>Row groups that one reader makes.</summary>
internal sealed record TpchSplit(long FirstGroup, long EndGroup) : Split;
