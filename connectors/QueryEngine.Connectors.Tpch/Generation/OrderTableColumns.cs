namespace QueryEngine.Connectors.Tpch.Generation;

internal sealed class OrdersColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    private const int ClerksAtScaleOne = 1000;

    private SharedIntColumn? _lineCounts;

    private SharedIntColumn OrderDates => (SharedIntColumn)this["o_orderdate"];

    private SharedIntColumn LineCounts => _lineCounts ??= new SharedIntColumn(OrderStreams.LineCounts(First));

    protected override ColumnGenerator Make(string column) => column switch
    {
        "o_orderkey" => new OrderKeyColumn(),
        "o_custkey" => MakeCustomerKeys(),
        "o_orderstatus" => new OrderStatusColumn(First, OrderDates, LineCounts),
        "o_totalprice" => new OrderPriceColumn(Scale, First, LineCounts),
        "o_orderdate" => new SharedIntColumn(new LineOrderDateColumn(First)),
        "o_orderpriority" => Words(591449447, Vocabulary.Priorities),
        "o_clerk" => new NumberedColumn("Clerk#", new UniformLongColumn(Stream(1171034773), 1, ClerkCount())),
        "o_shippriority" => new ConstantColumn(0),
        "o_comment" => Comment(276090261, 19, 78),
        _ => throw Unknown(column),
    };

    private OrderCustomerColumn MakeCustomerKeys()
    {
        long customers = Scale.RowsOf(TableSizes.Customer);
        return new OrderCustomerColumn(KeyStream.Create(Scale, 851767375, 1, customers, First), customers);
    }

    /// <summary>Clerks do not become fewer below scale factor 1.</summary>
    private long ClerkCount() => Math.Max(ClerksAtScaleOne, Scale.RowsOf(ClerksAtScaleOne));
}

internal sealed class LineItemColumns(ScaleFactor scale, long first) : TableColumns(scale, first)
{
    private const int Lines = OrderStreams.MaxLines;

    private SharedIntColumn? _orderDates;

    private SharedIntColumn OrderDates => _orderDates ??= new SharedIntColumn(new LineOrderDateColumn(First));

    private SharedLongColumn PartKeys => (SharedLongColumn)this["l_partkey"];

    private SharedIntColumn ShipDates => (SharedIntColumn)this["l_shipdate"];

    private SharedIntColumn ReceiptDates => (SharedIntColumn)this["l_receiptdate"];

    protected override ColumnGenerator Make(string column) => column switch
    {
        "l_orderkey" => new OrderKeyColumn(),
        "l_partkey" => new SharedLongColumn(new KeyColumn(OrderStreams.PartKeys(Scale, First))),
        "l_suppkey" => new LineSupplierColumn(Stream(2095021727, Lines), PartKeys, Scale.RowsOf(TableSizes.Supplier)),
        "l_linenumber" => new LineNumberColumn(),
        "l_quantity" => new SharedLongColumn(new UniformLongColumn(OrderStreams.Quantities(First), 1, 50, unit: 100)),
        "l_extendedprice" => new ExtendedPriceColumn(PartKeys, (SharedLongColumn)this["l_quantity"]),
        "l_discount" => new UniformLongColumn(OrderStreams.Discounts(First), 0, 10),
        "l_tax" => new UniformLongColumn(OrderStreams.Taxes(First), 0, 8),
        "l_returnflag" => new ReturnFlagColumn(Stream(717419739, Lines), ReceiptDates),
        "l_linestatus" => new LineStatusColumn(ShipDates),
        "l_shipdate" => Later(OrderStreams.ShipDays(First), OrderDates, 1, 121),
        "l_commitdate" => Later(Stream(904914315, Lines), OrderDates, 30, 90),
        "l_receiptdate" => Later(Stream(373135028, Lines), ShipDates, 1, 30),
        "l_shipinstruct" => Words(1371272478, Vocabulary.Instructions, Lines),
        "l_shipmode" => Words(675466456, Vocabulary.Modes, Lines),
        "l_comment" => Comment(1095462486, 10, 43, Lines),
        _ => throw Unknown(column),
    };

    private static SharedIntColumn Later(RandomStream stream, SharedIntColumn dates, int minDays, int maxDays) =>
        new(new LaterDateColumn(stream, dates, minDays, maxDays));
}
