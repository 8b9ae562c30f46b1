using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>Reads the values of a fixed-width vector that is flat or constant. Null slots hold anything.</summary>
public readonly ref struct FixedReader<T>
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _values;
    private readonly int _mask;

    /// <summary>Opens a flat or constant vector of that physical type.</summary>
    public FixedReader(ColumnVector vector)
    {
        var constant = vector as ConstantVector;
        _values = ((FixedWidthVector<T>)(constant?.Value ?? vector)).Values;
        _mask = constant is null ? -1 : 0;
    }

    /// <summary>Whether every row has the same value.</summary>
    public bool IsConstant => _mask == 0;

    /// <summary>The values: one a row, or the only one.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>The value of a row.</summary>
    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _values[row & _mask];
    }
}

/// <summary>Reads the bytes of a text or binary vector of any encoding, without copying. Null slots hold anything.</summary>
public readonly ref struct BytesReader
{
    private readonly ReadOnlySpan<int> _offsets;
    private readonly ReadOnlySpan<byte> _data;
    private readonly ReadOnlySpan<int> _indices;
    private readonly int _mask;

    /// <summary>Opens a vector.</summary>
    public BytesReader(ColumnVector vector)
    {
        _mask = -1;
        ColumnVector values = vector;
        if (vector is ConstantVector constant)
        {
            values = constant.Value;
            _mask = 0;
        }
        else if (vector is DictionaryVector dictionary)
        {
            values = dictionary.Dictionary;
            _indices = dictionary.Indices;
        }

        var bytes = (BytesVector)values;
        _offsets = bytes.Offsets;
        _data = bytes.Data;
    }

    /// <summary>Whether every row has the same value.</summary>
    public bool IsConstant => _mask == 0;

    /// <summary>The bytes of a row.</summary>
    public ReadOnlySpan<byte> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int at = _indices.IsEmpty ? row & _mask : _indices[row];
            int start = _offsets[at];
            return _data.Slice(start, _offsets[at + 1] - start);
        }
    }
}
