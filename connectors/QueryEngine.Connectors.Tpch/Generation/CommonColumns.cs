namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>The primary key: first, first + 1, ...</summary>
internal sealed class SequenceColumn : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values)
    {
        for (int row = 0; row < window.RowCount; row++)
            values[row] = window.FirstGroup + row + 1;
    }
}

/// <summary>The key of tables whose keys are small and start at 0.</summary>
internal sealed class OrdinalColumn : IntColumn
{
    public override void Fill(RowWindow window, Span<int> values)
    {
        for (int row = 0; row < window.RowCount; row++)
            values[row] = (int)window.FirstGroup + row;
    }
}

/// <summary>The same number in every row.</summary>
internal sealed class ConstantColumn(int value) : IntColumn
{
    public override void Fill(RowWindow window, Span<int> values) => values[..window.RowCount].Fill(value);
}

/// <summary>Evenly distributed 64-bit numbers between two bounds, both included.</summary>
internal sealed class UniformLongColumn(RandomStream stream, long low, long high, long unit = 1) : LongColumn
{
    private uint[] _states = [];

    public override void Fill(RowWindow window, Span<long> values)
    {
        Span<uint> states = Scratch.Take(ref _states, window.RowCount);
        stream.Draw(window, 1, states);
        double range = high - low + 1;
        for (int row = 0; row < states.Length; row++)
            values[row] = (low + Lehmer.Scale(states[row], range)) * unit;
    }
}

/// <summary>Evenly distributed 32-bit numbers between two bounds, both included, at most 2^20 apart.</summary>
internal sealed class UniformIntColumn(RandomStream stream, int low, int high) : IntColumn
{
    private uint[] _states = [];

    public override void Fill(RowWindow window, Span<int> values)
    {
        Span<uint> states = Scratch.Take(ref _states, window.RowCount);
        stream.Draw(window, 1, states);
        uint range = (uint)(high - low + 1);
        for (int row = 0; row < states.Length; row++)
            values[row] = low + Lehmer.ScaleSmall(states[row], range);
    }
}

/// <summary>Keys that refer to rows of another table.</summary>
internal sealed class KeyColumn(KeyStream keys) : LongColumn
{
    public override void Fill(RowWindow window, Span<long> values) => keys.Fill(window, values);
}

/// <summary>Words drawn from a list.</summary>
internal sealed class WordColumn(RandomStream stream, WordList list) : CodeColumn
{
    private uint[] _states = [];

    public override IReadOnlyList<string> Words => list.Words;

    public override void Fill(RowWindow window, Span<int> codes)
    {
        Span<uint> states = Scratch.Take(ref _states, window.RowCount);
        stream.Draw(window, 1, states);
        for (int row = 0; row < states.Length; row++)
            codes[row] = list.Pick(states[row]);
    }
}

/// <summary>The words of a list in order, one per row: the names of nations and regions.</summary>
internal sealed class ListedColumn(IReadOnlyList<string> words) : CodeColumn
{
    public override IReadOnlyList<string> Words => words;

    public override void Fill(RowWindow window, Span<int> codes)
    {
        for (int row = 0; row < window.RowCount; row++)
            codes[row] = (int)window.FirstGroup + row;
    }
}

/// <summary>A column that others are computed from: made once per window, whoever asks first.</summary>
internal sealed class SharedLongColumn(LongColumn source) : LongColumn
{
    private long[] _values = [];
    private int _version = -1;

    public ReadOnlySpan<long> Values(RowWindow window)
    {
        if (_version != window.Version)
        {
            source.Fill(window, Scratch.Take(ref _values, window.RowCount));
            _version = window.Version;
        }

        return _values.AsSpan(0, window.RowCount);
    }

    public override void Fill(RowWindow window, Span<long> values) => Values(window).CopyTo(values);
}

/// <inheritdoc cref="SharedLongColumn"/>
internal sealed class SharedIntColumn(IntColumn source) : IntColumn
{
    private int[] _values = [];
    private int _version = -1;

    public ReadOnlySpan<int> Values(RowWindow window)
    {
        if (_version != window.Version)
        {
            source.Fill(window, Scratch.Take(ref _values, window.RowCount));
            _version = window.Version;
        }

        return _values.AsSpan(0, window.RowCount);
    }

    public override void Fill(RowWindow window, Span<int> values) => Values(window).CopyTo(values);
}

/// <summary>Buffers that grow to the largest window and stay.</summary>
internal static class Scratch
{
    public static Span<T> Take<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length];
        return buffer.AsSpan(0, length);
    }
}
