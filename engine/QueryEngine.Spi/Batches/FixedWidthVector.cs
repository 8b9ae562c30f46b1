namespace QueryEngine.Spi;

/// <summary>Flat values of a fixed width; <typeparamref name="T"/> is what the type's <see cref="PhysicalType"/> says.</summary>
public sealed class FixedWidthVector<T> : ColumnVector
    where T : unmanaged
{
    private readonly NativeBuffer _values;
    private readonly int _start;

    /// <summary>Takes over one ownership of the buffers. The values begin at element <paramref name="start"/>.</summary>
    public FixedWidthVector(SqlType type, int length, NativeBuffer values, NativeBuffer? validity = null, int start = 0)
        : base(type, length, validity) => (_values, _start) = (values, start);

    /// <summary>One element a row.</summary>
    public ReadOnlySpan<T> Values => _values.Span<T>(_start, Length);

    /// <inheritdoc/>
    public override unsafe long SizeInBytes => ((long)Length * sizeof(T)) + Validity.Bits.Length;

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        return new FixedWidthVector<T>(
            Type, length, Share(_values), SliceValidity(start, length, MemoryContext.Unlimited), _start + start);
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type) =>
        new FixedWidthVector<T>(type, Length, Share(_values), ShareOrNull(ValidityBuffer), _start);

    /// <inheritdoc/>
    protected override object GetNonNull(int row) => Values[row];

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _values.Dispose();
    }
}
