using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>Takes a function's results row by row.</summary>
internal interface IWriter<TSelf, T>
    where TSelf : struct, IWriter<TSelf, T>, allows ref struct
{
    /// <summary>Makes room for rows.</summary>
    static abstract TSelf Create(SqlType type, int rowCount, MemoryContext memory);

    /// <summary>What text functions write to.</summary>
    TextOutput? Output { get; }

    /// <summary>Takes the result of a row; rows come in order.</summary>
    void Write(int row, T result);

    /// <summary>The row is null.</summary>
    void WriteNull(int row);

    /// <summary>The vector; takes over one ownership of <paramref name="validity"/>, which has the nulls of the arguments.</summary>
    ColumnVector Build(NativeBuffer? validity);

    /// <summary>Gives back what was not built.</summary>
    void Abandon();
}

/// <summary>Writes fixed-width results that are never null by themselves.</summary>
internal readonly ref struct FixedResult<T, TPhysical> : IWriter<FixedResult<T, TPhysical>, T>
    where T : unmanaged
    where TPhysical : unmanaged
{
    private readonly SqlType _type;
    private readonly NativeBuffer _buffer;
    private readonly Span<T> _values;

    private FixedResult(SqlType type, NativeBuffer buffer, int rowCount)
    {
        _type = type;
        _buffer = buffer;
        _values = MemoryMarshal.Cast<TPhysical, T>(buffer.Span<TPhysical>(rowCount));
    }

    public TextOutput? Output => null;

    public static FixedResult<T, TPhysical> Create(SqlType type, int rowCount, MemoryContext memory) =>
        new(type, memory.Allocate((long)rowCount * Unsafe.SizeOf<T>()), rowCount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int row, T result) => _values[row] = result;

    public void WriteNull(int row) => _values[row] = default;

    public ColumnVector Build(NativeBuffer? validity) => new FixedWidthVector<TPhysical>(_type, _values.Length, _buffer, validity);

    public void Abandon() => _buffer.Dispose();
}

/// <summary>Writes fixed-width results that may be null.</summary>
internal readonly ref struct NullableResult<T, TPhysical> : IWriter<NullableResult<T, TPhysical>, T?>
    where T : unmanaged
    where TPhysical : unmanaged
{
    private readonly SqlType _type;
    private readonly NativeBuffer _buffer;
    private readonly NativeBuffer _valid;
    private readonly MemoryContext _memory;
    private readonly int _rowCount;
    private readonly Span<T> _values;

    private NullableResult(SqlType type, MemoryContext memory, int rowCount)
    {
        _type = type;
        _memory = memory;
        _rowCount = rowCount;
        _buffer = memory.Allocate((long)rowCount * Unsafe.SizeOf<T>());
        _valid = memory.Allocate(rowCount);
        _values = MemoryMarshal.Cast<TPhysical, T>(_buffer.Span<TPhysical>(rowCount));
    }

    public TextOutput? Output => null;

    public static NullableResult<T, TPhysical> Create(SqlType type, int rowCount, MemoryContext memory) => new(type, memory, rowCount);

    public void Write(int row, T? result)
    {
        _values[row] = result.GetValueOrDefault();
        _valid.Span<bool>(_rowCount)[row] = result.HasValue;
    }

    public void WriteNull(int row)
    {
        _values[row] = default;
        _valid.Span<bool>(_rowCount)[row] = false;
    }

    public ColumnVector Build(NativeBuffer? validity)
    {
        // Rows of null arguments were written as nulls too: the bitmap of the arguments tells nothing more.
        validity?.Dispose();
        NativeBuffer? own = ValidityBitmap.FromBools(_valid.Span<bool>(_rowCount), _memory);
        _valid.Dispose();
        return new FixedWidthVector<TPhysical>(_type, _rowCount, _buffer, own);
    }

    public void Abandon()
    {
        _valid.Dispose();
        _buffer.Dispose();
    }
}

/// <summary>Writes text, json and binary.</summary>
internal readonly ref struct TextResult(TextOutput output) : IWriter<TextResult, Text>
{
    private readonly TextOutput _output = output;

    public TextOutput? Output => _output;

    public static TextResult Create(SqlType type, int rowCount, MemoryContext memory) => new(new TextOutput(type, memory, rowCount));

    public void Write(int row, Text result) => _output.End(result);

    public void WriteNull(int row) => _output.End(Text.Null);

    public ColumnVector Build(NativeBuffer? validity)
    {
        validity?.Dispose();
        return _output.Build();
    }

    public void Abandon() => _output.Dispose();
}

/// <summary>Writes numbers of any size.</summary>
internal readonly ref struct NumberResult(BytesBuilder builder) : IWriter<NumberResult, BigNumber>
{
    private readonly BytesBuilder _builder = builder;

    public TextOutput? Output => null;

    public static NumberResult Create(SqlType type, int rowCount, MemoryContext memory) => new(new BytesBuilder(type, memory, rowCount));

    public void Write(int row, BigNumber result) => _builder.Append(BigNumberBytes.Write(result));

    public void WriteNull(int row) => _builder.AppendNull();

    public ColumnVector Build(NativeBuffer? validity)
    {
        validity?.Dispose();
        return _builder.Build();
    }

    public void Abandon() => _builder.Dispose();
}
