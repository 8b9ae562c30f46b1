using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("st_x", "The x coordinate of a point; NULL of an empty one.", Signature = "geometry -> double")]
[Example("ST_X(ST_Point(1.5, 2))", "1.5")]
[Example("ST_X(ST_GeometryFromText('POINT EMPTY'))", "NULL")]
internal readonly struct StXFunction : IFunction<Utf8, double?>
{
    public static double? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Expect("ST_X", GeometryKind.Point) is { IsEmpty: false } point ? point.At.X : null;
}

[ScalarFunction("st_y", "The y coordinate of a point; NULL of an empty one.", Signature = "geometry -> double")]
[Example("ST_Y(ST_Point(1.5, 2))", "2")]
[Example("ST_Y(ST_GeometryFromText('POINT EMPTY'))", "NULL")]
internal readonly struct StYFunction : IFunction<Utf8, double?>
{
    public static double? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Expect("ST_Y", GeometryKind.Point) is { IsEmpty: false } point ? point.At.Y : null;
}

[ScalarFunction("st_xmin", "The least x coordinate; NULL of an empty geometry.", Signature = "geometry -> double")]
[Example("ST_XMin(ST_GeometryFromText('LINESTRING (1 2, 3 4)'))", "1")]
internal readonly struct StXMinFunction : IFunction<Utf8, double?>
{
    public static double? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Box()?.Least.X;
}

[ScalarFunction("st_xmax", "The greatest x coordinate; NULL of an empty geometry.", Signature = "geometry -> double")]
[Example("ST_XMax(ST_GeometryFromText('LINESTRING (1 2, 3 4)'))", "3")]
internal readonly struct StXMaxFunction : IFunction<Utf8, double?>
{
    public static double? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Box()?.Most.X;
}

[ScalarFunction("st_ymin", "The least y coordinate; NULL of an empty geometry.", Signature = "geometry -> double")]
[Example("ST_YMin(ST_GeometryFromText('LINESTRING (1 2, 3 4)'))", "2")]
internal readonly struct StYMinFunction : IFunction<Utf8, double?>
{
    public static double? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Box()?.Least.Y;
}

[ScalarFunction("st_ymax", "The greatest y coordinate; NULL of an empty geometry.", Signature = "geometry -> double")]
[Example("ST_YMax(ST_GeometryFromText('LINESTRING (1 2, 3 4)'))", "4")]
internal readonly struct StYMaxFunction : IFunction<Utf8, double?>
{
    public static double? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Box()?.Most.Y;
}

[ScalarFunction("st_area", "The area of the polygons.", Signature = "geometry -> double")]
[Example("ST_Area(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "16")]
[Example("ST_Area(ST_Point(1, 2))", "0")]
internal readonly struct StAreaFunction : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => Measures.Area(GeometryReader.Read(first.Bytes));
}

[ScalarFunction("st_area", "The area of the polygons on the earth, in square metres.", Signature = "sphericalgeography -> double")]
[Example("round(ST_Area(to_spherical_geography(ST_GeometryFromText('POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))'))) / 1000000)", "12364")]
internal readonly struct StSphericalAreaFunction : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => Sphere.Area(GeometryReader.Read(first.Bytes));
}

[ScalarFunction("st_length", "The length of the lines.", Signature = "geometry -> double")]
[Example("ST_Length(ST_GeometryFromText('LINESTRING (0 0, 3 4, 3 5)'))", "6")]
[Example("ST_Length(ST_Point(1, 2))", "error 22023")]
internal readonly struct StLengthFunction : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => Measures.Length(GeometryReader.Read(first.Bytes).Expect("ST_Length", GeometryKind.LineString, GeometryKind.MultiLineString));
}

[ScalarFunction("st_length", "The length of the lines on the earth, in metres.", Signature = "sphericalgeography -> double")]
[Example("round(ST_Length(to_spherical_geography(ST_GeometryFromText('LINESTRING (0 0, 1 0)'))))", "111195")]
internal readonly struct StSphericalLengthFunction : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => Sphere.Length(GeometryReader.Read(first.Bytes).Expect("ST_Length", GeometryKind.LineString, GeometryKind.MultiLineString));
}

[ScalarFunction("st_perimeter", "The length of the rings of the polygons.", Signature = "geometry -> double")]
[Example("ST_Perimeter(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "16")]
internal readonly struct StPerimeterFunction : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => Measures.Length(GeometryReader.Read(first.Bytes).Expect("ST_Perimeter", GeometryKind.Polygon, GeometryKind.MultiPolygon));
}

[ScalarFunction("st_dimension", "0 for points, 1 for lines, 2 for polygons.", Signature = "geometry -> bigint")]
[Example("ST_Dimension(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "2")]
internal readonly struct StDimensionFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Dimension;
}

[ScalarFunction("st_coorddim", "The number of coordinates of a point.", Signature = "geometry -> bigint")]
[Example("ST_CoordDim(ST_Point(1, 2))", "2")]
internal readonly struct StCoordDimFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => GeometryReader.Read(first.Bytes) is not null ? 2 : 0;
}

[ScalarFunction("st_isempty", "Whether a geometry has no points.", Signature = "geometry -> boolean")]
[Example("ST_IsEmpty(ST_GeometryFromText('POINT EMPTY'))", "true")]
internal readonly struct StIsEmptyFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).IsEmpty;
}

[ScalarFunction("st_isclosed", "Whether the lines end where they begin.", Signature = "geometry -> boolean")]
[Example("ST_IsClosed(ST_GeometryFromText('LINESTRING (0 0, 1 1)'))", "false")]
internal readonly struct StIsClosedFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Expect("ST_IsClosed", GeometryKind.LineString, GeometryKind.MultiLineString).Simple.All(line => line.IsEmpty || line.Runs[0][0] == line.Runs[0][^1]);
}

[ScalarFunction("st_isring", "Whether a line ends where it begins and does not meet itself.", Signature = "geometry -> boolean")]
[Example("ST_IsRing(ST_GeometryFromText('LINESTRING (0 0, 1 1, 1 0, 0 0)'))", "true")]
internal readonly struct StIsRingFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Expect("ST_IsRing", GeometryKind.LineString) is { IsEmpty: false } line && line.Runs[0][0] == line.Runs[0][^1] && Relations.IsSimple(line);
}

[ScalarFunction("st_issimple", "Whether a geometry does not meet itself.", Signature = "geometry -> boolean")]
[Example("ST_IsSimple(ST_GeometryFromText('LINESTRING (0 0, 2 2, 2 0, 0 2)'))", "false")]
internal readonly struct StIsSimpleFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => Relations.IsSimple(GeometryReader.Read(first.Bytes));
}

[ScalarFunction("st_numpoints", "The number of coordinates; the closing ones of rings do not count.", Signature = "geometry -> bigint", Aliases = ["st_npoints"])]
[Example("ST_NumPoints(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "4")]
internal readonly struct StNumPointsFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Simple.Sum(part => (long)part.Runs.Sum(run => run.Length - (part.Kind == GeometryKind.Polygon ? 1 : 0)));
}

[ScalarFunction("st_numgeometries", "The number of parts; 1 for a point, a line or a polygon, 0 for an empty one.", Signature = "geometry -> bigint")]
[Example("ST_NumGeometries(ST_GeometryFromText('MULTIPOINT (1 2, 3 4)'))", "2")]
internal readonly struct StNumGeometriesFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => GeometryReader.Read(first.Bytes) is { IsEmpty: false } geometry ? Math.Max(1, geometry.Parts.Length) : 0;
}

[ScalarFunction("st_numinteriorring", "The number of holes of a polygon; NULL of an empty one.", Signature = "geometry -> bigint")]
[Example("ST_NumInteriorRing(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "0")]
internal readonly struct StNumInteriorRingFunction : IFunction<Utf8, long?>
{
    public static long? Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Expect("ST_NumInteriorRing", GeometryKind.Polygon) is { IsEmpty: false } polygon ? polygon.Runs.Length - 1 : null;
}
