namespace QueryEngine.Spi;

/// <summary>
/// Rows that point into a flat vector of values. Dictionary codes of a file stay as they are, and a filtered text column is its own
/// dictionary: nothing is copied. The dictionary is never constant nor a dictionary itself and has at least one row; this vector's own validity
/// says which rows are null (a null in the dictionary is a null here too); null rows point to row 0.
/// </summary>
public sealed class DictionaryVector : ColumnVector
{
    private readonly NativeBuffer _indices;
    private readonly int _start;

    /// <summary>Takes over one ownership of the dictionary and the buffers. The indices begin at element <paramref name="start"/>.</summary>
    public DictionaryVector(ColumnVector dictionary, int length, NativeBuffer indices, NativeBuffer? validity = null, int start = 0)
        : base(dictionary.Type, length, validity) => (Dictionary, _indices, _start) = (dictionary, indices, start);

    /// <summary>The values; still owned by this vector. The same instance in consecutive batches means the same codes.</summary>
    public ColumnVector Dictionary { get; }

    /// <summary>One row number of <see cref="Dictionary"/> a row.</summary>
    public ReadOnlySpan<int> Indices => _indices.Span<int>(_start, Length);

    /// <inheritdoc/>
    public override long SizeInBytes => ((long)Length * sizeof(int)) + Validity.Bits.Length + Dictionary.SizeInBytes;

    /// <summary>
    /// The rows of <paramref name="source"/> (of any encoding) at <paramref name="rows"/>, in that order, without copying values.
    /// Keeps nulls. The caller owns the result and keeps its ownership of the source.
    /// </summary>
    public static ColumnVector Select(ColumnVector source, ReadOnlySpan<int> rows, MemoryContext memory)
    {
        if (source is ConstantVector constant)
            return new ConstantVector(Share(constant.Value), rows.Length);

        NativeBuffer indices = memory.Allocate((long)rows.Length * sizeof(int));
        Span<int> targets = indices.Span<int>(rows.Length);
        NativeBuffer? validity = null;
        ColumnVector dictionary = source;
        if (source is DictionaryVector inner)
        {
            ReadOnlySpan<int> codes = inner.Indices;
            for (int row = 0; row < rows.Length; row++)
                targets[row] = codes[rows[row]];
            dictionary = inner.Dictionary;
        }
        else
        {
            rows.CopyTo(targets);
        }

        if (source.MayHaveNulls)
        {
            try
            {
                validity = memory.AllocateCleared(Validity.BytesFor(rows.Length));
            }
            catch
            {
                indices.Dispose();
                throw;
            }

            Span<byte> bits = validity.Span<byte>(Validity.BytesFor(rows.Length));
            Validity valid = source.Validity;
            for (int row = 0; row < rows.Length; row++)
            {
                if (valid[rows[row]])
                    bits[row >> 3] |= (byte)(1 << (row & 7));
                else
                    targets[row] = 0;
            }
        }

        return new DictionaryVector(Share(dictionary), rows.Length, indices, validity);
    }

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        return new DictionaryVector(
            Share(Dictionary), length, Share(_indices), SliceValidity(start, length, MemoryContext.Unlimited), _start + start);
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type) =>
        new DictionaryVector(Dictionary.WithType(type), Length, Share(_indices), ShareOrNull(ValidityBuffer), _start);

    /// <inheritdoc/>
    protected override object GetNonNull(int row) => Dictionary.GetValue(Indices[row])!;

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _indices.Dispose();
        Dictionary.Dispose();
    }
}
