namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Retail prices, a function of the part's key, in hundredths.</summary>
internal sealed class RetailPriceColumn : LongColumn
{
    public static long PriceOf(long partKey) => 90_000 + (partKey / 10 % 20_001) + (partKey % 1000 * 100);

    public override void Fill(RowWindow window, Span<long> values)
    {
        for (int row = 0; row < window.RowCount; row++)
            values[row] = PriceOf(window.FirstGroup + row + 1);
    }
}

/// <summary>Brands: the manufacturer's digit and one of its own; 25 in all.</summary>
internal sealed class BrandColumn(RandomStream manufacturers, RandomStream brands) : CodeColumn
{
    private static readonly string[] _words =
        [.. Enumerable.Range(0, 25).Select(code => $"Brand#{(code / 5) + 1}{(code % 5) + 1}")];

    public override IReadOnlyList<string> Words => _words;

    public override void Fill(RowWindow window, Span<int> codes)
    {
        for (int row = 0; row < window.RowCount; row++)
        {
            int manufacturer = Lehmer.ScaleSmall(Lehmer.Next(manufacturers.TakeGroup()), 5);
            int brand = Lehmer.ScaleSmall(Lehmer.Next(brands.TakeGroup()), 5);
            codes[row] = (manufacturer * 5) + brand;
        }
    }
}

/// <summary>The part of each of the four rows that <c>partsupp</c> has for it.</summary>
internal sealed class PartSupplierPartColumn : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values)
    {
        for (int row = 0; row < window.RowCount; row++)
            values[row] = window.FirstGroup + (row / TableSizes.SuppliersPerPart) + 1;
    }
}

/// <summary>The four suppliers of each part.</summary>
internal sealed class PartSupplierKeyColumn(long suppliers) : LongColumn
{
    /// <summary>The supplier of a part that has a position (0 to 3) among its suppliers.</summary>
    public static long SupplierOf(long partKey, int position, long suppliers)
    {
        long distance = (suppliers / TableSizes.SuppliersPerPart) + ((partKey - 1) / suppliers);
        return ((partKey + (position * distance)) % suppliers) + 1;
    }

    public override void Fill(RowWindow window, Span<long> values)
    {
        for (int row = 0; row < window.RowCount; row++)
        {
            (int part, int position) = Math.DivRem(row, TableSizes.SuppliersPerPart);
            values[row] = SupplierOf(window.FirstGroup + part + 1, position, suppliers);
        }
    }
}
