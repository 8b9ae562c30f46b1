namespace QueryEngine.Spi;

/// <summary>
/// The values of one column in a batch, in Arrow layout: immutable once made. Flat (<see cref="FixedWidthVector{T}"/>,
/// <see cref="BytesVector"/>, nested ones), <see cref="ConstantVector"/> or <see cref="DictionaryVector"/>.
/// A vector owns its buffers and child vectors: its constructor takes over one ownership of each. The top-level <see cref="Validity"/>
/// always tells which rows are null, whatever the encoding; slots of null rows hold anything.
/// </summary>
public abstract class ColumnVector : RefCounted
{
    private readonly NativeBuffer? _validity;

    /// <summary>Takes over one ownership of <paramref name="validity"/>; null means that no row is null.</summary>
    private protected ColumnVector(SqlType type, int length, NativeBuffer? validity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        (Type, Length, _validity) = (type, length, validity);
    }

    /// <summary>The SQL type.</summary>
    public SqlType Type { get; }

    /// <summary>The number of rows.</summary>
    public int Length { get; }

    /// <summary>Whether some row may be null.</summary>
    public bool MayHaveNulls => _validity is not null;

    /// <summary>Which rows are not null.</summary>
    public Validity Validity => _validity is null ? default : new(_validity.Span<byte>(Validity.BytesFor(Length)));

    /// <summary>The bitmap's buffer, still owned by this vector; null when no row is null.</summary>
    public NativeBuffer? ValidityBuffer => _validity;

    /// <summary>Bytes that the rows take, buffers' spare room not counted.</summary>
    public abstract long SizeInBytes { get; }

    /// <summary>Whether the row is null.</summary>
    public bool IsNull(int row) => !Validity[row];

    /// <summary>The boxed value of a row (see <see cref="SqlType"/>); null for NULL. For edges and tests, not for hot loops.</summary>
    public object? GetValue(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        return IsNull(row) ? null : GetNonNull(row);
    }

    /// <summary>Rows from <paramref name="start"/> on, sharing memory. The caller owns the result.</summary>
    public abstract ColumnVector Slice(int start, int length);

    /// <summary>The same rows seen as another type of the same physical layout. The caller owns the result.</summary>
    public abstract ColumnVector WithType(SqlType type);

    /// <summary>The value of a row that is not null.</summary>
    protected abstract object GetNonNull(int row);

    /// <inheritdoc/>
    protected override void Release() => _validity?.Dispose();

    /// <summary>The bitmap of a slice: shared where it starts on a byte, else copied. The caller owns the result.</summary>
    private protected NativeBuffer? SliceValidity(int start, int length, MemoryContext memory)
    {
        if (_validity is null)
            return null;
        if (start == 0)
        {
            _validity.Retain();
            return _validity;
        }

        NativeBuffer copy = memory.AllocateCleared(Validity.BytesFor(length));
        Validity source = Validity;
        Span<byte> bits = copy.Span<byte>(Validity.BytesFor(length));
        for (int row = 0; row < length; row++)
            if (source[start + row])
                bits[row >> 3] |= (byte)(1 << (row & 7));
        return copy;
    }

    private protected static NativeBuffer Share(NativeBuffer buffer)
    {
        buffer.Retain();
        return buffer;
    }

    private protected static NativeBuffer? ShareOrNull(NativeBuffer? buffer)
    {
        buffer?.Retain();
        return buffer;
    }

    private protected static ColumnVector Share(ColumnVector vector)
    {
        vector.Retain();
        return vector;
    }

    private protected void CheckSlice(int start, int length)
    {
        if ((start | length) < 0 || start + length > Length)
            throw new ArgumentOutOfRangeException(nameof(start), $"rows {start} to {start + length} of {Length}");
    }
}
