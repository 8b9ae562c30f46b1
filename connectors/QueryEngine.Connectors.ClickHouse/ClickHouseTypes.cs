using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Types of ClickHouse to SQL types and back.</summary>
internal static class ClickHouseTypes
{
    /// <summary>The column of a type. A type that we lack is turned into text by the server.</summary>
    public static SqlColumn ToColumn(string name, string remoteType, ClickHouseInfo info, bool stringIsBinary)
    {
        ClickHouseType type = ClickHouseType.Parse(remoteType);
        SqlType? known = ToType(type, info, stringIsBinary);
        var column = new SqlColumn(name, known ?? SqlType.Varchar, remoteType) { IsCastToText = known is null };
        string inner = type.WithoutNull.Name;
        return (inner, column.Type.Kind) switch
        {
            ("FixedString", _) => column with { Comparison = SqlComparison.None, Reason = "text of a fixed length is compared with its padding in the source" },
            (_, TypeKind.Real or TypeKind.Double) => column with { Comparison = SqlComparison.None, Reason = "NaN is not equal to itself in the source" },
            ("UUID", _) => column with { Comparison = SqlComparison.Equality, Reason = "uuids are ordered by their halves in the source" },
            _ when known is null => column with { Comparison = SqlComparison.None, Reason = $"{remoteType} is compared by rules of the source" },
            _ => column,
        };
    }

    /// <summary>The type that a type stands for; null where we have none.</summary>
    public static SqlType? ToType(ClickHouseType type, ClickHouseInfo info, bool stringIsBinary)
    {
        switch (type.Name)
        {
            case "Nullable": return ToType(type.WithoutNull, info, stringIsBinary);
            case "Bool": return SqlType.Boolean;
            case "Int8": return SqlType.TinyInt;
            case "Int16" or "UInt8": return SqlType.SmallInt;
            case "Int32" or "UInt16": return SqlType.Integer;
            case "Int64" or "UInt32": return SqlType.BigInt;
            case "UInt64": return SqlType.Decimal(20, 0);
            case "Float32": return SqlType.Real;
            case "Float64": return SqlType.Double;
            case "Decimal": return type.Number(0) <= DecimalType.MaxPrecision ? SqlType.Decimal(type.Number(0), type.Number(1)) : null;
            case "String": return stringIsBinary ? SqlType.Varbinary : SqlType.Varchar;
            case "FixedString": return SqlType.Varbinary;
            case "Enum8" or "Enum16": return SqlType.Varchar;
            case "UUID": return SqlType.Uuid;
            case "Date" or "Date32": return SqlType.Date;
            case "Nothing": return SqlType.Unknown;
            case "DateTime": return Instant(0, type.Arguments.Count > 0, info);
            case "DateTime64": return Instant(type.Number(0), type.Arguments.Count > 1, info);
            case "Array": return ToType(ClickHouseType.Parse(type.Arguments[0]), info, stringIsBinary) is { } element ? SqlType.Array(element) : null;
            case "Map":
                return ToType(ClickHouseType.Parse(type.Arguments[0]), info, stringIsBinary) is { } key
                    && ToType(ClickHouseType.Parse(type.Arguments[1]), info, stringIsBinary) is { } value ? SqlType.Map(key, value) : null;
            case "Tuple": return ToRow(type, info, stringIsBinary);
            default: return null;
        }
    }

    /// <summary>The name of the type of a new column.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static string Declare(SqlType type, bool isNullable, string column, ClickHouseInfo info)
    {
        string name = type switch
        {
            BooleanType when info.HasBool => "Bool",
            IntegerType => type.Kind switch { TypeKind.TinyInt => "Int8", TypeKind.SmallInt => "Int16", TypeKind.Integer => "Int32", _ => "Int64" },
            FloatType => type.Kind == TypeKind.Real ? "Float32" : "Float64",
            DecimalType number => $"Decimal({number.Precision}, {number.Scale})",
            VarcharType or CharType or UnknownType or VarbinaryType => "String",
            DateType => info.HasLongDates ? "Date32" : "Date",
            TimestampType { Precision: 0 } when !info.HasLongDates => "DateTime",
            TimestampWithTimeZoneType { Precision: 0 } when !info.HasLongDates => "DateTime('UTC')",
            TimestampType timestamp when info.HasLongDates => $"DateTime64({timestamp.Precision})",
            TimestampWithTimeZoneType timestamp when info.HasLongDates => $"DateTime64({timestamp.Precision}, 'UTC')",
            UuidType => "UUID",
            ArrayType array => $"Array({Declare(array.Element, !array.Element.IsNested, column, info)})",
            MapType map when info.HasMaps => $"Map({Declare(map.Key, isNullable: false, column, info)}, {Declare(map.Value, !map.Value.IsNested, column, info)})",
            RowType { Fields.Count: > 0 } row => $"Tuple({string.Join(", ", row.Fields.Select(member => Member(member, column, info)))})",
            _ => throw QueryException.NotSupported($"a column of type {type} in ClickHouse {info.Version} (column '{column}')"),
        };
        return isNullable && !type.IsNested ? $"Nullable({name})" : name;
    }

    private static string Member(RowField member, string column, ClickHouseInfo info)
    {
        string type = Declare(member.Type, !member.Type.IsNested, column, info);
        return member.Name is null ? type : $"{ClickHouseNames.Instance.Quote(member.Name)} {type}";
    }

    // A time without a zone is shown in the server's: only where that is UTC does it say the same everywhere.
    private static SqlType Instant(int precision, bool hasZone, ClickHouseInfo info) => hasZone || !info.IsUtc
        ? SqlType.TimestampWithTimeZoneOf(precision) : SqlType.TimestampOf(precision);

    private static RowType? ToRow(ClickHouseType type, ClickHouseInfo info, bool stringIsBinary)
    {
        var members = new List<RowField>();
        foreach ((string? name, ClickHouseType member) in type.Members())
        {
            if (ToType(member, info, stringIsBinary) is not { } known)
                return null;
            members.Add(new RowField(name, known));
        }

        return members.Count == 0 ? null : SqlType.Row([.. members]);
    }
}
