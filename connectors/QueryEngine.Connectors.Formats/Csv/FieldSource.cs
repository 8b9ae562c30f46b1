using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>How values of a column become text.</summary>
internal enum FieldKind
{
    Text,
    BigInt,
    Integer,
    SmallInt,
    Decimal,
    Date,
    Timestamp,
    Other,
}

/// <summary>A column of a batch as <see cref="CsvWriter"/> reads it: its encoding is looked at once a batch. Valid as long as the batch is.</summary>
internal readonly unsafe struct FieldSource
{
    private const int Null = -1;

    private readonly ColumnVector _column;
    private readonly int* _indices;
    private readonly byte* _values;
    private readonly bool _isConstant;
    private readonly bool _hasNulls;

    public FieldSource(ColumnVector column, SqlType type)
    {
        _column = column;
        Type = type;
        _hasNulls = !column.Validity.AllValid;
        Vector = column;
        if (column is ConstantVector constant)
        {
            Vector = constant.Value;
            _isConstant = true;
        }
        else if (column is DictionaryVector dictionary)
        {
            // The batch keeps the native memory where it is while this lives; so too below.
            Vector = dictionary.Dictionary;
            _indices = (int*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(dictionary.Indices));
        }

        _values = Vector switch
        {
            FixedWidthVector<long> numbers => PointerTo(numbers.Values),
            FixedWidthVector<int> numbers => PointerTo(numbers.Values),
            FixedWidthVector<short> numbers => PointerTo(numbers.Values),
            _ => null,
        };
        Kind = Vector is BytesVector && type.Kind != TypeKind.Number ? FieldKind.Text : _values is null ? FieldKind.Other : KindOf(type);
        Digits = type switch
        {
            DecimalType number => number.Scale,
            TimestampType timestamp => timestamp.Precision,
            _ => 0,
        };
    }

    /// <summary>How to write the values.</summary>
    public FieldKind Kind { get; }

    /// <summary>The type of the column.</summary>
    public SqlType Type { get; }

    /// <summary>The flat vector below the encoding.</summary>
    public ColumnVector Vector { get; }

    /// <summary>The scale of a decimal, the precision of a timestamp.</summary>
    public int Digits { get; }

    /// <summary>Where the value of a row is in <see cref="Vector"/>; below zero for NULL.</summary>
    public int PlaceOf(int row)
    {
        if (_hasNulls && _column.IsNull(row))
            return Null;
        return _isConstant ? 0 : _indices is null ? row : _indices[row];
    }

    /// <summary>A value of a fixed width.</summary>
    public T Read<T>(int place)
        where T : unmanaged => ((T*)_values)[place]; // places come from PlaceOf, which stays inside the vector

    private static byte* PointerTo<T>(ReadOnlySpan<T> values)
        where T : unmanaged => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));

    private static FieldKind KindOf(SqlType type) => type switch
    {
        { Kind: TypeKind.BigInt } => FieldKind.BigInt,
        { Kind: TypeKind.Integer } => FieldKind.Integer,
        { Kind: TypeKind.SmallInt } => FieldKind.SmallInt,
        DecimalType { IsShort: true } => FieldKind.Decimal,
        DateType => FieldKind.Date,
        TimestampType { Precision: <= 6 } => FieldKind.Timestamp,
        _ => FieldKind.Other,
    };
}
