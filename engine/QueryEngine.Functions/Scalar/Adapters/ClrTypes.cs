using System.Collections.Frozen;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>Which SQL type and which physical type belong to a CLR type of a function's signature.</summary>
internal static class ClrTypes
{
    private static readonly FrozenDictionary<Type, (SqlType Sql, Type Physical)> _types = new Dictionary<Type, (SqlType, Type)>
    {
        [typeof(bool)] = (SqlType.Boolean, typeof(bool)),
        [typeof(sbyte)] = (SqlType.TinyInt, typeof(sbyte)),
        [typeof(short)] = (SqlType.SmallInt, typeof(short)),
        [typeof(int)] = (SqlType.Integer, typeof(int)),
        [typeof(long)] = (SqlType.BigInt, typeof(long)),
        [typeof(float)] = (SqlType.Real, typeof(float)),
        [typeof(double)] = (SqlType.Double, typeof(double)),
        [typeof(UInt128)] = (SqlType.Uuid, typeof(UInt128)),
        [typeof(SqlDate)] = (SqlType.Date, typeof(int)),
        [typeof(SqlTimestamp)] = (SqlType.Timestamp, typeof(long)),
        [typeof(SqlInstant)] = (SqlType.TimestampWithTimeZone, typeof(long)),
        [typeof(SqlTime)] = (SqlType.Time, typeof(long)),
        [typeof(TimeWithTimeZone)] = (SqlType.TimeWithTimeZone, typeof(long)),
        [typeof(Interval)] = (SqlType.Interval, typeof(Int128)),
        [typeof(Utf8)] = (SqlType.Varchar, typeof(Utf8)),
        [typeof(BigNumber)] = (SqlType.Number, typeof(BigNumber)),
        [typeof(Text)] = (SqlType.Varchar, typeof(Text)),
    }.ToFrozenDictionary();

    /// <summary>The SQL type of a CLR type; null for what is no SQL argument.</summary>
    public static SqlType? Default(Type type) => _types.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out var entry) ? entry.Sql : null;

    /// <summary>The reader of an argument of a CLR type.</summary>
    public static Type ReaderOf(Type type)
    {
        if (type == typeof(Utf8))
            return typeof(TextArgument);
        if (type == typeof(BigNumber))
            return typeof(NumberArgument);
        if (type == typeof(FunctionContext))
            return typeof(ContextArgument);
        if (type == typeof(TextOutput))
            return typeof(OutputArgument);
        return _types.TryGetValue(type, out var entry)
            ? typeof(FixedArgument<,>).MakeGenericType(type, entry.Physical)
            : typeof(StateArgument<>).MakeGenericType(type);
    }

    /// <summary>The writer of a result of a CLR type.</summary>
    public static Type WriterOf(Type type)
    {
        if (type == typeof(Text))
            return typeof(TextResult);
        if (type == typeof(BigNumber))
            return typeof(NumberResult);
        return Nullable.GetUnderlyingType(type) is { } underlying
            ? typeof(NullableResult<,>).MakeGenericType(underlying, _types[underlying].Physical)
            : typeof(FixedResult<,>).MakeGenericType(type, _types[type].Physical);
    }
}
