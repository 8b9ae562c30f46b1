namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Dates as the specification bounds them, in days since 1970-01-01.</summary>
internal static class Dates
{
    /// <summary>1992-01-01, the first order.</summary>
    public const int Start = 8035;

    /// <summary>1995-06-17, the "current date" that decides what has been shipped and received.</summary>
    public const int Current = 9298;

    /// <summary>1998-08-02, the last order: 151 days before the end of 1998.</summary>
    public const int LastOrder = 10440;
}

/// <summary>Facts about orders that both <c>orders</c> and <c>lineitem</c> draw, from the same streams.</summary>
internal static class OrderStreams
{
    /// <summary>The most lines an order has, and the draws that every stream of lines owns for each order.</summary>
    public const int MaxLines = 7;

    public static RandomStream OrderDateStream(long first) => new(1066728069, 1, first);

    public static int OrderDateOf(uint state) =>
        Dates.Start + Lehmer.ScaleSmall(state, Dates.LastOrder - Dates.Start + 1);

    public static IntColumn LineCounts(long first) =>
        new UniformIntColumn(new RandomStream(1434868289, 1, first), 1, MaxLines);

    public static RandomStream Quantities(long first) => new(209208115, MaxLines, first);

    public static RandomStream Discounts(long first) => new(554590007, MaxLines, first);

    public static RandomStream Taxes(long first) => new(721958466, MaxLines, first);

    public static RandomStream ShipDays(long first) => new(1769349045, MaxLines, first);

    /// <summary>Days from the order to the shipment of a line: 1 to 121.</summary>
    public static int ShipDaysOf(uint state) => 1 + Lehmer.ScaleSmall(state, 121);

    public static KeyStream PartKeys(ScaleFactor scale, long first) =>
        KeyStream.Create(scale, 1808217256, MaxLines, scale.RowsOf(TableSizes.Part), first);
}

/// <summary>Keys of orders: of every 32 numbers the first 8 are used, counting from 1.</summary>
internal sealed class OrderKeyColumn : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values)
    {
        int row = 0;
        for (int group = 0; group < window.GroupCount; group++)
        {
            long key = KeyOf(window.FirstGroup + group);
            int end = row + window.RowsOf(group);
            for (; row < end; row++)
                values[row] = key;
        }
    }

    /// <summary>The key of the order at an index of the table, from 0.</summary>
    public static long KeyOf(long index)
    {
        long number = index + 1;
        return ((number >> 3) << 5) | (number & 7);
    }
}

/// <summary>Customers of orders: every third customer never orders.</summary>
internal sealed class OrderCustomerColumn(KeyStream keys, long highestKey) : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values)
    {
        keys.Fill(window, values);
        for (int row = 0; row < window.RowCount; row++)
        {
            int step = 1;
            while (values[row] % 3 == 0)
            {
                values[row] = Math.Min(values[row] + step, highestKey);
                step = -step;
            }
        }
    }
}

/// <summary>Total prices: the sum over an order's lines in hundredths, every line rounded down on its own.</summary>
internal sealed class OrderPriceColumn(ScaleFactor scale, long first, SharedIntColumn lineCounts) : LongColumn
{
    private readonly RandomStream _quantities = OrderStreams.Quantities(first);
    private readonly RandomStream _discounts = OrderStreams.Discounts(first);
    private readonly RandomStream _taxes = OrderStreams.Taxes(first);
    private readonly KeyStream _partKeys = OrderStreams.PartKeys(scale, first);
    private int[] _counts = [];
    private long[] _keys = [];

    public override void Fill(RowWindow window, Span<long> values)
    {
        ReadOnlySpan<long> keys = DrawPartKeys(window);
        int line = 0;
        for (int row = 0; row < window.RowCount; row++)
        {
            uint quantity = _quantities.TakeGroup();
            uint discount = _discounts.TakeGroup();
            uint tax = _taxes.TakeGroup();
            long total = 0;
            for (int end = line + _counts[row]; line < end; line++)
            {
                quantity = Lehmer.Next(quantity);
                discount = Lehmer.Next(discount);
                tax = Lehmer.Next(tax);
                long price = RetailPriceColumn.PriceOf(keys[line]) * (1 + Lehmer.ScaleSmall(quantity, 50));
                long reduced = price * (100 - Lehmer.ScaleSmall(discount, 11)) / 100;
                total += reduced * (100 + Lehmer.ScaleSmall(tax, 9)) / 100;
            }

            values[row] = total;
        }
    }

    private ReadOnlySpan<long> DrawPartKeys(RowWindow window)
    {
        lineCounts.Fill(window, Scratch.Take(ref _counts, window.RowCount));
        int lineCount = 0;
        for (int row = 0; row < window.RowCount; row++)
            lineCount += _counts[row];

        var lines = new RowWindow(_counts);
        lines.MoveTo(window.FirstGroup, window.GroupCount, lineCount);
        Span<long> keys = Scratch.Take(ref _keys, lineCount);
        _partKeys.Fill(lines, keys);
        return keys;
    }
}

/// <summary>F when every line of the order has been shipped, O when none has, else P.</summary>
internal sealed class OrderStatusColumn(long first, SharedIntColumn orderDates, SharedIntColumn lineCounts) : CodeColumn
{
    private static readonly string[] _words = ["F", "O", "P"];

    private readonly RandomStream _shipDays = OrderStreams.ShipDays(first);

    public override IReadOnlyList<string> Words => _words;

    public override void Fill(RowWindow window, Span<int> codes)
    {
        ReadOnlySpan<int> dates = orderDates.Values(window);
        ReadOnlySpan<int> counts = lineCounts.Values(window);
        for (int row = 0; row < window.RowCount; row++)
        {
            uint state = _shipDays.TakeGroup();
            int shipped = 0;
            for (int line = 0; line < counts[row]; line++)
            {
                state = Lehmer.Next(state);
                if (dates[row] + OrderStreams.ShipDaysOf(state) <= Dates.Current)
                    shipped++;
            }

            codes[row] = shipped == counts[row] ? 0 : shipped == 0 ? 1 : 2;
        }
    }
}
