namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// Makes the column generators of a table by name, positioned on a row group. Names are those of the specification;
/// seeds are those of the reference generator.
/// </summary>
internal abstract class TableColumns
{
    private readonly Dictionary<string, ColumnGenerator> _made = new(StringComparer.Ordinal);

    protected TableColumns(ScaleFactor scale, long first) => (Scale, First) = (scale, first);

    protected ScaleFactor Scale { get; }

    /// <summary>The first row group that will be asked for.</summary>
    protected long First { get; }

    public static TableColumns Create(TpchTable table, ScaleFactor scale, long firstGroup) => table switch
    {
        TpchTable.Region => new RegionColumns(scale, firstGroup),
        TpchTable.Nation => new NationColumns(scale, firstGroup),
        TpchTable.Supplier => new SupplierColumns(scale, firstGroup),
        TpchTable.Part => new PartColumns(scale, firstGroup),
        TpchTable.PartSupp => new PartSuppColumns(scale, firstGroup),
        TpchTable.Customer => new CustomerColumns(scale, firstGroup),
        TpchTable.Orders => new OrdersColumns(scale, firstGroup),
        TpchTable.LineItem => new LineItemColumns(scale, firstGroup),
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "not a table of TPC-H"),
    };

    /// <summary>The generator of a column; asked for twice, it is the same one.</summary>
    public ColumnGenerator this[string column]
    {
        get
        {
            if (!_made.TryGetValue(column, out ColumnGenerator? generator))
                _made.Add(column, generator = Make(column));
            return generator;
        }
    }

    /// <summary>Makes the generator of a column of the table.</summary>
    protected abstract ColumnGenerator Make(string column);

    protected static ArgumentException Unknown(string column) => new($"no column '{column}'", nameof(column));

    protected RandomStream Stream(uint seed, int drawsPerGroup = 1) => new(seed, drawsPerGroup, First);

    protected WordColumn Words(uint seed, WordList words, int drawsPerGroup = 1) =>
        new(Stream(seed, drawsPerGroup), words);

    protected CommentColumn Comment(uint seed, int minLength, int maxLength, int rowsPerGroup = 1) =>
        new(Stream(seed, rowsPerGroup * 2), minLength, maxLength);
}

internal sealed class RegionColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    protected override ColumnGenerator Make(string column) => column switch
    {
        "r_regionkey" => new OrdinalColumn(),
        "r_name" => new ListedColumn(Vocabulary.Regions.Words),
        "r_comment" => Comment(1500869201, 28, 115),
        _ => throw Unknown(column),
    };
}

internal sealed class NationColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    protected override ColumnGenerator Make(string column) => column switch
    {
        "n_nationkey" => new OrdinalColumn(),
        "n_name" => new ListedColumn(Vocabulary.Nations.Words),
        "n_regionkey" => new NationRegionColumn(),
        "n_comment" => Comment(606179079, 28, 115),
        _ => throw Unknown(column),
    };

    /// <summary>Which region a nation lies in.</summary>
    private sealed class NationRegionColumn : IntColumn
    {
        private static ReadOnlySpan<byte> Regions =>
            [0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1];

        public override void Fill(RowWindow window, Span<int> values)
        {
            for (int row = 0; row < window.RowCount; row++)
                values[row] = Regions[(int)window.FirstGroup + row];
        }
    }
}

internal sealed class SupplierColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    protected override ColumnGenerator Make(string column) => column switch
    {
        "s_suppkey" => new SequenceColumn(),
        "s_name" => new NumberedColumn("Supplier#", new SequenceColumn()),
        "s_address" => new AddressColumn(Stream(706178559, AddressColumn.Draws)),
        "s_nationkey" => new SharedIntColumn(new UniformIntColumn(Stream(110356601), 0, 24)),
        "s_phone" => new PhoneColumn(Stream(884434366, PhoneColumn.Draws), (SharedIntColumn)this["s_nationkey"]),
        "s_acctbal" => new UniformLongColumn(Stream(962338209), -99_999, 999_999),
        "s_comment" => new SupplierCommentColumn(First),
        _ => throw Unknown(column),
    };
}

internal sealed class PartColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    private const uint ManufacturerSeed = 1;

    private static readonly WordList _manufacturers =
        WordList.Even("Manufacturer#1|Manufacturer#2|Manufacturer#3|Manufacturer#4|Manufacturer#5");

    protected override ColumnGenerator Make(string column) => column switch
    {
        "p_partkey" => new SequenceColumn(),
        "p_name" => new PartNameColumn(Stream(709314158, PartNameColumn.Draws)),
        "p_mfgr" => Words(ManufacturerSeed, _manufacturers),
        "p_brand" => new BrandColumn(Stream(ManufacturerSeed), Stream(46831694)),
        "p_type" => Words(1841581359, Vocabulary.PartTypes),
        "p_size" => new UniformIntColumn(Stream(1193163244), 1, 50),
        "p_container" => Words(727633698, Vocabulary.Containers),
        "p_retailprice" => new RetailPriceColumn(),
        "p_comment" => Comment(804159733, 5, 22),
        _ => throw Unknown(column),
    };
}

internal sealed class PartSuppColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    private const int Rows = TableSizes.SuppliersPerPart;

    protected override ColumnGenerator Make(string column) => column switch
    {
        "ps_partkey" => new PartSupplierPartColumn(),
        "ps_suppkey" => new PartSupplierKeyColumn(Scale.RowsOf(TableSizes.Supplier)),
        "ps_availqty" => new UniformLongColumn(Stream(1671059989, Rows), 1, 9_999),
        "ps_supplycost" => new UniformLongColumn(Stream(1051288424, Rows), 100, 100_000),
        "ps_comment" => Comment(1961692154, 49, 198, Rows),
        _ => throw Unknown(column),
    };
}

internal sealed class CustomerColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    protected override ColumnGenerator Make(string column) => column switch
    {
        "c_custkey" => new SequenceColumn(),
        "c_name" => new NumberedColumn("Customer#", new SequenceColumn()),
        "c_address" => new AddressColumn(Stream(881155353, AddressColumn.Draws)),
        "c_nationkey" => new SharedIntColumn(new UniformIntColumn(Stream(1489529863), 0, 24)),
        "c_phone" => new PhoneColumn(Stream(1521138112, PhoneColumn.Draws), (SharedIntColumn)this["c_nationkey"]),
        "c_acctbal" => new UniformLongColumn(Stream(298370230), -99_999, 999_999),
        "c_mktsegment" => Words(1140279430, Vocabulary.Segments),
        "c_comment" => Comment(1335826707, 29, 116),
        _ => throw Unknown(column),
    };
}
