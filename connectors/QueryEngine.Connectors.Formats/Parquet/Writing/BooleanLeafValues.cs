using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Booleans: one bit each, without a dictionary.</summary>
internal sealed class BooleanLeafValues : LeafValues
{
    private readonly List<bool> _page = [];
    private (bool False, bool True) _pageHas;
    private (bool False, bool True) _chunkHas;

    public BooleanLeafValues() => StopDictionary();

    /// <inheritdoc/>
    public override long PageBytes => _page.Count / 8;

    /// <inheritdoc/>
    public override void Add(ColumnVector vector, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<bool> values = ((FixedWidthVector<bool>)vector).Values;
        foreach (int row in rows)
        {
            _page.Add(values[row]);
            _pageHas.True |= values[row];
            _pageHas.False |= !values[row];
        }
        AddValues(rows.Length);
        StopDictionary();
    }

    /// <inheritdoc/>
    public override void WriteDictionary(NativeOutput output)
    {
    }

    /// <inheritdoc/>
    protected override void WritePlain(NativeOutput output)
    {
        Span<byte> target = output.Reserve((_page.Count + 7) / 8);
        target.Clear();
        for (int value = 0; value < _page.Count; value++)
            if (_page[value])
                target[value >> 3] |= (byte)(1 << (value & 7));
        output.Advance(target.Length);
    }

    /// <inheritdoc/>
    protected override StoredBounds TakePageBounds()
    {
        StoredBounds bounds = Store(_pageHas);
        _chunkHas = (_chunkHas.False | _pageHas.False, _chunkHas.True | _pageHas.True);
        _pageHas = default;
        return bounds;
    }

    /// <inheritdoc/>
    protected override StoredBounds TakeChunkBounds()
    {
        StoredBounds bounds = Store(_chunkHas);
        _chunkHas = default;
        return bounds;
    }

    /// <inheritdoc/>
    protected override void ClearPage() => _page.Clear();

    /// <inheritdoc/>
    protected override void ClearDictionary()
    {
    }

    private static StoredBounds Store((bool False, bool True) has) =>
        has is (false, false) ? default : new StoredBounds([has.False ? (byte)0 : (byte)1], [has.True ? (byte)1 : (byte)0]);
}
