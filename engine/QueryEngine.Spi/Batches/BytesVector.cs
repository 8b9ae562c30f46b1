using System.Text;

namespace QueryEngine.Spi;

/// <summary>Flat text, json, binary or numbers of any size: bytes behind <c>Length + 1</c> int32 offsets. The first offset need not be 0.</summary>
public sealed class BytesVector : ColumnVector
{
    private readonly NativeBuffer _offsets;
    private readonly NativeBuffer _data;
    private readonly int _start;

    /// <summary>Takes over one ownership of the buffers. The offsets begin at element <paramref name="start"/>.</summary>
    public BytesVector(SqlType type, int length, NativeBuffer offsets, NativeBuffer data, NativeBuffer? validity = null, int start = 0)
        : base(type, length, validity) => (_offsets, _data, _start) = (offsets, data, start);

    /// <summary>Where each row begins in <see cref="Data"/>, and where the last one ends.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.Span<int>(_start, Length + 1);

    /// <summary>The bytes of all rows; what lies outside the offsets is not ours.</summary>
    public ReadOnlySpan<byte> Data => _data.Bytes;

    /// <summary>The buffer behind <see cref="Data"/>, still owned by this vector.</summary>
    public NativeBuffer DataBuffer => _data;

    /// <inheritdoc/>
    public override long SizeInBytes
    {
        get
        {
            ReadOnlySpan<int> offsets = Offsets;
            return (offsets.Length * sizeof(int)) + (long)(offsets[^1] - offsets[0]) + Validity.Bits.Length;
        }
    }

    /// <summary>The bytes of a row; anything when the row is null.</summary>
    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            ReadOnlySpan<int> offsets = Offsets;
            return _data.Bytes[offsets[row]..offsets[row + 1]];
        }
    }

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        return new BytesVector(
            Type, length, Share(_offsets), Share(_data), SliceValidity(start, length, MemoryContext.Unlimited), _start + start);
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type) =>
        new BytesVector(type, Length, Share(_offsets), Share(_data), ShareOrNull(ValidityBuffer), _start);

    /// <inheritdoc/>
    protected override object GetNonNull(int row) => Type.IsBinary ? ValueList.Create(this[row])
        : Type.Kind == TypeKind.Number ? BigNumberBytes.Read(this[row])
        : Encoding.UTF8.GetString(this[row]);

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _offsets.Dispose();
        _data.Dispose();
    }
}
