namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Numbers the lines of each order from 1.</summary>
internal sealed class LineNumberColumn : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values)
    {
        int row = 0;
        for (int group = 0; group < window.GroupCount; group++)
        {
            for (int line = 1; line <= window.RowsOf(group); line++)
                values[row++] = line;
        }
    }
}

/// <summary>The suppliers of lines: one of the four that supply the line's part.</summary>
internal sealed class LineSupplierColumn(RandomStream stream, SharedLongColumn partKeys, long suppliers) : LongColumn
{
    private uint[] _states = [];

    public override void Fill(RowWindow window, Span<long> values)
    {
        ReadOnlySpan<long> parts = partKeys.Values(window);
        Span<uint> states = Scratch.Take(ref _states, window.RowCount);
        stream.Draw(window, 1, states);
        for (int row = 0; row < parts.Length; row++)
            values[row] = PartSupplierKeyColumn.SupplierOf(parts[row], Lehmer.ScaleSmall(states[row], 4), suppliers);
    }
}

/// <summary>Retail price times quantity, in hundredths.</summary>
internal sealed class ExtendedPriceColumn(SharedLongColumn partKeys, SharedLongColumn quantities) : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values)
    {
        ReadOnlySpan<long> parts = partKeys.Values(window);
        ReadOnlySpan<long> counts = quantities.Values(window);
        for (int row = 0; row < parts.Length; row++)
            values[row] = RetailPriceColumn.PriceOf(parts[row]) * (counts[row] / 100);
    }
}

/// <summary>The order's date for each of its lines.</summary>
internal sealed class LineOrderDateColumn(long first) : IntColumn
{
    private readonly RandomStream _stream = OrderStreams.OrderDateStream(first);

    public override void Fill(RowWindow window, Span<int> values)
    {
        int row = 0;
        for (int group = 0; group < window.GroupCount; group++)
        {
            int date = OrderStreams.OrderDateOf(Lehmer.Next(_stream.TakeGroup()));
            int lines = window.RowsOf(group);
            values.Slice(row, lines).Fill(date);
            row += lines;
        }
    }
}

/// <summary>A date some random days after another.</summary>
internal sealed class LaterDateColumn(RandomStream stream, SharedIntColumn dates, int minDays, int maxDays) : IntColumn
{
    private uint[] _states = [];

    public override void Fill(RowWindow window, Span<int> values)
    {
        ReadOnlySpan<int> from = dates.Values(window);
        Span<uint> states = Scratch.Take(ref _states, window.RowCount);
        stream.Draw(window, 1, states);
        uint range = (uint)(maxDays - minDays + 1);
        for (int row = 0; row < from.Length; row++)
            values[row] = from[row] + minDays + Lehmer.ScaleSmall(states[row], range);
    }
}

/// <summary>F for lines that have been shipped by the current date, O for the others.</summary>
internal sealed class LineStatusColumn(SharedIntColumn shipDates) : CodeColumn
{
    private static readonly string[] _words = ["F", "O"];

    public override IReadOnlyList<string> Words => _words;

    public override void Fill(RowWindow window, Span<int> codes)
    {
        ReadOnlySpan<int> dates = shipDates.Values(window);
        for (int row = 0; row < dates.Length; row++)
            codes[row] = dates[row] <= Dates.Current ? 0 : 1;
    }
}

/// <summary>R or A at random for lines that have been received by the current date (only those draw), else N.</summary>
internal sealed class ReturnFlagColumn(RandomStream stream, SharedIntColumn receiptDates) : CodeColumn
{
    private static readonly string[] _words = ["R", "A", "N"];

    public override IReadOnlyList<string> Words => _words;

    public override void Fill(RowWindow window, Span<int> codes)
    {
        ReadOnlySpan<int> dates = receiptDates.Values(window);
        int row = 0;
        for (int group = 0; group < window.GroupCount; group++)
        {
            uint state = stream.TakeGroup();
            for (int end = row + window.RowsOf(group); row < end; row++)
            {
                codes[row] = 2;
                if (dates[row] > Dates.Current)
                    continue;

                state = Lehmer.Next(state);
                codes[row] = Lehmer.ScaleSmall(state, 2);
            }
        }
    }
}
