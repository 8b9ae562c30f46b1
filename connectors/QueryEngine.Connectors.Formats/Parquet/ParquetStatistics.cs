using System.Buffers.Binary;
using System.Text.Unicode;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>Bounds of a column in a row group, boxed as <see cref="SqlType"/> says; null where they are not known.</summary>
public readonly record struct ColumnBounds(object? Min, object? Max, long? NullCount, long? DistinctCount, long ValueCount);

/// <summary>
/// Reads the bounds that the footer keeps for each row group, and tells which row groups can have no row of a domain. Bounds of text
/// may be shortened: they hold all values but need not be values themselves.
/// </summary>
public static class ParquetStatistics
{
    /// <summary>What the footer says of a top-level column; all unknown for nested ones.</summary>
    public static ColumnBounds BoundsOf(ParquetFile file, int rowGroup, int column)
    {
        if (file.Nodes[column] is not ParquetLeaf leaf)
            return default;
        ColumnChunk[] chunks = file.Metadata.RowGroups[rowGroup].Columns;
        if (leaf.ColumnIndex >= chunks.Length || chunks[leaf.ColumnIndex].Statistics is not { } statistics)
            return default;

        // The old bounds were compared as signed bytes, which only suits signed numbers.
        bool oldOrderIsRight = leaf.Element.Type is ParquetType.Int32 or ParquetType.Int64 or ParquetType.Float or ParquetType.Double
            && !LeafTypes.LogicalTypeOf(leaf.Element).IsUnsigned;
        byte[]? min = statistics.MinValue ?? (oldOrderIsRight ? statistics.DeprecatedMin : null);
        byte[]? max = statistics.MaxValue ?? (oldOrderIsRight ? statistics.DeprecatedMax : null);
        return BoundsOf(leaf, min, max, statistics.NullCount, chunks[leaf.ColumnIndex].ValueCount) with { DistinctCount = statistics.DistinctCount };
    }

    /// <summary>The bounds of a stretch of a leaf, from their plain encoding.</summary>
    internal static ColumnBounds BoundsOf(ParquetLeaf leaf, byte[]? min, byte[]? max, long? nulls, long values) => new(
        min is null ? null : Decode(leaf, min, isMin: true),
        max is null ? null : Decode(leaf, max, isMin: false),
        leaf.MaxDefinition == 0 ? 0 : nulls,
        DistinctCount: null,
        values);

    /// <summary>Whether some row of the row group may be inside the domain, which names columns of the file.</summary>
    public static bool MayMatch(ParquetFile file, int rowGroup, TupleDomain domain)
    {
        if (domain.IsNone)
            return false;
        foreach ((string name, Domain allowed) in domain.Columns)
        {
            int column = file.FindColumn(name);
            if (column >= 0 && !MayMatch(BoundsOf(file, rowGroup, column), allowed))
                return false;
        }
        return true;
    }

    /// <summary>Whether a value within the bounds may be inside the domain.</summary>
    internal static bool MayMatch(ColumnBounds bounds, Domain allowed)
    {
        if (allowed.NullAllowed && bounds.NullCount is null or > 0)
            return true;
        if (bounds.NullCount is { } nulls && nulls == bounds.ValueCount && bounds.ValueCount > 0)
            return false;
        foreach (ValueRange range in allowed.Ranges)
        {
            if (MayMatch(bounds, range))
                return true;
        }
        return false;
    }

    private static bool MayMatch(ColumnBounds bounds, ValueRange range)
    {
        if (bounds.Max is { } max && range.Low is { } low && SameKind(max, low))
        {
            int order = BoxedValue.Compare(max, low);
            if (order < 0 || (order == 0 && !range.LowInclusive))
                return false;
        }
        if (bounds.Min is { } min && range.High is { } high && SameKind(min, high))
        {
            int order = BoxedValue.Compare(min, high);
            if (order > 0 || (order == 0 && !range.HighInclusive))
                return false;
        }
        return true;
    }

    private static bool SameKind(object left, object right) => left.GetType() == right.GetType();

    private static object? Decode(ParquetLeaf leaf, ReadOnlySpan<byte> bytes, bool isMin)
    {
        LogicalType logical = LeafTypes.LogicalTypeOf(leaf.Element);
        return (leaf.Element.Type, leaf.Type.Kind) switch
        {
            (ParquetType.Boolean, _) when bytes.Length == 1 => bytes[0] != 0,
            (ParquetType.Int32, _) when bytes.Length == sizeof(int) =>
                DecodeInteger(leaf.Type, logical, BinaryPrimitives.ReadInt32LittleEndian(bytes), isWide: false),
            (ParquetType.Int64, _) when bytes.Length == sizeof(long) =>
                DecodeInteger(leaf.Type, logical, BinaryPrimitives.ReadInt64LittleEndian(bytes), isWide: true),
            (ParquetType.Float, _) when bytes.Length == sizeof(float) => NumberOrNull(BinaryPrimitives.ReadSingleLittleEndian(bytes), isMin),
            (ParquetType.Double, _) when bytes.Length == sizeof(double) => NumberOrNull(BinaryPrimitives.ReadDoubleLittleEndian(bytes), isMin),
            (_, TypeKind.Varchar) => DecodeText(bytes, isMin),
            (_, TypeKind.Decimal) when bytes.Length is > 0 and <= 16 && leaf.Type.Physical == PhysicalType.Int64 => (long)DecodeDecimal(bytes),
            (_, TypeKind.Decimal) when bytes.Length is > 0 and <= 16 => DecodeDecimal(bytes),
            (ParquetType.FixedLenByteArray, TypeKind.Uuid) when bytes.Length == 16 => BinaryPrimitives.ReadUInt128BigEndian(bytes),
            _ => null,
        };
    }

    private static object? DecodeInteger(SqlType type, LogicalType logical, long value, bool isWide) => type.Kind switch
    {
        TypeKind.TinyInt => (sbyte)value,
        TypeKind.SmallInt => logical.IsUnsigned ? (byte)value : (short)value,
        TypeKind.Integer => logical.IsUnsigned ? (ushort)value : (int)value,
        TypeKind.BigInt => !logical.IsUnsigned || isWide ? value : (uint)value,
        TypeKind.Date => (int)value,
        TypeKind.Decimal when type.Physical == PhysicalType.Int64 => value,
        TypeKind.Decimal => logical.IsUnsigned ? (Int128)(ulong)value : (Int128)value,
        TypeKind.Time or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone =>
            logical.Unit == TimeUnit.Millis ? value * 1000 : value,
        _ => null,
    };

    // Some writers let NaN into bounds, which then say nothing; and NaN, the largest of all, may be missing from an upper one.
    private static float? NumberOrNull(float value, bool isMin) => float.IsNaN(value) || !isMin ? null : value == 0 ? -0.0f : value;

    private static double? NumberOrNull(double value, bool isMin) => double.IsNaN(value) || !isMin ? null : value == 0 ? -0.0 : value;

    private static string? DecodeText(ReadOnlySpan<byte> bytes, bool isMin)
    {
        if (Utf8.IsValid(bytes))
            return System.Text.Encoding.UTF8.GetString(bytes);
        if (!isMin)
            return null;

        // A shorter lower bound is still one: drop the character that was cut.
        for (int cut = 1; cut <= 3 && cut < bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes[..^cut]))
                return System.Text.Encoding.UTF8.GetString(bytes[..^cut]);
        }
        return null;
    }

    private static Int128 DecodeDecimal(ReadOnlySpan<byte> bytes)
    {
        Int128 value = (sbyte)bytes[0];
        foreach (byte next in bytes[1..])
            value = (value << 8) | next;
        return value;
    }
}
