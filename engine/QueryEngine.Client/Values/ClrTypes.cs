using System.Data;
using QueryEngine.Spi;

namespace QueryEngine.Client.Values;

/// <summary>Which .NET type stands for a SQL type.</summary>
internal static class ClrTypes
{
    /// <summary>The type of <see cref="ResultValue.ToClr"/>'s values.</summary>
    public static Type Of(SqlType type) => type.Kind switch
    {
        TypeKind.Boolean or TypeKind.Unknown => typeof(bool),
        TypeKind.TinyInt => typeof(sbyte),
        TypeKind.SmallInt => typeof(short),
        TypeKind.Integer => typeof(int),
        TypeKind.BigInt => typeof(long),
        TypeKind.Real => typeof(float),
        TypeKind.Double => typeof(double),
        TypeKind.Decimal or TypeKind.Number => typeof(decimal),
        TypeKind.Varchar or TypeKind.Char or TypeKind.Json or TypeKind.IntervalYearToMonth or TypeKind.TimeWithTimeZone
            or TypeKind.Geometry or TypeKind.SphericalGeography or TypeKind.TsVector or TypeKind.TsQuery or TypeKind.Bit => typeof(string),
        TypeKind.Varbinary or TypeKind.HyperLogLog or TypeKind.TDigest => typeof(byte[]),
        TypeKind.IpAddress => typeof(System.Net.IPAddress),
        TypeKind.IpPrefix => typeof(System.Net.IPNetwork),
        TypeKind.Date => typeof(DateOnly),
        TypeKind.Time => typeof(TimeOnly),
        TypeKind.Timestamp => typeof(DateTime),
        TypeKind.TimestampWithTimeZone => typeof(DateTimeOffset),
        TypeKind.IntervalDayToSecond or TypeKind.Interval => typeof(TimeSpan),
        TypeKind.Uuid => typeof(Guid),
        TypeKind.Array or TypeKind.Row => typeof(object[]),
        TypeKind.Map => typeof(Dictionary<object, object?>),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The nearest type of ADO.NET's list.</summary>
    public static DbType DbTypeOf(SqlType type) => type.Kind switch
    {
        TypeKind.Boolean => DbType.Boolean,
        TypeKind.TinyInt => DbType.SByte,
        TypeKind.SmallInt => DbType.Int16,
        TypeKind.Integer => DbType.Int32,
        TypeKind.BigInt => DbType.Int64,
        TypeKind.Real => DbType.Single,
        TypeKind.Double => DbType.Double,
        TypeKind.Decimal or TypeKind.Number => DbType.Decimal,
        TypeKind.Varchar or TypeKind.Char or TypeKind.Json or TypeKind.Geometry or TypeKind.SphericalGeography or TypeKind.TsVector or TypeKind.TsQuery or TypeKind.Bit => DbType.String,
        TypeKind.Varbinary or TypeKind.HyperLogLog or TypeKind.TDigest => DbType.Binary,
        TypeKind.Date => DbType.Date,
        TypeKind.Time => DbType.Time,
        TypeKind.Timestamp => DbType.DateTime2,
        TypeKind.TimestampWithTimeZone => DbType.DateTimeOffset,
        TypeKind.Uuid => DbType.Guid,
        _ => DbType.Object,
    };

    /// <summary>All digits of numbers; null for other types.</summary>
    public static short? Precision(SqlType type) => type switch
    {
        DecimalType number => (short)number.Precision,
        IntegerType { Kind: TypeKind.TinyInt } => 3,
        IntegerType { Kind: TypeKind.SmallInt } => 5,
        IntegerType { Kind: TypeKind.Integer } => 10,
        IntegerType => 19,
        FloatType { Kind: TypeKind.Real } => 7,
        FloatType => 15,
        _ => null,
    };

    /// <summary>Digits after the point of numbers, or of seconds; null for other types.</summary>
    public static short? Scale(SqlType type) => type switch
    {
        DecimalType number => (short)number.Scale,
        IntegerType => 0,
        TimeType time => (short)time.Precision,
        TimestampType time => (short)time.Precision,
        TimestampWithTimeZoneType time => (short)time.Precision,
        _ => null,
    };

    /// <summary>Characters that a text may have; null without a limit.</summary>
    public static int? Length(SqlType type) => type switch
    {
        VarcharType text => text.Length,
        CharType text => text.Length,
        _ => null,
    };
}
