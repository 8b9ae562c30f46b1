using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Reading;

/// <summary>Whole numbers and decimals of any width as any of ours.</summary>
internal static class NumberColumns
{
    /// <summary>A reader of whole numbers as a type.</summary>
    public static NativeColumn Create<T>(SqlType target, string where)
        where T : unmanaged, IBinaryInteger<T> => target switch
        {
            { Kind: TypeKind.TinyInt } => Convert<T, sbyte>(target, where),
            { Kind: TypeKind.SmallInt } => Convert<T, short>(target, where),
            { Kind: TypeKind.Integer } => Convert<T, int>(target, where),
            { Kind: TypeKind.BigInt } => Convert<T, long>(target, where),
            DecimalType { Scale: 0 } number => CreateDecimal<T>(number, where),
            { Kind: TypeKind.Double } => new ConvertedColumn<T, double>(target, where, static (value, _) => double.CreateTruncating(value)),
            _ => throw new QueryException(ErrorCode.ProtocolViolation, $"{where} came as whole numbers where {target} was asked for"),
        };

    /// <summary>A reader of unscaled numbers as a decimal of the same scale.</summary>
    public static NativeColumn CreateDecimal<T>(DecimalType target, string where)
        where T : unmanaged, IBinaryInteger<T> => target.Physical == PhysicalType.Int64 ? Convert<T, long>(target, where) : Convert<T, Int128>(target, where);

    private static NativeColumn Convert<TFrom, TTo>(SqlType target, string where)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        if (typeof(TFrom) == typeof(TTo))
            return new CopiedColumn<TTo>(target);
        return new ConvertedColumn<TFrom, TTo>(target, where, static (value, where) =>
        {
            TTo converted = TTo.CreateTruncating(value);
            return TFrom.CreateTruncating(converted) == value && TTo.IsNegative(converted) == TFrom.IsNegative(value)
                ? converted : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{where} holds {value}, which is out of range");
        });
    }
}

/// <summary>Instants of any unit as ours: microseconds to six digits, nanoseconds beyond.</summary>
internal static class TimeColumns
{
    public const long SecondsPerDay = 86_400;

    /// <summary>A reader of counts of units since 1970.</summary>
    public static NativeColumn Create<T>(SqlType target, string where, long unitsPerDay)
        where T : unmanaged, IBinaryInteger<T>
    {
        int precision = target is TimestampType timestamp ? timestamp.Precision : ((TimestampWithTimeZoneType)target).Precision;
        Int128 ours = SecondsPerDay * PowerOfTen(precision > 6 ? 9 : 6);
        if (ours == unitsPerDay && typeof(T) == typeof(long))
            return new CopiedColumn<long>(target);
        Int128 factor = ours >= unitsPerDay ? ours / unitsPerDay : 1;
        Int128 divisor = ours >= unitsPerDay ? 1 : unitsPerDay / ours;
        return new ConvertedColumn<T, long>(target, where, (value, place) =>
        {
            Int128 instant = Int128.CreateTruncating(value) * factor;
            instant = instant >= 0 || divisor == 1 ? instant / divisor : ((instant + 1) / divisor) - 1;
            return instant >= long.MinValue && instant <= long.MaxValue
                ? (long)instant : throw new QueryException(ErrorCode.DateTimeOverflow, $"{place} holds a time that is out of range");
        });
    }

    /// <summary>Ten to a small power.</summary>
    public static long PowerOfTen(int power)
    {
        long value = 1;
        for (int digit = 0; digit < power; digit++)
            value *= 10;
        return value;
    }
}
