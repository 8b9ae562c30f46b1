using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Schema;

/// <summary>The SQL type of a leaf column.</summary>
internal static class LeafTypes
{
    /// <summary>Takes the logical type, or the converted type where there is none, or else the bare physical type.</summary>
    public static SqlType TypeOf(SchemaElement element)
    {
        LogicalType logical = LogicalTypeOf(element);
        return (logical.Kind, element.Type) switch
        {
            (LogicalKind.Decimal, _) when IsDecimal(logical) => SqlType.Decimal(logical.Precision, logical.Scale),
            (LogicalKind.Date, ParquetType.Int32) => SqlType.Date,
            (LogicalKind.Time, ParquetType.Int32 or ParquetType.Int64) => SqlType.TimeOf(Precision(logical.Unit)),
            (LogicalKind.Timestamp, ParquetType.Int64) => logical.IsUtc
                ? SqlType.TimestampWithTimeZoneOf(Precision(logical.Unit))
                : SqlType.TimestampOf(Precision(logical.Unit)),
            (LogicalKind.Integer, ParquetType.Int32 or ParquetType.Int64) => IntegerOf(logical.BitWidth, !logical.IsUnsigned),
            (LogicalKind.Null, _) => SqlType.Unknown,
            (LogicalKind.String or LogicalKind.Enum, ParquetType.ByteArray) => SqlType.Varchar,
            (LogicalKind.Json, ParquetType.ByteArray) => SqlType.Json,
            (LogicalKind.Uuid, ParquetType.FixedLenByteArray) when element.TypeLength == 16 => SqlType.Uuid,
            (LogicalKind.Float16, ParquetType.FixedLenByteArray) when element.TypeLength == 2 => SqlType.Real,
            (LogicalKind.Interval, ParquetType.FixedLenByteArray) when element.TypeLength == 12 => SqlType.IntervalDayToSecond,
            _ => BareTypeOf(element.Type!.Value),
        };
    }

    /// <summary>The logical type, made from the converted type of older writers where needed.</summary>
    public static LogicalType LogicalTypeOf(SchemaElement element)
    {
        if (element.LogicalType.Kind != LogicalKind.None)
            return element.LogicalType;

        return element.ConvertedType switch
        {
            ConvertedType.Utf8 => new LogicalType(LogicalKind.String),
            ConvertedType.Enum => new LogicalType(LogicalKind.Enum),
            ConvertedType.Decimal => new LogicalType(LogicalKind.Decimal, element.Scale, element.Precision),
            ConvertedType.Date => new LogicalType(LogicalKind.Date),
            ConvertedType.TimeMillis => new LogicalType(LogicalKind.Time, Unit: TimeUnit.Millis, IsUtc: true),
            ConvertedType.TimeMicros => new LogicalType(LogicalKind.Time, Unit: TimeUnit.Micros, IsUtc: true),

            // The converted types have no "local": writers used them for both, and most meant local time.
            ConvertedType.TimestampMillis => new LogicalType(LogicalKind.Timestamp, Unit: TimeUnit.Millis),
            ConvertedType.TimestampMicros => new LogicalType(LogicalKind.Timestamp, Unit: TimeUnit.Micros),
            ConvertedType.UInt8 => new LogicalType(LogicalKind.Integer, BitWidth: 8, IsUnsigned: true),
            ConvertedType.UInt16 => new LogicalType(LogicalKind.Integer, BitWidth: 16, IsUnsigned: true),
            ConvertedType.UInt32 => new LogicalType(LogicalKind.Integer, BitWidth: 32, IsUnsigned: true),
            ConvertedType.UInt64 => new LogicalType(LogicalKind.Integer, BitWidth: 64, IsUnsigned: true),
            ConvertedType.Int8 => new LogicalType(LogicalKind.Integer, BitWidth: 8),
            ConvertedType.Int16 => new LogicalType(LogicalKind.Integer, BitWidth: 16),
            ConvertedType.Int32 => new LogicalType(LogicalKind.Integer, BitWidth: 32),
            ConvertedType.Int64 => new LogicalType(LogicalKind.Integer, BitWidth: 64),
            ConvertedType.Json => new LogicalType(LogicalKind.Json),
            ConvertedType.Bson => new LogicalType(LogicalKind.Bson),
            ConvertedType.Interval => new LogicalType(LogicalKind.Interval),
            _ => default,
        };
    }

    private static bool IsDecimal(LogicalType logical) =>
        logical.Precision is >= 1 and <= DecimalType.MaxPrecision && logical.Scale >= 0 && logical.Scale <= logical.Precision;

    private static int Precision(TimeUnit unit) => unit switch
    {
        TimeUnit.Millis => 3,
        TimeUnit.Micros => 6,
        _ => 9,
    };

    private static SqlType IntegerOf(int width, bool isSigned) => (width, isSigned) switch
    {
        (8, true) => SqlType.TinyInt,
        (8, false) or (16, true) => SqlType.SmallInt,
        (16, false) or (32, true) => SqlType.Integer,
        (32, false) or (64, true) => SqlType.BigInt,
        (64, false) => SqlType.Decimal(20, 0),
        _ => throw ParquetErrors.NotSupported($"an integer of {width} bits"),
    };

    private static SqlType BareTypeOf(ParquetType type) => type switch
    {
        ParquetType.Boolean => SqlType.Boolean,
        ParquetType.Int32 => SqlType.Integer,
        ParquetType.Int64 => SqlType.BigInt,
        ParquetType.Int96 => SqlType.Timestamp,
        ParquetType.Float => SqlType.Real,
        ParquetType.Double => SqlType.Double,
        ParquetType.ByteArray or ParquetType.FixedLenByteArray => SqlType.Varbinary,
        _ => throw ParquetErrors.NotSupported($"physical type {(int)type}"),
    };
}
