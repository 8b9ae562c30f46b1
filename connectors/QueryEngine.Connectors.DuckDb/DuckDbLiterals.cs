using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Values as typed literals: <c>CAST('5' AS BIGINT)</c>. A backslash in a text means itself.</summary>
internal sealed class DuckDbLiterals : ISqlValues
{
    public static readonly DuckDbLiterals Instance = new();

    /// <inheritdoc/>
    public string? Write(SqlText sql, object? value, SqlType type)
    {
        if (TypeName(type) is not { } name)
            return $"values of type {type} are not sent to the source";
        switch (value)
        {
            case null:
                sql.Add($"CAST(NULL AS {name})");
                return null;
            case bool truth:
                sql.Add(truth ? "true" : "false");
                return null;
            case ValueList<byte> bytes:
                sql.Add($"from_hex('{Convert.ToHexString(bytes.AsSpan())}')");
                return null;
            case string text when text.Contains('\0', StringComparison.Ordinal) || !SqlLiterals.IsWellFormed(text):
                return "the text holds characters that a statement cannot";
            case string text:
                sql.Add(DuckDbNames.Text(text));
                return null;
            default:
                if (SqlLiterals.Text(value, type) is not { } written)
                    return $"this value of type {type} is not sent to the source";
                sql.Add($"CAST('{written}' AS {name})");
                return null;
        }
    }

    /// <summary>The name of the type as which values of a type are computed; null for types that are not.</summary>
    public static string? TypeName(SqlType type) => type.Kind switch
    {
        TypeKind.TimeWithTimeZone or TypeKind.Json or TypeKind.Unknown or TypeKind.Number => null,
        TypeKind.Char => "VARCHAR",
        TypeKind.Time when type is TimeType { Precision: > 6 } => null,
        TypeKind.TimestampWithTimeZone when type is TimestampWithTimeZoneType { Precision: > 6 } => null,
        TypeKind.IpAddress or TypeKind.IpPrefix or TypeKind.Geometry or TypeKind.SphericalGeography or TypeKind.HyperLogLog or TypeKind.TDigest => null,
        _ => type.IsNested ? null : DuckDbTypes.Declare(type, "computed"),
    };
}
