using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Makes columns of random types and values, in every encoding that vectors have.</summary>
internal sealed class RandomColumns(int seed)
{
    /// <summary>Every type that is not nested and that a file format may hold.</summary>
    public static readonly SqlType[] Scalars =
    [
        SqlType.Boolean, SqlType.TinyInt, SqlType.SmallInt, SqlType.Integer, SqlType.BigInt, SqlType.Real, SqlType.Double,
        SqlType.Decimal(4, 1), SqlType.Decimal(9, 3), SqlType.Decimal(18, 2), SqlType.Decimal(38, 5), SqlType.Varchar, SqlType.Varbinary,
        SqlType.Date, SqlType.TimeOf(3), SqlType.Time, SqlType.TimeOf(9), SqlType.TimestampOf(3), SqlType.Timestamp, SqlType.TimestampOf(9),
        SqlType.TimestampWithTimeZoneOf(3), SqlType.TimestampWithTimeZone, SqlType.Uuid, SqlType.Json,
    ];

    private readonly Random _random = new(seed);

    /// <summary>A type that is nested up to so many times.</summary>
    public SqlType NestedType(int depth)
    {
        if (depth == 0)
            return Scalars[_random.Next(Scalars.Length)];
        return _random.Next(4) switch
        {
            0 => SqlType.Array(NestedType(depth - 1)),
            1 => SqlType.Map(SqlType.Varchar, NestedType(depth - 1)),
            2 => SqlType.Row(new RowField("a", NestedType(depth - 1)), new RowField("b b", NestedType(_random.Next(depth)))),
            _ => Scalars[_random.Next(Scalars.Length)],
        };
    }

    /// <summary>A boxed value; null with the given chance.</summary>
    public object? Value(SqlType type, double nulls)
    {
        if (_random.NextDouble() < nulls)
            return null;
        return type switch
        {
            { Kind: TypeKind.Boolean } => _random.Next(2) == 0,
            { Kind: TypeKind.TinyInt } => (sbyte)_random.Next(-128, 128),
            { Kind: TypeKind.SmallInt } => (short)_random.Next(short.MinValue, short.MaxValue + 1),
            { Kind: TypeKind.Integer } => Pick(int.MinValue, int.MaxValue, _random.Next(10), _random.Next()),
            { Kind: TypeKind.BigInt } => Pick(long.MinValue, long.MaxValue, _random.Next(10), _random.NextInt64()),
            { Kind: TypeKind.Real } => Pick(0f, -0f, float.MaxValue, _random.NextSingle()),
            { Kind: TypeKind.Double } => Pick(0d, -0d, double.Epsilon, _random.NextDouble()),
            DecimalType { IsShort: true } number => _random.NextInt64(-(long)Power(number.Precision) + 1, (long)Power(number.Precision)),
            DecimalType number => (Int128)_random.NextInt64(long.MinValue, long.MaxValue) * _random.Next(1, 1_000_000_000),
            { IsText: true } => Text(),
            { Kind: TypeKind.Json } => $"{{\"n\": {_random.Next(100)}}}",
            { Kind: TypeKind.Varbinary } => ValueList.Create<byte>(Bytes()),
            { Kind: TypeKind.Date } => _random.Next(-700_000, 2_900_000),
            TimeType { Precision: <= 3 } => _random.NextInt64(86_400_000) * 1000,
            TimeType { Precision: > 6 } => _random.NextInt64(86_400_000_000_000),
            TimeType => _random.NextInt64(86_400_000_000),
            TimestampType { Precision: <= 3 } or TimestampWithTimeZoneType { Precision: <= 3 } => _random.NextInt64(-1L << 40, 1L << 42) * 1000,
            TimestampType or TimestampWithTimeZoneType => _random.NextInt64(-1L << 50, 1L << 52),
            { Kind: TypeKind.Uuid } => new UInt128((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
            ArrayType array => Enumerable.Range(0, _random.Next(4)).Select(_ => Value(array.Element, nulls)).ToValueList(),
            RowType row => row.Fields.Select(field => Value(field.Type, nulls)).ToValueList(),
            MapType map => Enumerable.Range(0, _random.Next(4))
                .Select(key => new KeyValuePair<object, object?>($"k{key}", Value(map.Value, nulls))).ToValueList(),
            _ => throw new ArgumentException($"type {type}"),
        };
    }

    /// <summary>A vector of the values, of any of the encodings that can hold them.</summary>
    public ColumnVector Vector(SqlType type, IReadOnlyList<object?> values)
    {
        ColumnVector flat = VectorBuilder.FromBoxed(type, values, MemoryContext.Unlimited);
        switch (_random.Next(3))
        {
            case 0:
                return flat;
            case 1:
                // A slice that begins in the middle.
                ColumnVector longer = VectorBuilder.FromBoxed(type, [null, values[0], .. values], MemoryContext.Unlimited);
                flat.Dispose();
                ColumnVector slice = longer.Slice(2, values.Count);
                longer.Dispose();
                return slice;
            default:
                ColumnVector codes = DictionaryVector.Select(flat, [.. Enumerable.Range(0, values.Count)], MemoryContext.Unlimited);
                flat.Dispose();
                return codes;
        }
    }

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];

    private string Text() => _random.Next(5) switch
    {
        0 => "",
        1 => "süß 𝄞 " + _random.Next(20),
        2 => new string('x', _random.Next(200)) + _random.Next(20),
        _ => "word " + _random.Next(12),
    };

    private byte[] Bytes()
    {
        byte[] bytes = new byte[_random.Next(90)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static Int128 Power(int digits)
    {
        Int128 power = 1;
        for (int digit = 0; digit < digits; digit++)
            power *= 10;
        return power;
    }
}
