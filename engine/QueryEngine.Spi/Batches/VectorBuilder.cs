using System.Runtime.InteropServices;

namespace QueryEngine.Spi;

/// <summary>
/// Collects the values of one column and makes flat vectors of them. Not thread-safe. <see cref="Build"/> hands over the values
/// and leaves the builder empty; <see cref="Dispose"/> gives back what was not built.
/// </summary>
public abstract class VectorBuilder : IDisposable
{
    private NativeBuffer? _validity;

    private protected VectorBuilder(SqlType type, MemoryContext memory) => (Type, Memory) = (type, memory);

    /// <summary>The type of the values.</summary>
    public SqlType Type { get; }

    /// <summary>Values so far, nulls included.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a null was added.</summary>
    public bool HasNulls => _validity is not null;

    /// <summary>Where the bytes are counted.</summary>
    protected MemoryContext Memory { get; }

    /// <summary>A builder for a type.</summary>
    public static VectorBuilder Create(SqlType type, MemoryContext memory, int capacity = RecordBatch.MaxRows) => type.Physical switch
    {
        PhysicalType.Bool => new FixedWidthBuilder<bool>(type, memory, capacity),
        PhysicalType.Int8 => new FixedWidthBuilder<sbyte>(type, memory, capacity),
        PhysicalType.Int16 => new FixedWidthBuilder<short>(type, memory, capacity),
        PhysicalType.Int32 => new FixedWidthBuilder<int>(type, memory, capacity),
        PhysicalType.Int64 => new FixedWidthBuilder<long>(type, memory, capacity),
        PhysicalType.Int128 => new FixedWidthBuilder<Int128>(type, memory, capacity),
        PhysicalType.Float32 => new FixedWidthBuilder<float>(type, memory, capacity),
        PhysicalType.Float64 => new FixedWidthBuilder<double>(type, memory, capacity),
        PhysicalType.UInt128 => new FixedWidthBuilder<UInt128>(type, memory, capacity),
        PhysicalType.Bytes => new BytesBuilder(type, memory, capacity),
        PhysicalType.List => new ArrayBuilder((ArrayType)type, memory, capacity),
        PhysicalType.Map => new MapBuilder((MapType)type, memory, capacity),
        PhysicalType.Struct => new RowBuilder((RowType)type, memory, capacity),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such layout"),
    };

    /// <summary>A flat vector of boxed values.</summary>
    public static ColumnVector FromBoxed(SqlType type, IEnumerable<object?> values, MemoryContext memory)
    {
        using VectorBuilder builder = Create(type, memory, capacity: 16);
        foreach (object? value in values)
            builder.AppendBoxed(value);
        return builder.Build();
    }

    /// <summary>A vector of one boxed value, or NULL, for every row.</summary>
    public static ConstantVector Constant(SqlType type, object? value, int length, MemoryContext memory) =>
        new(FromBoxed(type, [value], memory), length);

    /// <summary>Adds a NULL.</summary>
    public void AppendNull()
    {
        AppendDefault();
        GrowValidity(Count);
        Span<byte> bits = _validity!.Span<byte>(Validity.BytesFor(Count + 1));
        bits[Count >> 3] &= (byte)~(1 << (Count & 7));
        Count++;
    }

    /// <summary>Adds a boxed value (see <see cref="SqlType"/>); null is NULL.</summary>
    public void AppendBoxed(object? value)
    {
        if (value is null)
        {
            AppendNull();
            return;
        }

        AppendNonNull(value);
        Added();
    }

    /// <summary>Adds a row of a vector of the same physical layout and any encoding.</summary>
    public void AppendFrom(ColumnVector source, int row)
    {
        if (source.IsNull(row))
        {
            AppendNull();
            return;
        }

        switch (source)
        {
            case ConstantVector constant:
                CopyNonNull(constant.Value, 0);
                break;
            case DictionaryVector dictionary:
                CopyNonNull(dictionary.Dictionary, dictionary.Indices[row]);
                break;
            default:
                CopyNonNull(source, row);
                break;
        }

        Added();
    }

    /// <summary>The values as a flat vector, which the caller owns. The builder starts again.</summary>
    public ColumnVector Build()
    {
        if (_validity is not null)
            GrowValidity(Math.Max(Count - 1, 0));
        ColumnVector vector = BuildVector(Count, _validity);
        _validity = null;
        Count = 0;
        return vector;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _validity?.Dispose();
        _validity = null;
        Count = 0;
        ReleaseValues();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts a value that a subclass has written.</summary>
    protected void Added()
    {
        if (_validity is not null)
            GrowValidity(Count);
        Count++;
    }

    /// <summary>Counts values that a subclass has written, none of them null.</summary>
    protected void Added(int count)
    {
        if (_validity is not null && count > 0)
            GrowValidity(Count + count - 1);
        Count += count;
    }

    /// <summary>Writes a value of no meaning, in the place of a null.</summary>
    protected abstract void AppendDefault();

    /// <summary>Writes a boxed value that is not null.</summary>
    protected abstract void AppendNonNull(object value);

    /// <summary>Writes a row, not null, of a flat vector.</summary>
    protected abstract void CopyNonNull(ColumnVector source, int row);

    /// <summary>Makes the vector of <paramref name="count"/> values and forgets them.</summary>
    protected abstract ColumnVector BuildVector(int count, NativeBuffer? validity);

    /// <summary>Gives back what was not built.</summary>
    protected abstract void ReleaseValues();

    /// <summary>A buffer with room for more bytes, with what the old one held; the old one is released.</summary>
    private protected static NativeBuffer Grow(NativeBuffer? old, long bytes, MemoryContext memory)
    {
        if (old is null)
            return memory.Allocate(bytes);

        NativeBuffer larger = memory.Allocate(Math.Max(bytes, old.Capacity * 2));
        old.Bytes.CopyTo(larger.Bytes);
        old.Dispose();
        return larger;
    }

    // New bytes are all ones: rows are valid until said otherwise, so the bitmap only has to grow.
    private void GrowValidity(int lastRow)
    {
        int bytes = Validity.BytesFor(lastRow + 1);
        if (_validity is not null && _validity.Capacity >= bytes)
            return;

        int old = _validity is null ? 0 : (int)_validity.Capacity;
        _validity = Grow(_validity, Math.Max(bytes, RecordBatch.MaxRows / 8), Memory);
        _validity.Bytes[old..].Fill(0xFF);
    }
}

/// <summary>Builds <see cref="FixedWidthVector{T}"/>.</summary>
public sealed class FixedWidthBuilder<T> : VectorBuilder
    where T : unmanaged
{
    private readonly int _initialCapacity;
    private NativeBuffer? _values;
    private int _capacity;

    /// <summary>Makes a builder; the capacity, in rows, is a guess.</summary>
    public FixedWidthBuilder(SqlType type, MemoryContext memory, int capacity = RecordBatch.MaxRows)
        : base(type, memory) => _initialCapacity = Math.Max(capacity, 1);

    /// <summary>The values so far.</summary>
    public ReadOnlySpan<T> Values => _values is null ? default : _values.Span<T>(Count);

    /// <summary>Adds a value.</summary>
    public void Append(T value)
    {
        Write(value);
        Added();
    }

    /// <summary>Adds values, none of them null.</summary>
    public void Append(ReadOnlySpan<T> values) => values.CopyTo(AppendUninitialized(values.Length));

    /// <summary>Adds room for values, none of them null, for the caller to fill at once.</summary>
    public Span<T> AppendUninitialized(int count)
    {
        Reserve(Count + count);
        Span<T> room = _values!.Span<T>(Count, count);
        Added(count);
        return room;
    }

    /// <inheritdoc/>
    protected override void AppendDefault() => Write(default);

    /// <inheritdoc/>
    protected override void AppendNonNull(object value) => Write((T)value);

    /// <inheritdoc/>
    protected override void CopyNonNull(ColumnVector source, int row) => Write(((FixedWidthVector<T>)source).Values[row]);

    /// <inheritdoc/>
    protected override ColumnVector BuildVector(int count, NativeBuffer? validity)
    {
        var vector = new FixedWidthVector<T>(Type, count, _values ?? Memory.Allocate(0), validity);
        (_values, _capacity) = (null, 0);
        return vector;
    }

    /// <inheritdoc/>
    protected override void ReleaseValues()
    {
        _values?.Dispose();
        (_values, _capacity) = (null, 0);
    }

    private void Write(T value)
    {
        Reserve(Count + 1);
        _values!.Span<T>(Count, 1)[0] = value;
    }

    private unsafe void Reserve(int count)
    {
        if (count <= _capacity)
            return;

        _values = Grow(_values, (long)Math.Max(count, _initialCapacity) * sizeof(T), Memory);
        _capacity = (int)Math.Min(_values.Capacity / sizeof(T), int.MaxValue);
    }
}

/// <summary>Builds <see cref="BytesVector"/>.</summary>
public sealed class BytesBuilder : VectorBuilder
{
    private readonly int _initialCapacity;
    private NativeBuffer? _offsets;
    private NativeBuffer? _data;
    private int _offsetCapacity;
    private int _length;

    /// <summary>Makes a builder; the capacity, in rows, is a guess.</summary>
    public BytesBuilder(SqlType type, MemoryContext memory, int capacity = RecordBatch.MaxRows)
        : base(type, memory) => _initialCapacity = Math.Max(capacity, 1);

    /// <summary>Bytes of all values so far.</summary>
    public int ByteCount => _length;

    /// <summary>Adds a value.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        Commit(value.Length);
    }

    /// <summary>Adds text.</summary>
    public void Append(ReadOnlySpan<char> value)
    {
        Span<byte> room = Reserve(System.Text.Encoding.UTF8.GetMaxByteCount(value.Length));
        Commit(System.Text.Encoding.UTF8.GetBytes(value, room));
    }

    /// <summary>Room for the next value, up to that many bytes, to be filled before <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if ((long)_length + bytes > int.MaxValue)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a column of one batch has more than {int.MaxValue} bytes");
        if (_data is null || _data.Capacity < (long)_length + bytes)
            _data = Grow(_data, Math.Max((long)_length + bytes, 8L * _initialCapacity), Memory);
        return _data.Span<byte>(_length, bytes);
    }

    /// <summary>Ends a value whose bytes were written into <see cref="Reserve"/>'s room.</summary>
    public void Commit(int bytes)
    {
        _length += bytes;
        WriteOffset();
        Added();
    }

    /// <inheritdoc/>
    protected override void AppendDefault() => WriteOffset();

    /// <inheritdoc/>
    protected override void AppendNonNull(object value)
    {
        switch (value)
        {
            case BigNumber number: Copy(BigNumberBytes.Write(number)); break;
            case ValueList<byte> binary: Copy(binary.AsSpan()); break;
            default: Copy(System.Text.Encoding.UTF8.GetBytes((string)value)); break;
        }
    }

    /// <inheritdoc/>
    protected override void CopyNonNull(ColumnVector source, int row) => Copy(((BytesVector)source)[row]);

    /// <inheritdoc/>
    protected override ColumnVector BuildVector(int count, NativeBuffer? validity)
    {
        if (_offsets is null)
            ReserveOffsets(1);
        var vector = new BytesVector(Type, count, _offsets!, _data ?? Memory.Allocate(0), validity);
        (_offsets, _data, _offsetCapacity, _length) = (null, null, 0, 0);
        return vector;
    }

    /// <inheritdoc/>
    protected override void ReleaseValues()
    {
        _offsets?.Dispose();
        _data?.Dispose();
        (_offsets, _data, _offsetCapacity, _length) = (null, null, 0, 0);
    }

    private void Copy(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        _length += value.Length;
        WriteOffset();
    }

    private void WriteOffset()
    {
        ReserveOffsets(Count + 2);
        _offsets!.Span<int>(Count + 1, 1)[0] = _length;
    }

    private void ReserveOffsets(int count)
    {
        if (count <= _offsetCapacity)
            return;

        bool first = _offsets is null;
        _offsets = Grow(_offsets, (long)Math.Max(count, _initialCapacity + 1) * sizeof(int), Memory);
        _offsetCapacity = (int)Math.Min(_offsets.Capacity / sizeof(int), int.MaxValue);
        if (first)
            MemoryMarshal.Cast<byte, int>(_offsets.Bytes)[0] = 0;
    }
}
