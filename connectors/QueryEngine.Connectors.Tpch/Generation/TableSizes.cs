namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Rows of the tables at scale factor 1 (specification, clause 4.2.5).</summary>
internal static class TableSizes
{
    public const int Region = 5;
    public const int Nation = 25;
    public const int Supplier = 10_000;
    public const int Part = 200_000;
    public const int SuppliersPerPart = 4;
    public const int Customer = 150_000;
    public const int Orders = 1_500_000;
}
