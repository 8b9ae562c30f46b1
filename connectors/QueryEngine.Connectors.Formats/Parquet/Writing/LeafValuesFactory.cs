using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Chooses how the values of a leaf are stored.</summary>
internal static class LeafValuesFactory
{
    /// <summary>Makes the values of a leaf whose vectors are of <paramref name="type"/>.</summary>
    public static LeafValues Create(ParquetLeaf leaf, SqlType type, MemoryContext memory) => (type.Physical, leaf.Element.Type) switch
    {
        _ when type.Kind == TypeKind.Unknown => new FixedLeafValues<bool, StoredUnknown>(),
        (PhysicalType.Bool, _) => new BooleanLeafValues(),
        (PhysicalType.Int8, _) => new FixedLeafValues<sbyte, StoredTinyInt>(),
        (PhysicalType.Int16, _) => new FixedLeafValues<short, StoredSmallInt>(),
        (PhysicalType.Int32, _) => new FixedLeafValues<int, StoredInteger>(),
        (PhysicalType.Int64, ParquetType.FixedLenByteArray) => new FixedLeafValues<long, StoredInterval>(),
        (PhysicalType.Int64, ParquetType.Int32) when type.Kind == TypeKind.Time => new FixedLeafValues<long, StoredTimeMillis>(),
        (PhysicalType.Int64, ParquetType.Int32) => new FixedLeafValues<long, StoredSmallDecimal>(),
        (PhysicalType.Int64, _) when leaf.Element.LogicalType is { Kind: LogicalKind.Timestamp, Unit: TimeUnit.Millis } =>
            new FixedLeafValues<long, StoredTimestampMillis>(),
        (PhysicalType.Int64, _) => new FixedLeafValues<long, StoredBigInt>(),
        (PhysicalType.Int128, _) => new FixedLeafValues<Int128, StoredLongDecimal>(),
        (PhysicalType.UInt128, _) => new FixedLeafValues<UInt128, StoredUuid>(),
        (PhysicalType.Float32, _) => new FixedLeafValues<float, StoredReal>(),
        (PhysicalType.Float64, _) => new FixedLeafValues<double, StoredDouble>(),
        (PhysicalType.Bytes, _) => new BytesLeafValues(type.Kind != TypeKind.Varbinary, memory),
        _ => throw QueryException.NotSupported($"{type} in a parquet file"),
    };
}
