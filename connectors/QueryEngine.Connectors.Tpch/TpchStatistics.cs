using QueryEngine.Connectors.Tpch.Generation;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tpch;

/// <summary>What the specification says about the values: exact where it fixes them, expected values elsewhere.</summary>
internal static class TpchStatistics
{
    /// <summary>Rows of <c>lineitem</c> by thousandths of the scale factor, as published.</summary>
    private static readonly Dictionary<long, long> _lines = new()
    {
        [10] = 60_175,
        [100] = 600_572,
        [1000] = 6_001_215,
        [10_000] = 59_986_052,
        [100_000] = 600_037_902,
        [300_000] = 1_799_989_091,
        [1_000_000] = 5_999_989_709,
        [3_000_000] = 18_000_048_306,
        [10_000_000] = 59_999_994_267,
    };

    /// <summary>The statistics of a stretch of a table.</summary>
    public static TableStatistics Of(TpchTableHandle handle)
    {
        double share = (double)handle.GroupCount / TableGenerator.GroupsOf(handle.Kind, handle.Scale);
        double rows = RowsOf(handle.Kind, handle.Scale) * share;
        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        foreach (TpchColumn column in TpchColumn.Of(handle.Kind))
            columns.Add(column.Name, Of(column, handle, rows));
        return new TableStatistics { RowCount = Math.Round(rows), Columns = columns };
    }

    /// <summary>The rows of a whole table.</summary>
    public static long RowsOf(TpchTable table, ScaleFactor scale)
    {
        long groups = TableGenerator.GroupsOf(table, scale);
        return table switch
        {
            TpchTable.LineItem => _lines.TryGetValue(scale.Thousandths, out long lines) ? lines : groups * 4,
            TpchTable.PartSupp => groups * TableSizes.SuppliersPerPart,
            _ => groups,
        };
    }

    /// <summary>Average bytes of a row: what the work of a split is measured by.</summary>
    public static long RowBytesOf(TpchTable table) =>
        (long)TpchColumn.Of(table).Sum(column => AverageBytes(column));

    private static ColumnStatistics Of(TpchColumn column, TpchTableHandle handle, double rows)
    {
        ScaleFactor scale = handle.Scale;
        return column.Name switch
        {
            "r_regionkey" or "n_nationkey" => Integers((int)handle.FirstGroup, (int)handle.EndGroup - 1),
            "n_regionkey" => Integers(0, TableSizes.Region - 1),
            "s_nationkey" or "c_nationkey" => Integers(0, TableSizes.Nation - 1),
            "s_suppkey" or "p_partkey" or "ps_partkey" or "c_custkey" =>
                Numbers(handle.FirstGroup + 1, handle.EndGroup, handle.GroupCount),
            "o_orderkey" or "l_orderkey" => Numbers(
                OrderKeyColumn.KeyOf(handle.FirstGroup), OrderKeyColumn.KeyOf(handle.EndGroup - 1), handle.GroupCount),
            "ps_suppkey" or "l_suppkey" => Drawn(1, scale.RowsOf(TableSizes.Supplier), rows),
            "l_partkey" => Drawn(1, scale.RowsOf(TableSizes.Part), rows),
            "o_custkey" => Drawn(1, scale.RowsOf(TableSizes.Customer), rows, ofThree: 2),
            "p_size" => Integers(1, 50),
            "p_retailprice" => Numbers(90_000, 209_900, Math.Min(rows, 20_899)),
            "ps_availqty" => Drawn(1, 9_999, rows),
            "ps_supplycost" => Drawn(100, 100_000, rows),
            "s_acctbal" or "c_acctbal" => Drawn(-99_999, 999_999, rows),
            "o_totalprice" => Numbers(81_000, 79_342_200, rows),
            "o_shippriority" => Integers(0, 0),
            "l_linenumber" => Numbers(1, OrderStreams.MaxLines, OrderStreams.MaxLines),
            "l_quantity" => Numbers(100, 5_000, 50),
            "l_extendedprice" => Numbers(90_000, 10_495_000, Math.Min(rows, 1_000_000)),
            "l_discount" => Numbers(0, 10, 11),
            "l_tax" => Numbers(0, 8, 9),
            "o_orderdate" => Integers(Dates.Start, Dates.LastOrder),
            "l_shipdate" => Integers(Dates.Start + 1, Dates.LastOrder + 121),
            "l_commitdate" => Integers(Dates.Start + 30, Dates.LastOrder + 90),
            "l_receiptdate" => Integers(Dates.Start + 2, Dates.LastOrder + 151),
            _ => Texts(column, handle, rows),
        };
    }

    private static ColumnStatistics Texts(TpchColumn column, TpchTableHandle handle, double rows)
    {
        var statistics = new ColumnStatistics { NullFraction = 0, AverageBytes = AverageBytes(column) };
        var generator = TableColumns.Create(handle.Kind, handle.Scale, 0)[column.Name];
        return generator is CodeColumn codes
            ? statistics with
            {
                DistinctCount = Math.Min(rows, codes.Words.Count),
                Min = codes.Words.Min(StringComparer.Ordinal),
                Max = codes.Words.Max(StringComparer.Ordinal),
            }
            : statistics with { DistinctCount = column.Name == "o_clerk" ? ClerksOf(handle.Scale, rows) : rows };
    }

    private static double ClerksOf(ScaleFactor scale, double rows) => Expected(Math.Max(1000, scale.RowsOf(1000)), rows);

    private static ColumnStatistics Integers(int min, int max) => new()
    {
        NullFraction = 0,
        DistinctCount = Math.Max(0, max - min + 1),
        AverageBytes = sizeof(int),
        Min = min,
        Max = max,
    };

    private static ColumnStatistics Numbers(long min, long max, double distinct) => new()
    {
        NullFraction = 0,
        DistinctCount = distinct,
        AverageBytes = sizeof(long),
        Min = min,
        Max = max,
    };

    private static ColumnStatistics Drawn(long min, long max, double rows, int ofThree = 3) =>
        Numbers(min, max, Expected((max - min + 1) * ofThree / 3.0, rows));

    /// <summary>How many of some equally likely values are expected among so many rows.</summary>
    private static double Expected(double values, double rows) => Math.Round(values * (1 - Math.Exp(-rows / values)));

    private static double AverageBytes(TpchColumn column) => column.Value switch
    {
        TpchValue.BigInt or TpchValue.Money => sizeof(long),
        TpchValue.Integer or TpchValue.Date => sizeof(int),
        _ => column.Name switch
        {
            "s_name" or "c_name" => 18,
            "s_phone" or "c_phone" or "o_clerk" => 15,
            "p_name" => 33,
            "p_type" => 21,
            "p_brand" or "o_orderpriority" or "c_mktsegment" => 8,
            "l_returnflag" or "l_linestatus" or "o_orderstatus" => 1,
            "l_shipinstruct" => 12,
            "l_shipmode" => 4,
            _ => column.Length * 0.62,
        },
    };
}
