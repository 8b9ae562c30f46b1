namespace QueryEngine.Spi;

/// <summary>Builds <see cref="ArrayVector"/>: add the elements of a row to <see cref="Elements"/>, then end the row.</summary>
public sealed class ArrayBuilder : VectorBuilder
{
    private readonly FixedWidthBuilder<int> _offsets;

    /// <summary>Makes a builder; the capacity, in rows, is a guess.</summary>
    public ArrayBuilder(ArrayType type, MemoryContext memory, int capacity = RecordBatch.MaxRows)
        : base(type, memory)
    {
        _offsets = new FixedWidthBuilder<int>(SqlType.Integer, memory, capacity + 1);
        Elements = Create(type.Element, memory, capacity);
    }

    /// <summary>Takes the elements of the row being built.</summary>
    public VectorBuilder Elements { get; }

    /// <summary>Ends a row: what was added to <see cref="Elements"/> since the last row is its content.</summary>
    public void EndRow()
    {
        AppendDefault();
        Added();
    }

    /// <inheritdoc/>
    protected override void AppendDefault()
    {
        if (_offsets.Count == 0)
            _offsets.Append(0);
        _offsets.Append(Elements.Count);
    }

    /// <inheritdoc/>
    protected override void AppendNonNull(object value)
    {
        foreach (object? element in (ValueList<object?>)value)
            Elements.AppendBoxed(element);
        AppendDefault();
    }

    /// <inheritdoc/>
    protected override void CopyNonNull(ColumnVector source, int row)
    {
        var array = (ArrayVector)source;
        for (int element = array.Offsets[row]; element < array.Offsets[row + 1]; element++)
            Elements.AppendFrom(array.Elements, element);
        AppendDefault();
    }

    /// <inheritdoc/>
    protected override ColumnVector BuildVector(int count, NativeBuffer? validity)
    {
        NativeBuffer offsets = Offsets.Take(_offsets, count, Memory);
        return new ArrayVector(Type, count, offsets, Elements.Build(), validity);
    }

    /// <inheritdoc/>
    protected override void ReleaseValues()
    {
        _offsets.Dispose();
        Elements.Dispose();
    }
}

/// <summary>Builds <see cref="MapVector"/>: add the keys and values of a row, then end the row.</summary>
public sealed class MapBuilder : VectorBuilder
{
    private readonly FixedWidthBuilder<int> _offsets;

    /// <summary>Makes a builder; the capacity, in rows, is a guess.</summary>
    public MapBuilder(MapType type, MemoryContext memory, int capacity = RecordBatch.MaxRows)
        : base(type, memory)
    {
        _offsets = new FixedWidthBuilder<int>(SqlType.Integer, memory, capacity + 1);
        Keys = Create(type.Key, memory, capacity);
        Values = Create(type.Value, memory, capacity);
    }

    /// <summary>Takes the keys of the row being built: unique and not null.</summary>
    public VectorBuilder Keys { get; }

    /// <summary>Takes as many values.</summary>
    public VectorBuilder Values { get; }

    /// <summary>Ends a row: what was added since the last row is its content.</summary>
    public void EndRow()
    {
        AppendDefault();
        Added();
    }

    /// <inheritdoc/>
    protected override void AppendDefault()
    {
        if (_offsets.Count == 0)
            _offsets.Append(0);
        _offsets.Append(Keys.Count);
    }

    /// <inheritdoc/>
    protected override void AppendNonNull(object value)
    {
        foreach ((object key, object? entry) in (ValueList<KeyValuePair<object, object?>>)value)
        {
            Keys.AppendBoxed(key);
            Values.AppendBoxed(entry);
        }

        AppendDefault();
    }

    /// <inheritdoc/>
    protected override void CopyNonNull(ColumnVector source, int row)
    {
        var map = (MapVector)source;
        for (int entry = map.Offsets[row]; entry < map.Offsets[row + 1]; entry++)
        {
            Keys.AppendFrom(map.Keys, entry);
            Values.AppendFrom(map.Values, entry);
        }

        AppendDefault();
    }

    /// <inheritdoc/>
    protected override ColumnVector BuildVector(int count, NativeBuffer? validity)
    {
        NativeBuffer offsets = Offsets.Take(_offsets, count, Memory);
        return new MapVector(Type, count, offsets, Keys.Build(), Values.Build(), validity);
    }

    /// <inheritdoc/>
    protected override void ReleaseValues()
    {
        _offsets.Dispose();
        Keys.Dispose();
        Values.Dispose();
    }
}

/// <summary>Builds <see cref="RowVector"/>: add one value to each of <see cref="Fields"/>, then end the row.</summary>
public sealed class RowBuilder : VectorBuilder
{
    private readonly VectorBuilder[] _fields;

    /// <summary>Makes a builder; the capacity, in rows, is a guess.</summary>
    public RowBuilder(RowType type, MemoryContext memory, int capacity = RecordBatch.MaxRows)
        : base(type, memory) => _fields = [.. type.Fields.Select(member => Create(member.Type, memory, capacity))];

    /// <summary>Take one value each a row.</summary>
    public IReadOnlyList<VectorBuilder> Fields => _fields;

    /// <summary>Ends a row.</summary>
    public void EndRow() => Added();

    /// <inheritdoc/>
    protected override void AppendDefault()
    {
        foreach (VectorBuilder child in _fields)
            child.AppendNull();
    }

    /// <inheritdoc/>
    protected override void AppendNonNull(object value)
    {
        var values = (ValueList<object?>)value;
        for (int column = 0; column < _fields.Length; column++)
            _fields[column].AppendBoxed(values[column]);
    }

    /// <inheritdoc/>
    protected override void CopyNonNull(ColumnVector source, int row)
    {
        ReadOnlySpan<ColumnVector> sources = ((RowVector)source).Fields;
        for (int column = 0; column < _fields.Length; column++)
            _fields[column].AppendFrom(sources[column], row);
    }

    /// <inheritdoc/>
    protected override ColumnVector BuildVector(int count, NativeBuffer? validity) =>
        new RowVector(Type, count, [.. _fields.Select(child => child.Build())], validity);

    /// <inheritdoc/>
    protected override void ReleaseValues()
    {
        foreach (VectorBuilder child in _fields)
            child.Dispose();
    }
}

/// <summary>The offsets buffer of a nested vector.</summary>
internal static class Offsets
{
    /// <summary>Copies <c>count + 1</c> offsets out of a builder and empties it.</summary>
    public static NativeBuffer Take(FixedWidthBuilder<int> offsets, int count, MemoryContext memory)
    {
        NativeBuffer copy = memory.AllocateCleared((long)(count + 1) * sizeof(int));
        offsets.Values.CopyTo(copy.Span<int>(count + 1));
        offsets.Dispose();
        return copy;
    }
}
