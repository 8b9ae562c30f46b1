namespace QueryEngine.Spi;

/// <summary>
/// A SQL type: immutable, compared by value. <see cref="ToString"/> gives its SQL name, which <see cref="SqlTypeParser"/> reads back.
/// Boxed values of a type ("boxed value" everywhere in the SPI) are its physical ones: bool, sbyte, short, int, long, float, double,
/// Int128, UInt128, <see cref="BigNumber"/>, string for text and json, <see cref="ValueList{T}"/> of byte for varbinary, ValueList of object for array and row,
/// ValueList of key/value pairs for map; null for NULL.
/// </summary>
public abstract record SqlType
{
    public static readonly SqlType Unknown = new UnknownType();
    public static readonly SqlType Boolean = new BooleanType();
    public static readonly SqlType TinyInt = new IntegerType(TypeKind.TinyInt);
    public static readonly SqlType SmallInt = new IntegerType(TypeKind.SmallInt);
    public static readonly SqlType Integer = new IntegerType(TypeKind.Integer);
    public static readonly SqlType BigInt = new IntegerType(TypeKind.BigInt);
    public static readonly SqlType Real = new FloatType(TypeKind.Real);
    public static readonly SqlType Double = new FloatType(TypeKind.Double);
    public static readonly SqlType Number = new NumberType(null, 0);
    public static readonly SqlType Varchar = new VarcharType(null);
    public static readonly SqlType Varbinary = new VarbinaryType();
    public static readonly SqlType Date = new DateType();
    public static readonly SqlType Time = new TimeType(6);
    public static readonly SqlType TimeWithTimeZone = new TimeWithTimeZoneType(6);
    public static readonly SqlType Timestamp = new TimestampType(6);
    public static readonly SqlType TimestampWithTimeZone = new TimestampWithTimeZoneType(6);
    public static readonly SqlType IntervalYearToMonth = new IntervalType(TypeKind.IntervalYearToMonth);
    public static readonly SqlType IntervalDayToSecond = new IntervalType(TypeKind.IntervalDayToSecond);
    public static readonly SqlType Interval = new IntervalType(TypeKind.Interval);
    public static readonly SqlType Uuid = new UuidType();
    public static readonly SqlType Json = new JsonType(IsNormal: false);
    public static readonly SqlType Jsonb = new JsonType(IsNormal: true);
    public static readonly SqlType IpAddress = new AddressType(TypeKind.IpAddress);
    public static readonly SqlType IpPrefix = new AddressType(TypeKind.IpPrefix);
    public static readonly SqlType Geometry = new GeometryType(TypeKind.Geometry);
    public static readonly SqlType SphericalGeography = new GeometryType(TypeKind.SphericalGeography);
    public static readonly SqlType TsVector = new TextSearchType(TypeKind.TsVector);
    public static readonly SqlType TsQuery = new TextSearchType(TypeKind.TsQuery);
    public static readonly SqlType HyperLogLog = new SketchType(TypeKind.HyperLogLog);
    public static readonly SqlType TDigest = new SketchType(TypeKind.TDigest);
    public static readonly SqlType BitVarying = new BitType(null, IsVarying: true);

    /// <summary>The family.</summary>
    public abstract TypeKind Kind { get; }

    /// <summary>The memory layout of its vectors.</summary>
    public abstract PhysicalType Physical { get; }

    /// <summary>Whether values are whole numbers of a fixed width.</summary>
    public bool IsInteger => Kind is >= TypeKind.TinyInt and <= TypeKind.BigInt;

    /// <summary>Whether values are numbers.</summary>
    public bool IsNumeric => Kind is >= TypeKind.TinyInt and <= TypeKind.Number;

    /// <summary>Whether values are text (varchar or char; json is not).</summary>
    public bool IsText => Kind is TypeKind.Varchar or TypeKind.Char;

    /// <summary>Whether values are bytes that are no text, boxed as <see cref="ValueList{T}"/> of byte.</summary>
    public bool IsBinary => Kind is TypeKind.Varbinary or TypeKind.IpAddress or TypeKind.IpPrefix or TypeKind.HyperLogLog or TypeKind.TDigest;

    /// <summary>Whether the type has element types.</summary>
    public bool IsNested => Kind is TypeKind.Array or TypeKind.Map or TypeKind.Row;

    /// <summary>decimal(<paramref name="precision"/>, <paramref name="scale"/>); at most 38 digits.</summary>
    public static DecimalType Decimal(int precision, int scale) => new(precision, scale);

    /// <summary>numeric(<paramref name="precision"/>, <paramref name="scale"/>): a decimal where one holds it, else a number of any size.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static SqlType NumericOf(int precision, int scale)
    {
        if (precision is < 1 or > NumberType.MaxPrecision || scale is < -NumberType.MaxPrecision or > NumberType.MaxPrecision)
            throw new QueryException(
                ErrorCode.InvalidParameterValue, $"decimal({precision}, {scale}) is not a type", "Precision is 1 to 1000, scale -1000 to 1000.");
        return precision <= DecimalType.MaxPrecision && scale >= 0 && scale <= precision ? Decimal(precision, scale) : new NumberType(precision, scale);
    }

    /// <summary>varchar(<paramref name="length"/>), in characters.</summary>
    public static VarcharType VarcharOf(int length) => new(length);

    /// <summary>char(<paramref name="length"/>), in characters; trailing blanks do not count.</summary>
    public static CharType Char(int length) => new(length);

    /// <summary>time(<paramref name="precision"/>).</summary>
    public static TimeType TimeOf(int precision) => new(precision);

    /// <summary>timestamp(<paramref name="precision"/>).</summary>
    public static TimestampType TimestampOf(int precision) => new(precision);

    /// <summary>timestamp(<paramref name="precision"/>) with time zone.</summary>
    public static TimestampWithTimeZoneType TimestampWithTimeZoneOf(int precision) => new(precision);

    /// <summary>array(<paramref name="element"/>).</summary>
    public static ArrayType Array(SqlType element) => new(element);

    /// <summary>map(<paramref name="key"/>, <paramref name="value"/>).</summary>
    public static MapType Map(SqlType key, SqlType value) => new(key, value);

    /// <summary>row(<paramref name="fields"/>).</summary>
    public static RowType Row(params ReadOnlySpan<RowField> fields) => new(ValueList.Create(fields));

    /// <inheritdoc/>
    public abstract override string ToString();
}

/// <summary>The type of NULL alone. Stored as booleans that are all null.</summary>
public sealed record UnknownType : SqlType
{
    public override TypeKind Kind => TypeKind.Unknown;
    public override PhysicalType Physical => PhysicalType.Bool;
    public override string ToString() => "unknown";
}

/// <summary>boolean.</summary>
public sealed record BooleanType : SqlType
{
    public override TypeKind Kind => TypeKind.Boolean;
    public override PhysicalType Physical => PhysicalType.Bool;
    public override string ToString() => "boolean";
}

/// <summary>tinyint, smallint, integer, bigint: 1, 2, 4, 8 bytes, signed.</summary>
public sealed record IntegerType(TypeKind IntegerKind) : SqlType
{
    public override TypeKind Kind => IntegerKind;

    public override PhysicalType Physical => IntegerKind switch
    {
        TypeKind.TinyInt => PhysicalType.Int8,
        TypeKind.SmallInt => PhysicalType.Int16,
        TypeKind.Integer => PhysicalType.Int32,
        _ => PhysicalType.Int64,
    };

    public override string ToString() => IntegerKind switch
    {
        TypeKind.TinyInt => "tinyint",
        TypeKind.SmallInt => "smallint",
        TypeKind.Integer => "integer",
        _ => "bigint",
    };
}

/// <summary>real and double: IEEE 754 with NaN equal to itself and largest.</summary>
public sealed record FloatType(TypeKind FloatKind) : SqlType
{
    public override TypeKind Kind => FloatKind;
    public override PhysicalType Physical => FloatKind == TypeKind.Real ? PhysicalType.Float32 : PhysicalType.Float64;
    public override string ToString() => FloatKind == TypeKind.Real ? "real" : "double";
}

/// <summary>decimal(p, s): the unscaled number as int64 up to 18 digits, as Int128 beyond.</summary>
public sealed record DecimalType : SqlType
{
    public const int MaxPrecision = 38;
    public const int MaxShortPrecision = 18;

    public DecimalType(int precision, int scale)
    {
        if (precision is < 1 or > MaxPrecision || scale < 0 || scale > precision)
            throw new QueryException(
                ErrorCode.InvalidParameterValue, $"decimal({precision}, {scale}) is not a type", "Precision is 1 to 38, scale 0 to precision.");
        (Precision, Scale) = (precision, scale);
    }

    /// <summary>All digits.</summary>
    public int Precision { get; }

    /// <summary>Digits after the point.</summary>
    public int Scale { get; }

    /// <summary>Whether values fit an int64.</summary>
    public bool IsShort => Precision <= MaxShortPrecision;

    public override TypeKind Kind => TypeKind.Decimal;
    public override PhysicalType Physical => IsShort ? PhysicalType.Int64 : PhysicalType.Int128;
    public override string ToString() => $"decimal({Precision},{Scale})";
}

/// <summary>
/// numeric: decimal numbers of any size, NaN and infinity. With a precision, digits beyond the scale are rounded away; this is for what no
/// <see cref="DecimalType"/> holds: more than 38 digits, a negative scale, or a scale above the precision.
/// </summary>
public sealed record NumberType(int? Precision, int Scale) : SqlType
{
    public const int MaxPrecision = 1000;

    public override TypeKind Kind => TypeKind.Number;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => Precision is null ? "numeric" : $"numeric({Precision},{Scale})";
}

/// <summary>varchar or varchar(n): UTF-8 text compared by code point.</summary>
public sealed record VarcharType(int? Length) : SqlType
{
    public override TypeKind Kind => TypeKind.Varchar;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => Length is { } length ? $"varchar({length})" : "varchar";
}

/// <summary>
/// char(n). Values are stored without their trailing blanks, so that equality needs no padding; blanks are put back when a value is shown.
/// </summary>
public sealed record CharType(int Length) : SqlType
{
    public override TypeKind Kind => TypeKind.Char;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => $"char({Length})";
}

/// <summary>varbinary.</summary>
public sealed record VarbinaryType : SqlType
{
    public override TypeKind Kind => TypeKind.Varbinary;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => "varbinary";
}

/// <summary>date: days since 1970-01-01.</summary>
public sealed record DateType : SqlType
{
    public override TypeKind Kind => TypeKind.Date;
    public override PhysicalType Physical => PhysicalType.Int32;
    public override string ToString() => "date";
}

/// <summary>time(p): since midnight, in microseconds up to p = 6, in nanoseconds beyond.</summary>
public sealed record TimeType(int Precision) : SqlType
{
    public override TypeKind Kind => TypeKind.Time;
    public override PhysicalType Physical => PhysicalType.Int64;
    public override string ToString() => $"time({Precision})";
}

/// <summary>time(p) with time zone, at most microseconds: see <see cref="QueryEngine.Spi.TimeWithTimeZone"/>.</summary>
public sealed record TimeWithTimeZoneType(int Precision) : SqlType
{
    public override TypeKind Kind => TypeKind.TimeWithTimeZone;
    public override PhysicalType Physical => PhysicalType.Int64;
    public override string ToString() => $"time({Precision}) with time zone";
}

/// <summary>timestamp(p): since 1970-01-01 00:00, in microseconds up to p = 6, in nanoseconds (1677 to 2262) beyond.</summary>
public sealed record TimestampType(int Precision) : SqlType
{
    public override TypeKind Kind => TypeKind.Timestamp;
    public override PhysicalType Physical => PhysicalType.Int64;
    public override string ToString() => $"timestamp({Precision})";
}

/// <summary>timestamp(p) with time zone: an instant (UTC), units as <see cref="TimestampType"/>, shown in the session's zone.</summary>
public sealed record TimestampWithTimeZoneType(int Precision) : SqlType
{
    public override TypeKind Kind => TypeKind.TimestampWithTimeZone;
    public override PhysicalType Physical => PhysicalType.Int64;
    public override string ToString() => $"timestamp({Precision}) with time zone";
}

/// <summary>
/// interval (Int128, see <see cref="QueryEngine.Spi.Interval"/>), and where sources have them interval year to month (int32 months) and interval day to
/// second (int64 microseconds).
/// </summary>
public sealed record IntervalType(TypeKind IntervalKind) : SqlType
{
    public override TypeKind Kind => IntervalKind;

    public override PhysicalType Physical => IntervalKind switch
    {
        TypeKind.IntervalYearToMonth => PhysicalType.Int32,
        TypeKind.IntervalDayToSecond => PhysicalType.Int64,
        _ => PhysicalType.Int128,
    };

    public override string ToString() => IntervalKind switch
    {
        TypeKind.IntervalYearToMonth => "interval year to month",
        TypeKind.IntervalDayToSecond => "interval day to second",
        _ => "interval",
    };
}

/// <summary>uuid.</summary>
public sealed record UuidType : SqlType
{
    public override TypeKind Kind => TypeKind.Uuid;
    public override PhysicalType Physical => PhysicalType.UInt128;
    public override string ToString() => "uuid";
}

/// <summary>
/// json: its text, as written. jsonb (<paramref name="IsNormal"/>): its text in PostgreSQL's normal form (names once and in order, one blank after
/// commas and colons), so that equal values have equal texts.
/// </summary>
public sealed record JsonType(bool IsNormal) : SqlType
{
    public override TypeKind Kind => TypeKind.Json;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => IsNormal ? "jsonb" : "json";
}

/// <summary>array(element).</summary>
public sealed record ArrayType(SqlType Element) : SqlType
{
    public override TypeKind Kind => TypeKind.Array;
    public override PhysicalType Physical => PhysicalType.List;
    public override string ToString() => $"array({Element})";
}

/// <summary>map(key, value): keys are unique and not null.</summary>
public sealed record MapType(SqlType Key, SqlType Value) : SqlType
{
    public override TypeKind Kind => TypeKind.Map;
    public override PhysicalType Physical => PhysicalType.Map;
    public override string ToString() => $"map({Key},{Value})";
}

/// <summary>A field of a row; the name may be missing.</summary>
public sealed record RowField(string? Name, SqlType Type)
{
    public override string ToString() => Name is null ? Type.ToString() : $"\"{Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {Type}";
}

/// <summary>row(fields).</summary>
public sealed record RowType(ValueList<RowField> Fields) : SqlType
{
    public override TypeKind Kind => TypeKind.Row;
    public override PhysicalType Physical => PhysicalType.Struct;
    public override string ToString() => $"row({string.Join(",", Fields)})";
}
