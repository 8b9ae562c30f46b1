namespace QueryEngine.Spi;

/// <summary>Arrays: each row is a run of <see cref="Elements"/> between two offsets. The first offset need not be 0.</summary>
public sealed class ArrayVector : ColumnVector
{
    private readonly NativeBuffer _offsets;
    private readonly int _start;

    /// <summary>Takes over one ownership of the elements and the buffers.</summary>
    public ArrayVector(SqlType type, int length, NativeBuffer offsets, ColumnVector elements, NativeBuffer? validity = null, int start = 0)
        : base(type, length, validity) => (_offsets, Elements, _start) = (offsets, elements, start);

    /// <summary>The elements of all rows, of any encoding; still owned by this vector.</summary>
    public ColumnVector Elements { get; }

    /// <summary>Where each row begins in <see cref="Elements"/>, and where the last one ends.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.Span<int>(_start, Length + 1);

    /// <inheritdoc/>
    public override long SizeInBytes => ((long)Length * sizeof(int)) + Validity.Bits.Length + Elements.SizeInBytes;

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        return new ArrayVector(
            Type, length, Share(_offsets), Share(Elements), SliceValidity(start, length, MemoryContext.Unlimited), _start + start);
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type) =>
        new ArrayVector(type, Length, Share(_offsets), Elements.WithType(((ArrayType)type).Element), ShareOrNull(ValidityBuffer), _start);

    /// <inheritdoc/>
    protected override object GetNonNull(int row)
    {
        var values = new List<object?>();
        for (int element = Offsets[row]; element < Offsets[row + 1]; element++)
            values.Add(Elements.GetValue(element));
        return values.ToValueList();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _offsets.Dispose();
        Elements.Dispose();
    }
}

/// <summary>Maps: each row is a run of <see cref="Keys"/> and <see cref="Values"/> between two offsets.</summary>
public sealed class MapVector : ColumnVector
{
    private readonly NativeBuffer _offsets;
    private readonly int _start;

    /// <summary>Takes over one ownership of the keys, the values and the buffers.</summary>
    public MapVector(
        SqlType type, int length, NativeBuffer offsets, ColumnVector keys, ColumnVector values, NativeBuffer? validity = null, int start = 0)
        : base(type, length, validity) => (_offsets, Keys, Values, _start) = (offsets, keys, values, start);

    /// <summary>The keys of all rows; still owned by this vector.</summary>
    public ColumnVector Keys { get; }

    /// <summary>The values of all rows; still owned by this vector.</summary>
    public ColumnVector Values { get; }

    /// <summary>Where each row begins in <see cref="Keys"/>, and where the last one ends.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.Span<int>(_start, Length + 1);

    /// <inheritdoc/>
    public override long SizeInBytes => ((long)Length * sizeof(int)) + Validity.Bits.Length + Keys.SizeInBytes + Values.SizeInBytes;

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        NativeBuffer? validity = SliceValidity(start, length, MemoryContext.Unlimited);
        return new MapVector(Type, length, Share(_offsets), Share(Keys), Share(Values), validity, _start + start);
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type)
    {
        var map = (MapType)type;
        return new MapVector(
            type, Length, Share(_offsets), Keys.WithType(map.Key), Values.WithType(map.Value), ShareOrNull(ValidityBuffer), _start);
    }

    /// <inheritdoc/>
    protected override object GetNonNull(int row)
    {
        var entries = new List<KeyValuePair<object, object?>>();
        for (int entry = Offsets[row]; entry < Offsets[row + 1]; entry++)
            entries.Add(new(Keys.GetValue(entry)!, Values.GetValue(entry)));
        return entries.ToValueList();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _offsets.Dispose();
        Keys.Dispose();
        Values.Dispose();
    }
}

/// <summary>Rows: one child vector of the same length a field.</summary>
public sealed class RowVector : ColumnVector
{
    private readonly ColumnVector[] _fields;

    /// <summary>Takes over one ownership of each field and of the bitmap.</summary>
    public RowVector(SqlType type, int length, ReadOnlySpan<ColumnVector> fields, NativeBuffer? validity = null)
        : base(type, length, validity) => _fields = fields.ToArray();

    /// <summary>The fields; still owned by this vector.</summary>
    public ReadOnlySpan<ColumnVector> Fields => _fields;

    /// <inheritdoc/>
    public override long SizeInBytes => Validity.Bits.Length + _fields.Sum(child => child.SizeInBytes);

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        ColumnVector[] fields = [.. _fields.Select(field => field.Slice(start, length))];
        return new RowVector(Type, length, fields, SliceValidity(start, length, MemoryContext.Unlimited));
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type)
    {
        ColumnVector[] fields = [.. _fields.Zip(((RowType)type).Fields, (vector, field) => vector.WithType(field.Type))];
        return new RowVector(type, Length, fields, ShareOrNull(ValidityBuffer));
    }

    /// <inheritdoc/>
    protected override object GetNonNull(int row) => _fields.Select(field => field.GetValue(row)).ToValueList();

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        foreach (ColumnVector field in _fields)
            field.Dispose();
    }
}
