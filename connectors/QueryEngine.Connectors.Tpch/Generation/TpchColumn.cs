using System.Globalization;

namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>The kinds of values that TPC-H columns have.</summary>
internal enum TpchValue
{
    /// <summary>A 64-bit integer.</summary>
    BigInt,

    /// <summary>A 32-bit integer.</summary>
    Integer,

    /// <summary>An amount in hundredths, 64 bits.</summary>
    Money,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Text of a bounded length.</summary>
    Text,
}

/// <summary>A column as the specification declares it.</summary>
/// <param name="Name">Its name with the table's prefix.</param>
/// <param name="Value">What it holds.</param>
/// <param name="Length">The declared length of a text, else 0.</param>
internal sealed record TpchColumn(string Name, TpchValue Value, int Length = 0)
{
    private static readonly TpchColumn[][] _columns =
    [
        Parse("r_regionkey i, r_name 25, r_comment 152"),
        Parse("n_nationkey i, n_name 25, n_regionkey i, n_comment 152"),
        Parse("s_suppkey b, s_name 25, s_address 40, s_nationkey i, s_phone 15, s_acctbal m, s_comment 101"),
        Parse("p_partkey b, p_name 55, p_mfgr 25, p_brand 10, p_type 25, p_size i, p_container 10, p_retailprice m, " +
            "p_comment 23"),
        Parse("ps_partkey b, ps_suppkey b, ps_availqty b, ps_supplycost m, ps_comment 199"),
        Parse("c_custkey b, c_name 25, c_address 40, c_nationkey i, c_phone 15, c_acctbal m, c_mktsegment 10, " +
            "c_comment 117"),
        Parse("o_orderkey b, o_custkey b, o_orderstatus 1, o_totalprice m, o_orderdate d, o_orderpriority 15, " +
            "o_clerk 15, o_shippriority i, o_comment 79"),
        Parse("l_orderkey b, l_partkey b, l_suppkey b, l_linenumber b, l_quantity m, l_extendedprice m, " +
            "l_discount m, l_tax m, l_returnflag 1, l_linestatus 1, l_shipdate d, l_commitdate d, l_receiptdate d, " +
            "l_shipinstruct 25, l_shipmode 10, l_comment 44"),
    ];

    /// <summary>The columns of a table in the specification's order.</summary>
    public static IReadOnlyList<TpchColumn> Of(TpchTable table) => _columns[(int)table];

    /// <summary>Reads names with a letter for the kind of value, or the length of a text.</summary>
    private static TpchColumn[] Parse(string columns) =>
        [.. columns.Split(", ").Select(column => column.Split(' ')).Select(parts => parts[1] switch
        {
            "b" => new TpchColumn(parts[0], TpchValue.BigInt),
            "i" => new TpchColumn(parts[0], TpchValue.Integer),
            "m" => new TpchColumn(parts[0], TpchValue.Money),
            "d" => new TpchColumn(parts[0], TpchValue.Date),
            string length => new TpchColumn(
                parts[0], TpchValue.Text, int.Parse(length, CultureInfo.InvariantCulture)),
        })];
}
