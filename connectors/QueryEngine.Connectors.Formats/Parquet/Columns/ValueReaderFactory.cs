using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Chooses the reader that turns what a leaf stores into what its SQL type wants.</summary>
internal static class ValueReaderFactory
{
    /// <summary>Makes the reader of a leaf.</summary>
    public static ValueReader Create(ParquetLeaf leaf, MemoryContext memory)
    {
        SchemaElement element = leaf.Element;
        SqlType type = leaf.Type;
        return element.Type switch
        {
            ParquetType.Boolean => new BooleanReader(type, memory),
            ParquetType.Int32 => CreateInt32(element, type, memory),
            ParquetType.Int64 => CreateInt64(element, type, memory),
            ParquetType.Int96 => new BytesConvertingReader<long, Int96ToMicros>(type, 12, memory),
            ParquetType.Float => new PrimitiveReader<float, float, Same<float>>(type, memory),
            ParquetType.Double => new PrimitiveReader<double, double, Same<double>>(type, memory),
            ParquetType.ByteArray => CreateBytes(type, 0, memory),
            ParquetType.FixedLenByteArray when element.TypeLength > 0 => CreateBytes(type, element.TypeLength, memory),
            _ => throw ParquetErrors.Corrupt($"column {leaf.Name} has no sensible physical type"),
        };
    }

    private static ValueReader CreateInt32(SchemaElement element, SqlType type, MemoryContext memory)
    {
        bool isUnsigned = LeafTypes.LogicalTypeOf(element).IsUnsigned;
        return type.Kind switch
        {
            TypeKind.TinyInt => new PrimitiveReader<int, sbyte, Narrow<sbyte>>(type, memory),
            TypeKind.SmallInt when isUnsigned => new PrimitiveReader<int, short, ByteToShort>(type, memory),
            TypeKind.SmallInt => new PrimitiveReader<int, short, Narrow<short>>(type, memory),
            TypeKind.Integer when isUnsigned => new PrimitiveReader<int, int, UShortToInt>(type, memory),
            TypeKind.BigInt when isUnsigned => new PrimitiveReader<int, long, UIntToLong>(type, memory),
            TypeKind.Time => new PrimitiveReader<int, long, IntMillisToMicros>(type, memory),
            TypeKind.BigInt => new PrimitiveReader<int, long, IntToLong>(type, memory),
            TypeKind.Decimal when type.Physical == PhysicalType.Int64 => new PrimitiveReader<int, long, IntToLong>(type, memory),
            TypeKind.Decimal => new PrimitiveReader<int, Int128, IntToInt128>(type, memory),
            TypeKind.Unknown => new PrimitiveReader<int, bool, ToFalse<int>>(type, memory),
            _ => new PrimitiveReader<int, int, Same<int>>(type, memory),
        };
    }

    private static ValueReader CreateInt64(SchemaElement element, SqlType type, MemoryContext memory)
    {
        LogicalType logical = LeafTypes.LogicalTypeOf(element);
        return type.Kind switch
        {
            TypeKind.TinyInt => new PrimitiveReader<long, sbyte, NarrowLong<sbyte>>(type, memory),
            TypeKind.SmallInt => new PrimitiveReader<long, short, NarrowLong<short>>(type, memory),
            TypeKind.Integer => new PrimitiveReader<long, int, NarrowLong<int>>(type, memory),
            TypeKind.Decimal when type.Physical == PhysicalType.Int64 => new PrimitiveReader<long, long, Same<long>>(type, memory),
            TypeKind.Decimal when logical.IsUnsigned => new PrimitiveReader<long, Int128, ULongToInt128>(type, memory),
            TypeKind.Decimal => new PrimitiveReader<long, Int128, LongToInt128>(type, memory),
            TypeKind.Timestamp or TypeKind.TimestampWithTimeZone or TypeKind.Time when logical.Unit == TimeUnit.Millis =>
                new PrimitiveReader<long, long, LongMillisToMicros>(type, memory),
            TypeKind.Unknown => new PrimitiveReader<long, bool, ToFalse<long>>(type, memory),
            _ => new PrimitiveReader<long, long, Same<long>>(type, memory),
        };
    }

    private static ValueReader CreateBytes(SqlType type, int fixedLength, MemoryContext memory) => type.Kind switch
    {
        TypeKind.Decimal when type.Physical == PhysicalType.Int64 => new BytesConvertingReader<long, BigEndianToLong>(type, fixedLength, memory),
        TypeKind.Decimal => new BytesConvertingReader<Int128, BigEndianToInt128>(type, fixedLength, memory),
        TypeKind.Uuid => new BytesConvertingReader<UInt128, BytesToUuid>(type, fixedLength, memory),
        TypeKind.Real => new BytesConvertingReader<float, HalfToSingle>(type, fixedLength, memory),
        TypeKind.IntervalDayToSecond => new BytesConvertingReader<long, IntervalToMicros>(type, fixedLength, memory),
        TypeKind.Unknown => new BytesConvertingReader<bool, BytesToFalse>(type, fixedLength, memory),
        _ => new TextReader(type, fixedLength, memory),
    };
}
