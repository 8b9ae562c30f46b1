using QueryEngine.Spi;

namespace QueryEngine.Execution.Tests.Columnar;

/// <summary>Vectors of random values, nulls among them, in every encoding. The same seed gives the same vectors.</summary>
internal sealed class RandomVectors(int seed)
{
    private readonly Random _random = new(seed);

    public static readonly SqlType[] Types =
    [
        SqlType.Boolean, SqlType.TinyInt, SqlType.SmallInt, SqlType.Integer, SqlType.BigInt, SqlType.Real, SqlType.Double, SqlType.Decimal(12, 2),
        SqlType.Decimal(38, 4), SqlType.Varchar, SqlType.Char(5), SqlType.Varbinary, SqlType.Date, SqlType.Timestamp, SqlType.Uuid,
        SqlType.Array(SqlType.Integer), SqlType.Array(SqlType.Varchar), SqlType.Row(new RowField("a", SqlType.Integer), new RowField("b", SqlType.Varchar)),
    ];

    public int Next(int below) => _random.Next(below);

    public SqlType Type() => Types[_random.Next(Types.Length)];

    /// <summary>A vector of that many rows in a random encoding.</summary>
    public ColumnVector Vector(SqlType type, int length, bool withNulls)
    {
        switch (_random.Next(4))
        {
            case 0:
                return VectorBuilder.Constant(type, Value(type, withNulls), length, MemoryContext.Unlimited);
            case 1:
                {
                    using ColumnVector values = Flat(type, 1 + _random.Next(20), withNulls);
                    return DictionaryVector.Select(values, Rows(length, values.Length), MemoryContext.Unlimited);
                }

            case 2:
                {
                    using ColumnVector longer = Flat(type, length + 13, withNulls);
                    return longer.Slice(_random.Next(13), length);
                }

            default:
                return Flat(type, length, withNulls);
        }
    }

    public ColumnVector Flat(SqlType type, int length, bool withNulls) =>
        VectorBuilder.FromBoxed(type, Enumerable.Range(0, length).Select(_ => Value(type, withNulls)), MemoryContext.Unlimited);

    public int[] Rows(int count, int below) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(below))];

    /// <summary>A value out of few, so that equal ones meet.</summary>
    public object? Value(SqlType type, bool mayBeNull)
    {
        if (mayBeNull && _random.Next(5) == 0)
            return null;
        int small = _random.Next(7) - 3;
        return type switch
        {
            BooleanType => small > 0,
            IntegerType { Kind: TypeKind.TinyInt } => (sbyte)(small * 42),
            IntegerType { Kind: TypeKind.SmallInt } => (short)(small * 10_000),
            IntegerType { Kind: TypeKind.Integer } or DateType => small * 700_000_000,
            IntegerType or TimestampType => small * 3_000_000_000_000_000_000L,
            FloatType { Kind: TypeKind.Real } => _random.Next(8) == 0 ? float.NaN : _random.Next(8) == 0 ? -0f : small * 1.5f,
            FloatType => _random.Next(8) == 0 ? double.NaN : _random.Next(8) == 0 ? double.NegativeInfinity : small * 1e300,
            DecimalType { IsShort: true } => small * 1_234_567_890L,
            DecimalType => (Int128)small * 1_234_567_890_123_456_789L * 1_000_000_000_000L,
            VarbinaryType => ValueList.Create<byte>([.. Enumerable.Range(0, _random.Next(4)).Select(_ => (byte)_random.Next(3))]),
            VarcharType or CharType => Text(),
            UuidType => (UInt128)(uint)small << 96,
            ArrayType array => Enumerable.Range(0, _random.Next(3)).Select(_ => Value(array.Element, mayBeNull: true)).ToValueList(),
            RowType row => row.Fields.Select(field => Value(field.Type, mayBeNull: true)).ToValueList(),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no values"),
        };
    }

    private string Text()
    {
        string[] parts = ["", "a", "b", "ab", "\0", "ä", "\uFFFD", "😀", "a longer text than eight bytes", "abcdefgh"];
        return string.Concat(Enumerable.Range(0, _random.Next(3)).Select(_ => parts[_random.Next(parts.Length)]));
    }
}
