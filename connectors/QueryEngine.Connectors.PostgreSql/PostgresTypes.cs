using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>A column as pg_attribute has it, domains resolved; <see cref="Element"/> is the type of an array's elements.</summary>
internal sealed record RemoteColumn(
    string Name, string TypeName, bool IsBuiltIn, string FormattedType, int Modifier, string? Element, bool IsElementBuiltIn, RemoteCollation? Collation);

/// <summary>A collation as pg_collation has it.</summary>
internal sealed record RemoteCollation(string Name, string Provider, string? Locale, bool IsDeterministic);

/// <summary>What the database says of itself.</summary>
internal sealed record RemoteDatabase(int Version, string Encoding, RemoteCollation Collation);

/// <summary>Types of PostgreSQL to SQL types. A type that we lack is text, cast by the server.</summary>
internal sealed class PostgresTypes(PostgresOptions options, RemoteDatabase database)
{
    public const string ObjectId = "oid";

    private const int YearMonthFields = (1 << 1) | (1 << 2);
    private const int AllFields = 0x7FFF;

    /// <summary>The column with its type and what the source can do with it.</summary>
    public SqlColumn ToColumn(RemoteColumn remote)
    {
        if (remote.Element is { } element)
            return ToArray(remote, element);

        SqlType? type = remote.IsBuiltIn ? ToType(remote.TypeName, remote.Modifier) : null;
        var column = new SqlColumn(remote.Name, type ?? SqlType.Varchar, remote.TypeName == ObjectId ? ObjectId : remote.FormattedType)
        {
            IsCastToText = type is null || remote.TypeName is "jsonb",
        };
        if (type is { IsText: false })
            return column.Type.Kind switch
            {
                TypeKind.Json => column with { Comparison = SqlComparison.None, Reason = $"{remote.TypeName} is not compared as text by the source" },
                TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone when options.InfinityIsNull =>
                    column with { Comparison = SqlComparison.None, Reason = "infinity of the source is NULL here" },
                TypeKind.Decimal when options.RoundsNumeric && remote.Modifier < 0 =>
                    column with { Comparison = SqlComparison.None, Reason = "numeric of the source is rounded here" },
                _ => column,
            };

        // Text that the server makes of another type has the collation of the database.
        return WithCollation(column, type is null ? database.Collation : remote.Collation ?? database.Collation);
    }

    /// <summary>The type of a built-in type's name and modifier; null when we lack it.</summary>
    public SqlType? ToType(string name, int modifier) => name switch
    {
        "bool" => SqlType.Boolean,
        "int2" => SqlType.SmallInt,
        "int4" => SqlType.Integer,
        "int8" or ObjectId => SqlType.BigInt,
        "float4" => SqlType.Real,
        "float8" => SqlType.Double,
        "numeric" => ToNumeric(modifier),
        "text" or "name" => SqlType.Varchar,
        "varchar" => modifier > 4 ? SqlType.VarcharOf(modifier - 4) : SqlType.Varchar,
        "bpchar" => modifier > 4 ? SqlType.Char(modifier - 4) : null,
        "bytea" => SqlType.Varbinary,
        "date" => SqlType.Date,
        "time" => SqlType.TimeOf(Precision(modifier)),
        "timestamp" => SqlType.TimestampOf(Precision(modifier)),
        "timestamptz" => SqlType.TimestampWithTimeZoneOf(Precision(modifier)),
        "interval" => ToInterval(modifier),
        "uuid" => SqlType.Uuid,
        "json" or "jsonb" => SqlType.Json,
        _ => null,
    };

    private static int Precision(int modifier) => modifier is >= 0 and <= 6 ? modifier : 6;

    // The modifier is precision << 16 | scale of 11 bits with a sign, and 4. The scale may be negative or beyond the precision.
    private SqlType? ToNumeric(int modifier)
    {
        if (modifier < 4)
            return Unbounded(SqlType.Number, options.DefaultScale);

        int precision = ((modifier - 4) >> 16) & 0xFFFF;
        int scale = (((modifier - 4) & 0x7FF) ^ 1024) - 1024;
        (precision, scale) = scale < 0 ? (precision - scale, 0) : (Math.Max(precision, scale), scale);
        return precision <= DecimalType.MaxPrecision ? SqlType.Decimal(precision, scale) : Unbounded(SqlType.NumericOf(precision, scale), Math.Min(scale, DecimalType.MaxPrecision));
    }

    private SqlType? Unbounded(SqlType exact, int scale) => options.UnboundedNumeric switch
    {
        UnboundedNumeric.Exact => exact,
        UnboundedNumeric.Decimal => SqlType.Decimal(DecimalType.MaxPrecision, scale),
        UnboundedNumeric.Text => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // The modifier's upper half is the set of fields; all of them when the type is a plain interval.
    private SqlType? ToInterval(int modifier)
    {
        int fields = modifier < 0 ? AllFields : (modifier >> 16) & AllFields;
        if (fields == AllFields)
            return options.IntervalIsText ? null : SqlType.IntervalDayToSecond;
        return (fields & ~YearMonthFields) == 0 ? SqlType.IntervalYearToMonth : SqlType.IntervalDayToSecond;
    }

    private SqlColumn ToArray(RemoteColumn remote, string element)
    {
        const string Reason = "arrays are compared by the engine";
        if (options.ArrayIsText)
            return WithCollation(new SqlColumn(remote.Name, SqlType.Varchar, remote.FormattedType) { IsCastToText = true }, database.Collation);

        SqlType? type = remote.IsElementBuiltIn ? ToType(element, remote.Modifier) : null;
        return new SqlColumn(remote.Name, SqlType.Array(type ?? SqlType.Varchar), remote.FormattedType, SqlComparison.None, Reason)
        {
            IsCastToText = type is null || element is "jsonb" or ObjectId || type.Kind == TypeKind.Char,
        } is var column && element == ObjectId
            ? column with { Type = SqlType.Array(SqlType.Varchar) } : column;
    }

    private SqlColumn WithCollation(SqlColumn column, RemoteCollation collation)
    {
        bool isByCodePoint = collation.Locale is "C" or "POSIX" || collation.Name is "C" or "POSIX" or "ucs_basic";
        if (isByCodePoint && database.Encoding is "UTF8" or "LATIN1")
            return column;
        string name = collation.Name == "default" ? collation.Locale ?? collation.Name : collation.Name;
        return column with
        {
            Collation = name,
            Comparison = collation.IsDeterministic ? SqlComparison.Equality : SqlComparison.None,
            Reason = $"text is compared by collation {name} in the source",
        };
    }
}
