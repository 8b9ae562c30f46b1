using System.Runtime.InteropServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Types of DuckDB to SQL types and back.</summary>
internal static class DuckDbTypes
{
    /// <summary>The column of a type. A type that we lack, alone or inside another, is turned into text by DuckDB.</summary>
    public static SqlColumn ToColumn(string name, DuckDbTypeHandle type, bool isCollated)
    {
        SqlType? known = ToType(type);
        var column = new SqlColumn(name, known ?? SqlType.Varchar, Describe(type, known)) { IsCastToText = known is null };
        if (isCollated && column.Type.IsText && type.Kind == DuckDbType.Varchar)
            return column with { Comparison = SqlComparison.None, Reason = "text is compared by a collation of the source", Collation = "unknown" };
        return column.Type.Kind switch
        {
            TypeKind.TimeWithTimeZone or TypeKind.Interval => column with { Comparison = SqlComparison.None, Reason = $"{column.Type} is compared by rules of the source" },
            _ => column,
        };
    }

    /// <summary>The type that a type stands for; null where we have none.</summary>
    public static SqlType? ToType(DuckDbTypeHandle type)
    {
        switch (type.Kind)
        {
            case DuckDbType.Boolean: return SqlType.Boolean;
            case DuckDbType.TinyInt: return SqlType.TinyInt;
            case DuckDbType.SmallInt or DuckDbType.UnsignedTinyInt: return SqlType.SmallInt;
            case DuckDbType.Integer or DuckDbType.UnsignedSmallInt: return SqlType.Integer;
            case DuckDbType.BigInt or DuckDbType.UnsignedInteger: return SqlType.BigInt;
            case DuckDbType.UnsignedBigInt: return SqlType.Decimal(20, 0);
            case DuckDbType.HugeInt or DuckDbType.UnsignedHugeInt: return SqlType.Decimal(DecimalType.MaxPrecision, 0);
            case DuckDbType.Float: return SqlType.Real;
            case DuckDbType.Double: return SqlType.Double;
            case DuckDbType.Decimal: return SqlType.Decimal(DuckDbApi.DecimalWidth(type.Pointer), DuckDbApi.DecimalScale(type.Pointer));
            case DuckDbType.Varchar: return type.Alias is "JSON" ? SqlType.Json : SqlType.Varchar;
            case DuckDbType.Enum: return SqlType.Varchar;
            case DuckDbType.Blob: return type.Alias is null ? SqlType.Varbinary : null;
            case DuckDbType.Date: return SqlType.Date;
            case DuckDbType.Time: return SqlType.Time;
            case DuckDbType.TimeWithZone: return SqlType.TimeWithTimeZone;
            case DuckDbType.Timestamp: return SqlType.Timestamp;
            case DuckDbType.TimestampSeconds: return SqlType.TimestampOf(0);
            case DuckDbType.TimestampMilliseconds: return SqlType.TimestampOf(3);
            case DuckDbType.TimestampNanoseconds: return SqlType.TimestampOf(9);
            case DuckDbType.TimestampWithZone: return SqlType.TimestampWithTimeZone;
            case DuckDbType.Interval: return SqlType.Interval;
            case DuckDbType.Uuid: return SqlType.Uuid;
            case DuckDbType.Null: return SqlType.Unknown;
            case DuckDbType.List:
                using (var element = new DuckDbTypeHandle(DuckDbApi.ListElement(type.Pointer)))
                    return ToType(element) is { } inList ? SqlType.Array(inList) : null;
            case DuckDbType.Array:
                using (var element = new DuckDbTypeHandle(DuckDbApi.ArrayElement(type.Pointer)))
                    return ToType(element) is { } inArray ? SqlType.Array(inArray) : null;
            case DuckDbType.Map:
                using (var key = new DuckDbTypeHandle(DuckDbApi.MapKey(type.Pointer)))
                using (var value = new DuckDbTypeHandle(DuckDbApi.MapValue(type.Pointer)))
                    return ToType(key) is { } ofKey && ToType(value) is { } ofValue ? SqlType.Map(ofKey, ofValue) : null;
            case DuckDbType.Struct: return ToRow(type);
            default: return null;
        }
    }

    /// <summary>The name of the type of a new column.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static string Declare(SqlType type, string column) => type switch
    {
        BooleanType or IntegerType or DateType or UuidType => type.ToString().ToUpperInvariant(),
        FloatType => type.Kind == TypeKind.Real ? "FLOAT" : "DOUBLE",
        DecimalType number => $"DECIMAL({number.Precision},{number.Scale})",
        VarcharType or CharType or UnknownType => "VARCHAR",
        VarbinaryType => "BLOB",
        TimeType { Precision: <= 6 } => "TIME",
        TimeWithTimeZoneType => "TIMETZ",
        TimestampType timestamp => timestamp.Precision <= 6 ? "TIMESTAMP" : "TIMESTAMP_NS",
        TimestampWithTimeZoneType { Precision: <= 6 } => "TIMESTAMPTZ",
        IntervalType => "INTERVAL",
        JsonType => "JSON",
        ArrayType array => $"{Declare(array.Element, column)}[]",
        MapType map => $"MAP({Declare(map.Key, column)}, {Declare(map.Value, column)})",
        RowType { Fields.Count: > 0 } row => $"STRUCT({string.Join(", ", row.Fields.Select((member, place) => $"{DuckDbNames.Quote(NameOf(member, place))} {Declare(member.Type, column)}"))})",
        _ => throw QueryException.NotSupported($"a column of type {type} in DuckDB (column '{column}')"),
    };

    /// <summary>The name of a member of a row.</summary>
    public static string NameOf(RowField member, int place) => member.Name ?? $"field{place + 1}";

    /// <summary>What a column of the table is turned into before it is computed with; null where it is what it is.</summary>
    public static string? ComputedAs(SqlColumn column) =>
        column.IsCastToText || column.RemoteType == nameof(DuckDbType.Enum) ? "VARCHAR"
        : column.RemoteType.StartsWith("Unsigned", StringComparison.Ordinal) || column.RemoteType == nameof(DuckDbType.HugeInt) ? Declare(column.Type, column.Name)
        : null;

    private static string Describe(DuckDbTypeHandle type, SqlType? known) => known is null ? type.Alias ?? type.Kind.ToString() : type.Kind.ToString();

    private static RowType? ToRow(DuckDbTypeHandle type)
    {
        var members = new List<RowField>();
        ulong count = DuckDbApi.StructSize(type.Pointer);
        for (ulong member = 0; member < count; member++)
        {
            using var inner = new DuckDbTypeHandle(DuckDbApi.StructType(type.Pointer, member));
            if (ToType(inner) is not { } known)
                return null;
            nint name = DuckDbApi.StructName(type.Pointer, member);
            string? text = Marshal.PtrToStringUTF8(name);
            DuckDbApi.Free(name);
            members.Add(new RowField(string.IsNullOrEmpty(text) ? null : text, known));
        }

        return members.Count == 0 ? null : SqlType.Row([.. members]);
    }
}
