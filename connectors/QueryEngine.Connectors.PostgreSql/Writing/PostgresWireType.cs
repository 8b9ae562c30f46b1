using System.Text.RegularExpressions;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>
/// How the values of a column travel in a binary COPY: <paramref name="Name"/> is the type of the staged column; a column of the target whose type
/// is another gets a cast.
/// </summary>
internal sealed partial record PostgresWireType(string Name, int Oid)
{
    private static readonly PostgresWireType _text = new("text", 25);

    /// <summary>The type of a new column.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static string Declare(SqlType type, string column) => type switch
    {
        DecimalType number => $"numeric({number.Precision},{number.Scale})",
        NumberType { Precision: { } precision } number => $"numeric({precision},{number.Scale})",
        NumberType => "numeric",
        VarcharType { Length: { } length } => $"character varying({length})",
        CharType character => $"character({character.Length})",
        TimeType { Precision: <= 6 } time => $"time({time.Precision})",
        TimestampType { Precision: <= 6 } timestamp => $"timestamp({timestamp.Precision})",
        TimestampWithTimeZoneType { Precision: <= 6 } instant => $"timestamp({instant.Precision}) with time zone",
        IntervalType { Kind: TypeKind.IntervalYearToMonth } => "interval year to month",
        IntervalType { Kind: TypeKind.IntervalDayToSecond } => "interval day to second",
        ArrayType { Element: not ArrayType } array => Declare(array.Element, column) + "[]",
        JsonType => "json",
        UnknownType => "text",
        _ => (type.IsNested || type is TimeType or TimestampType or TimestampWithTimeZoneType ? null : PostgresDialect.TypeName(type))
            ?? throw QueryException.NotSupported($"a column of type {type} in PostgreSQL (column '{column}')"),
    };

    /// <summary>How values of a type are sent.</summary>
    public static PostgresWireType Of(SqlType type, string column) => type switch
    {
        BooleanType => new("boolean", 16),
        IntegerType { Kind: TypeKind.TinyInt or TypeKind.SmallInt } => new("smallint", 21),
        IntegerType { Kind: TypeKind.Integer } => new("integer", 23),
        IntegerType => new("bigint", 20),
        FloatType => type.Kind == TypeKind.Real ? new("real", 700) : new("double precision", 701),
        DecimalType or NumberType => new("numeric", 1700),
        VarcharType or CharType or UnknownType => _text,
        VarbinaryType => new("bytea", 17),
        DateType => new("date", 1082),
        TimeType { Precision: <= 6 } => new("time without time zone", 1083),
        TimestampType { Precision: <= 6 } => new("timestamp without time zone", 1114),
        TimestampWithTimeZoneType { Precision: <= 6 } => new("timestamp with time zone", 1184),
        IntervalType => new("interval", 1186),
        UuidType => new("uuid", 2950),
        JsonType => new("json", 114),
        ArrayType { Element: not ArrayType } array => new(Of(array.Element, column).Name + "[]", 0),
        _ => throw QueryException.NotSupported($"writing {type} to PostgreSQL (column '{column}')"),
    };

    /// <summary>Whether the target's column takes the bytes as they are, with no cast.</summary>
    public bool IsTypeOf(ColumnHandle column)
    {
        if (column is not SqlColumn remote)
            return false;
        string name = Modifier().Replace(remote.RemoteType, "");
        return name == Name || (Name == "text" && name is "character varying");
    }

    [GeneratedRegex(@"\(\d+(,-?\d+)?\)")]
    private static partial Regex Modifier();
}
