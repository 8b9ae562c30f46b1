namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// Makes the values of one column, window after window. Each generator keeps its own place in its random streams, so
/// that columns nobody asks for cost nothing.
/// </summary>
internal abstract class ColumnGenerator;

/// <summary>A column of 64-bit values: keys, and money in hundredths.</summary>
internal abstract class LongColumn : ColumnGenerator
{
    /// <summary>Writes one value per row of the window, which must follow that of the previous call.</summary>
    public abstract void Fill(RowWindow window, Span<long> values);
}

/// <summary>A column of 32-bit values: small numbers, and dates as days since 1970-01-01.</summary>
internal abstract class IntColumn : ColumnGenerator
{
    /// <inheritdoc cref="LongColumn.Fill"/>
    public abstract void Fill(RowWindow window, Span<int> values);
}

/// <summary>A column of few different texts, made as positions in a dictionary.</summary>
internal abstract class CodeColumn : ColumnGenerator
{
    /// <summary>The texts that codes stand for.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <inheritdoc cref="LongColumn.Fill"/>
    public abstract void Fill(RowWindow window, Span<int> codes);
}

/// <summary>A column of ASCII texts.</summary>
internal abstract class TextColumn : ColumnGenerator
{
    /// <summary>Bytes of the longest text.</summary>
    public abstract int MaxLength { get; }

    /// <summary>Writes the texts of the window's rows one after the other.</summary>
    /// <param name="window">The rows; must follow those of the previous call.</param>
    /// <param name="offsets">Receives RowCount + 1 positions in <paramref name="bytes"/>; the last is the length of all.</param>
    /// <param name="bytes">Has room for RowCount texts of <see cref="MaxLength"/>.</param>
    public abstract void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes);
}
