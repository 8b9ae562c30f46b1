namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>The eight tables, in the specification's order of dependence.</summary>
internal enum TpchTable
{
    Region,
    Nation,
    Supplier,
    Part,
    PartSupp,
    Customer,
    Orders,
    LineItem,
}
