using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Types of MariaDB and MySQL to SQL types and back. A type that we lack is text, cast by the server.</summary>
internal sealed class MariaDbTypes(bool tinyIsBoolean)
{
    private const string Places = "places are sent as bytes";

    /// <summary>The column of a type as information_schema has it: <c>int(10) unsigned</c>.</summary>
    public SqlColumn ToColumn(string name, string columnType, string? charset, string? collation, bool isJson)
    {
        string lower = columnType.ToLowerInvariant();
        SqlType? type = isJson ? SqlType.Json : ToType(lower, charset);
        var column = new SqlColumn(name, type ?? SqlType.Varchar, lower) { Collation = collation };
        return type?.Kind switch
        {
            null => column with { IsCastToText = true },
            TypeKind.Json => column with { Comparison = SqlComparison.None, Reason = "json is not compared as text by the source" },
            TypeKind.Varbinary when MariaDbDialect.IsGeometry(lower) => column with { Comparison = SqlComparison.None, Reason = Places },
            TypeKind.Varbinary when lower.StartsWith("bit", StringComparison.Ordinal) =>
                column with { Comparison = SqlComparison.None, Reason = "bits are numbers in the source" },
            TypeKind.Time => column with { Comparison = SqlComparison.None, Reason = "time of the source may be longer than a day" },
            TypeKind.Real => column with { Comparison = SqlComparison.None, Reason = "the source rounds real numbers when it compares them" },
            TypeKind.Uuid => column with { Comparison = SqlComparison.Equality, Reason = "uuids are ordered by their parts in the source" },
            _ => column,
        };
    }

    /// <summary>The declaration of a column.</summary>
    public static string Declare(SqlType type, string column, bool isMySql) => type switch
    {
        { Kind: TypeKind.Boolean } => "TINYINT(1)",
        { Kind: TypeKind.TinyInt } => "TINYINT",
        { Kind: TypeKind.SmallInt } => "SMALLINT",
        { Kind: TypeKind.Integer } => "INT",
        { Kind: TypeKind.BigInt } => "BIGINT",
        { Kind: TypeKind.Real } => "FLOAT",
        { Kind: TypeKind.Double } => "DOUBLE",
        DecimalType number => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({number.Precision},{number.Scale})"),
        VarcharType { Length: > 0 and <= 4000 and var length } => string.Create(CultureInfo.InvariantCulture, $"VARCHAR({length}) {Text(isMySql)}"),
        VarcharType or UnknownType => $"LONGTEXT {Text(isMySql)}",
        CharType { Length: <= 255 } fixedLength => string.Create(CultureInfo.InvariantCulture, $"CHAR({fixedLength.Length}) {Text(isMySql)}"),
        VarbinaryType => "LONGBLOB",
        DateType => "DATE",
        TimeType { Precision: <= 6 } time => string.Create(CultureInfo.InvariantCulture, $"TIME({time.Precision})"),
        TimestampType { Precision: <= 6 } timestamp => string.Create(CultureInfo.InvariantCulture, $"DATETIME({timestamp.Precision})"),
        TimestampWithTimeZoneType { Precision: <= 6 } instant => string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP({instant.Precision})"),
        UuidType when !isMySql => "UUID",
        JsonType => "JSON",
        _ => throw QueryException.NotSupported($"a column of type {type} in MariaDB (column '{column}')"),
    };

    /// <summary>What new text columns are: compared as the engine does, by code point and with blanks.</summary>
    private static string Text(bool isMySql) => $"CHARACTER SET utf8mb4 COLLATE {MariaDbDialect.BinaryCollationOf(isMySql)}";

    private SqlType? ToType(string columnType, string? charset)
    {
        int open = columnType.IndexOf('(', StringComparison.Ordinal);
        int close = columnType.IndexOf(')', StringComparison.Ordinal);
        int nameEnd = columnType.IndexOfAny(['(', ' ']);
        string name = nameEnd < 0 ? columnType : columnType[..nameEnd];
        string[] arguments = open < 0 || close < open ? [] : columnType[(open + 1)..close].Split(',');
        int first = arguments.Length > 0 && int.TryParse(arguments[0], CultureInfo.InvariantCulture, out int length) ? length : 0;
        bool isUnsigned = columnType.Contains(" unsigned", StringComparison.Ordinal);
        return name switch
        {
            "tinyint" when first == 1 && tinyIsBoolean && !isUnsigned => SqlType.Boolean,
            "tinyint" => isUnsigned ? SqlType.SmallInt : SqlType.TinyInt,
            "smallint" => isUnsigned ? SqlType.Integer : SqlType.SmallInt,
            "mediumint" => SqlType.Integer,
            "int" or "integer" => isUnsigned ? SqlType.BigInt : SqlType.Integer,
            "bigint" => isUnsigned ? SqlType.Decimal(20, 0) : SqlType.BigInt,
            "year" => SqlType.SmallInt,
            "float" => SqlType.Real,
            "double" or "real" => SqlType.Double,
            "decimal" or "numeric" => ToDecimal(arguments),
            "bit" => first <= 1 ? SqlType.Boolean : SqlType.Varbinary,
            "char" => first > 0 && charset != "binary" ? SqlType.Char(first) : null,
            "varchar" => first > 0 ? SqlType.VarcharOf(first) : SqlType.Varchar,
            "tinytext" or "text" or "mediumtext" or "longtext" or "enum" or "set" => SqlType.Varchar,
            "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" => SqlType.Varbinary,
            "date" => SqlType.Date,
            "time" => SqlType.TimeOf(first),
            "datetime" => SqlType.TimestampOf(first),
            "timestamp" => SqlType.TimestampWithTimeZoneOf(first),
            "json" => SqlType.Json,
            "uuid" => SqlType.Uuid,
            _ => MariaDbDialect.IsGeometry(name) ? SqlType.Varbinary : null,
        };
    }

    private static DecimalType? ToDecimal(string[] arguments)
    {
        int precision = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10;
        int scale = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 0;
        return precision <= DecimalType.MaxPrecision ? SqlType.Decimal(precision, scale) : null;
    }
}
