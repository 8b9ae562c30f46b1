namespace QueryEngine.Spi;

/// <summary>The family of a type. What varies within a family (precision, element type) is on <see cref="SqlType"/>.</summary>
public enum TypeKind
{
    /// <summary>The type of a bare NULL; converts to anything.</summary>
    Unknown,
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    Real,
    Double,
    Decimal,

    /// <summary>Decimal numbers of any size.</summary>
    Number,
    Varchar,
    Char,
    Varbinary,
    Date,
    Time,
    TimeWithTimeZone,
    Timestamp,
    TimestampWithTimeZone,
    IntervalYearToMonth,
    IntervalDayToSecond,
    Interval,
    Uuid,
    Json,
    IpAddress,
    IpPrefix,
    Geometry,
    SphericalGeography,

    /// <summary>The words of a document.</summary>
    TsVector,

    /// <summary>What is asked for in documents.</summary>
    TsQuery,
    HyperLogLog,
    TDigest,

    /// <summary>Strings of bits.</summary>
    Bit,
    Array,
    Map,
    Row,
}

/// <summary>How the values of a type lie in memory: the element type of its vector.</summary>
public enum PhysicalType
{
    /// <summary>One byte a row, 0 or 1 (<c>bool</c>). Bits only on the wire.</summary>
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,

    /// <summary>Decimals of more than 18 digits, and intervals.</summary>
    Int128,
    Float32,
    Float64,

    /// <summary>A uuid as a big-endian number, so that it compares like its text.</summary>
    UInt128,

    /// <summary>Bytes behind int32 offsets: text as UTF-8, json, varbinary, numbers of any size (see <see cref="BigNumberBytes"/>).</summary>
    Bytes,

    /// <summary>int32 offsets into one child vector.</summary>
    List,

    /// <summary>int32 offsets into a key and a value vector.</summary>
    Map,

    /// <summary>One child vector a field.</summary>
    Struct,
}
