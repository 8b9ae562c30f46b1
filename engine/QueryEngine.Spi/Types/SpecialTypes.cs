namespace QueryEngine.Spi;

/// <summary>
/// ipaddress: the 16 bytes of version 6, of version 4 behind ::ffff:, so that bytes compare as addresses do. ipprefix: the lowest address of the network,
/// then one byte with the number of its bits. Boxed as <see cref="ValueList{T}"/> of byte.
/// </summary>
public sealed record AddressType(TypeKind AddressKind) : SqlType
{
    public override TypeKind Kind => AddressKind;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => AddressKind == TypeKind.IpAddress ? "ipaddress" : "ipprefix";
}

/// <summary>
/// geometry: points, lines, polygons and collections of them on a plane; sphericalgeography: on the earth, as longitude and latitude. Stored and boxed as
/// well-known text with shortest round-trip numbers.
/// </summary>
public sealed record GeometryType(TypeKind GeometryKind) : SqlType
{
    public override TypeKind Kind => GeometryKind;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => GeometryKind == TypeKind.Geometry ? "geometry" : "sphericalgeography";
}

/// <summary>tsvector, the words of a document, and tsquery, what is asked for in documents. Stored and boxed as their text in its one form.</summary>
public sealed record TextSearchType(TypeKind TextSearchKind) : SqlType
{
    public override TypeKind Kind => TextSearchKind;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => TextSearchKind == TypeKind.TsVector ? "tsvector" : "tsquery";
}

/// <summary>hyperloglog and tdigest: summaries of many values in the aggregate functions' own bytes. Boxed as <see cref="ValueList{T}"/> of byte.</summary>
public sealed record SketchType(TypeKind SketchKind) : SqlType
{
    public override TypeKind Kind => SketchKind;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => SketchKind == TypeKind.HyperLogLog ? "hyperloglog" : "tdigest";
}

/// <summary>bit(n): n bits; bit varying(n): up to n bits; without a length, any number of them. Stored and boxed as text of zeros and ones.</summary>
public sealed record BitType(int? Length, bool IsVarying) : SqlType
{
    public override TypeKind Kind => TypeKind.Bit;
    public override PhysicalType Physical => PhysicalType.Bytes;
    public override string ToString() => (IsVarying ? "bit varying" : "bit") + (Length is null ? string.Empty : $"({Length})");
}
