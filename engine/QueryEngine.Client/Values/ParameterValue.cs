using System.Collections;
using System.Data;
using System.Globalization;
using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Client.Values;

/// <summary>Values of .NET as typed values of SQL.</summary>
internal static class ParameterValue
{
    private static readonly long _epochTicks = DateTime.UnixEpoch.Ticks;

    /// <summary>The SQL type and boxed value (see <see cref="SqlType"/>) of a parameter.</summary>
    public static (SqlType Type, object? Value) Convert(QueryEngineParameter parameter)
    {
        object? value = parameter.Value is DBNull ? null : parameter.Value;
        SqlType? wanted = parameter.ExplicitType is { } dbType ? TypeOf(dbType, parameter) : null;
        if (value is null)
            return (wanted ?? SqlType.Unknown, null);
        if (wanted is not null && Coerce(value, wanted) is { } coerced)
            return (wanted, coerced);
        return Infer(value, parameter.ParameterName);
    }

    /// <summary>The type that ADO.NET would name a value.</summary>
    public static DbType DbTypeOf(object? value) => value switch
    {
        bool => DbType.Boolean,
        byte => DbType.Byte,
        sbyte => DbType.SByte,
        short => DbType.Int16,
        ushort => DbType.UInt16,
        int => DbType.Int32,
        uint => DbType.UInt32,
        long => DbType.Int64,
        ulong => DbType.UInt64,
        float => DbType.Single,
        double => DbType.Double,
        decimal => DbType.Decimal,
        DateTime => DbType.DateTime,
        DateTimeOffset => DbType.DateTimeOffset,
        DateOnly => DbType.Date,
        TimeOnly => DbType.Time,
        Guid => DbType.Guid,
        byte[] => DbType.Binary,
        null or string or char or DBNull => DbType.String,
        _ => DbType.Object,
    };

    private static (SqlType Type, object? Value) Infer(object value, string name) => value switch
    {
        Enum constant => Infer(System.Convert.ChangeType(constant, Enum.GetUnderlyingType(constant.GetType()), CultureInfo.InvariantCulture), name),
        bool => (SqlType.Boolean, value),
        sbyte => (SqlType.TinyInt, value),
        byte number => (SqlType.SmallInt, (short)number),
        short => (SqlType.SmallInt, value),
        ushort number => (SqlType.Integer, (int)number),
        int => (SqlType.Integer, value),
        uint number => (SqlType.BigInt, (long)number),
        long => (SqlType.BigInt, value),
        ulong number => (SqlType.Decimal(20, 0), (Int128)number),
        Int128 number => (SqlType.Decimal(DecimalType.MaxPrecision, 0), Fits(number, name)),
        BigInteger number => (SqlType.Decimal(DecimalType.MaxPrecision, 0), Fits(number, name)),
        float => (SqlType.Real, value),
        double => (SqlType.Double, value),
        decimal number => OfDecimal(number),
        string => (SqlType.Varchar, value),
        char letter => (SqlType.Varchar, letter.ToString()),
        char[] letters => (SqlType.Varchar, new string(letters)),
        Guid guid => (SqlType.Uuid, OfGuid(guid)),
        DateOnly date => (SqlType.Date, OfDate(date)),
        TimeOnly time => OfTicks(SqlType.TimeOf, time.Ticks),
        TimeSpan span => (SqlType.IntervalDayToSecond, span.Ticks / TimeSpan.TicksPerMicrosecond),
        DateTime time => OfTicks(SqlType.TimestampOf, time.Ticks - _epochTicks),
        DateTimeOffset instant => OfTicks(SqlType.TimestampWithTimeZoneOf, instant.UtcTicks - _epochTicks),
        byte[] bytes => (SqlType.Varbinary, ValueList.Create<byte>(bytes)),
        ReadOnlyMemory<byte> bytes => (SqlType.Varbinary, ValueList.Create(bytes.Span)),
        IEnumerable items => OfItems(items, name),
        _ => throw new NotSupportedException($"a value of type {value.GetType()} is not supported (parameter '{name}')"),
    };

    private static object? Coerce(object value, SqlType type)
    {
        IFormatProvider invariant = CultureInfo.InvariantCulture;
        bool isNumber = value is IConvertible and not (string or char or DateTime);
        return type.Kind switch
        {
            TypeKind.Boolean when value is IConvertible => System.Convert.ToBoolean(value, invariant),
            TypeKind.TinyInt when isNumber => System.Convert.ToSByte(value, invariant),
            TypeKind.SmallInt when isNumber => System.Convert.ToInt16(value, invariant),
            TypeKind.Integer when isNumber => System.Convert.ToInt32(value, invariant),
            TypeKind.BigInt when isNumber => System.Convert.ToInt64(value, invariant),
            TypeKind.Real when isNumber => System.Convert.ToSingle(value, invariant),
            TypeKind.Double when isNumber => System.Convert.ToDouble(value, invariant),
            TypeKind.Varchar when value is IConvertible => System.Convert.ToString(value, invariant),
            TypeKind.Varchar when value is Guid => value.ToString(),
            TypeKind.Date when value is DateTime time => OfDate(DateOnly.FromDateTime(time)),
            TypeKind.Time when value is TimeSpan span => span.Ticks / TimeSpan.TicksPerMicrosecond,
            TypeKind.Time when value is DateTime time => time.TimeOfDay.Ticks / TimeSpan.TicksPerMicrosecond,
            TypeKind.Timestamp when value is DateOnly date => (date.ToDateTime(default).Ticks - _epochTicks) / TimeSpan.TicksPerMicrosecond,
            TypeKind.TimestampWithTimeZone when value is DateTime time =>
                (time.ToUniversalTime().Ticks - _epochTicks) / TimeSpan.TicksPerMicrosecond,
            TypeKind.Uuid when value is string text => OfGuid(Guid.Parse(text)),
            _ => null,
        };
    }

    private static SqlType? TypeOf(DbType type, QueryEngineParameter parameter) => type switch
    {
        DbType.Boolean => SqlType.Boolean,
        DbType.SByte => SqlType.TinyInt,
        DbType.Byte or DbType.Int16 => SqlType.SmallInt,
        DbType.UInt16 or DbType.Int32 => SqlType.Integer,
        DbType.UInt32 or DbType.Int64 => SqlType.BigInt,
        DbType.UInt64 => SqlType.Decimal(20, 0),
        DbType.Single => SqlType.Real,
        DbType.Double => SqlType.Double,
        DbType.Decimal or DbType.VarNumeric or DbType.Currency =>
            SqlType.Decimal(parameter.Precision > 0 ? parameter.Precision : DecimalType.MaxPrecision, parameter.Scale),
        DbType.AnsiString or DbType.String or DbType.AnsiStringFixedLength or DbType.StringFixedLength or DbType.Xml => SqlType.Varchar,
        DbType.Binary => SqlType.Varbinary,
        DbType.Date => SqlType.Date,
        DbType.Time => SqlType.Time,
        DbType.DateTime or DbType.DateTime2 => SqlType.Timestamp,
        DbType.DateTimeOffset => SqlType.TimestampWithTimeZone,
        DbType.Guid => SqlType.Uuid,
        DbType.Object => null,
        _ => throw new NotSupportedException($"parameters of type {type} are not supported"),
    };

    private static (SqlType, object?) OfItems(IEnumerable items, string name)
    {
        SqlType? element = null;
        var values = new List<object?>();
        foreach (object? item in items)
        {
            if (item is null or DBNull)
            {
                values.Add(null);
                continue;
            }

            (SqlType type, object? value) = Infer(item, name);
            element ??= type;
            if (type != element && element is DecimalType && type is DecimalType)
                return OfDecimals(items);
            if (type != element)
                throw new NotSupportedException($"an array of {element} and {type} is not supported (parameter '{name}')");
            values.Add(value);
        }

        return (SqlType.Array(element ?? SqlType.Unknown), values.ToValueList());
    }

    private static (SqlType, object?) OfDecimals(IEnumerable items)
    {
        int scale = items.OfType<decimal>().Max(number => number.Scale);
        IEnumerable<object?> values = items.Cast<object?>().Select(
            item => item is decimal number ? (object?)(Unscaled(number) * Power(scale - number.Scale)) : null);
        return (SqlType.Array(SqlType.Decimal(DecimalType.MaxPrecision, scale)), values.ToValueList());
    }

    private static (SqlType, object?) OfDecimal(decimal number)
    {
        Int128 unscaled = Unscaled(number);
        int digits = Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).Length;
        DecimalType type = SqlType.Decimal(Math.Max(digits, number.Scale), number.Scale);
        return (type, type.IsShort ? (object)(long)unscaled : unscaled);
    }

    private static Int128 Unscaled(decimal number)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number, bits);
        var magnitude = new Int128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return number < 0 ? -magnitude : magnitude;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (int digit = 0; digit < exponent; digit++)
            power *= 10;
        return power;
    }

    private static Int128 Fits(BigInteger number, string name) => BigInteger.Abs(number) < BigInteger.Pow(10, DecimalType.MaxPrecision)
        ? (Int128)number
        : throw new OverflowException($"{number} has more than {DecimalType.MaxPrecision} digits (parameter '{name}')");

    private static UInt128 OfGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static int OfDate(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    // .NET counts in units of 100 ns: microseconds unless the value needs the seventh digit, which takes the type's nanoseconds.
    private static (SqlType, object?) OfTicks<T>(Func<int, T> type, long ticks)
        where T : SqlType =>
        ticks % TimeSpan.TicksPerMicrosecond == 0
            ? (type(6), ticks / TimeSpan.TicksPerMicrosecond)
            : (type(7), checked(ticks * TimeSpan.NanosecondsPerTick));
}
