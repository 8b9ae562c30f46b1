using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("st_geometryfromtext", "The geometry of a well-known text.", Signature = "varchar -> geometry", Aliases = ["st_geomfromtext", "st_geomfromwkt"])]
[Example("ST_GeometryFromText('point(1 2)')", "POINT (1 2)")]
[Example("ST_GeometryFromText('POINT (1)')", "error 22P02")]
internal readonly struct StGeometryFromTextFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(GeometryReader.Read(first.Bytes)));
}

[ScalarFunction("st_linefromtext", "The line of a well-known text.", Signature = "varchar -> geometry")]
[Example("ST_LineFromText('LINESTRING (1 1, 2 2)')", "LINESTRING (1 1, 2 2)")]
internal readonly struct StLineFromTextFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(GeometryReader.Read(first.Bytes).Expect("ST_LineFromText", GeometryKind.LineString)));
}

[ScalarFunction("st_polygon", "The polygon of a well-known text.", Signature = "varchar -> geometry")]
[Example("ST_Polygon('POLYGON ((0 0, 0 1, 1 1, 0 0))')", "POLYGON ((0 0, 0 1, 1 1, 0 0))")]
internal readonly struct StPolygonFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(GeometryReader.Read(first.Bytes).Expect("ST_Polygon", GeometryKind.Polygon)));
}

[ScalarFunction("st_astext", "The well-known text of a geometry.", Signature = "geometry -> varchar|sphericalgeography -> varchar", Aliases = ["st_aswkt"])]
[Example("ST_AsText(ST_Point(1, 2.5))", "POINT (1 2.5)")]
internal readonly struct StAsTextFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes);
}

[ScalarFunction("st_asbinary", "The well-known binary of a geometry.", Signature = "geometry -> varbinary", Aliases = ["st_aswkb"])]
[Example("to_hex(ST_AsBinary(ST_Point(1, 2)))", "0101000000000000000000F03F0000000000000040")]
internal readonly struct StAsBinaryFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.WriteBinary(GeometryReader.Read(first.Bytes)));
}

[ScalarFunction("st_geomfrombinary", "The geometry of a well-known binary.", Signature = "varbinary -> geometry", Aliases = ["st_geomfromwkb"])]
[Example("ST_GeomFromBinary(ST_AsBinary(ST_Point(1, 2)))", "POINT (1 2)")]
[Example("ST_GeomFromBinary(VARBINARY '\\x01')", "error 22023")]
internal readonly struct StGeomFromBinaryFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(BinaryGeometryReader.Read(first.Bytes)));
}

[ScalarFunction("to_spherical_geography", "A geometry of longitudes and latitudes as one on the earth.", Signature = "geometry -> sphericalgeography")]
[Example("to_spherical_geography(ST_Point(10, 20))", "POINT (10 20)")]
[Example("to_spherical_geography(ST_Point(200, 20))", "error 22023")]
internal readonly struct ToSphericalGeographyFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => SphericalConversion.Write(first, second);
}

[ScalarFunction("to_geometry", "A geometry on the earth as one on the plane.", Signature = "sphericalgeography -> geometry")]
[Example("to_geometry(to_spherical_geography(ST_Point(10, 20)))", "POINT (10 20)")]
internal readonly struct ToGeometryFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes);
}

[ScalarFunction("st_geometrytype", "The kind of a geometry.", Signature = "geometry -> varchar")]
[Example("ST_GeometryType(ST_Point(1, 2))", "ST_Point")]
internal readonly struct StGeometryTypeFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryReader.Read(first.Bytes).Name);
}

[ScalarFunction("st_centroid", "The centre of mass: of the polygons, else of the lines, else of the points.", Signature = "geometry -> geometry")]
[Example("ST_Centroid(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "POINT (2 2)")]
[Example("ST_Centroid(ST_GeometryFromText('LINESTRING (0 0, 2 0)'))", "POINT (1 0)")]
internal readonly struct StCentroidFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(Measures.Centroid(GeometryReader.Read(first.Bytes)) is { } at ? Geometry.Point(at) : Geometry.Empty(GeometryKind.Point)));
}

[ScalarFunction("st_envelope", "The smallest rectangle around a geometry.", Signature = "geometry -> geometry")]
[Example("ST_Envelope(ST_GeometryFromText('LINESTRING (1 2, 3 4)'))", "POLYGON ((1 2, 1 4, 3 4, 3 2, 1 2))")]
internal readonly struct StEnvelopeFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(Shapes.Envelope(GeometryReader.Read(first.Bytes))));
}

[ScalarFunction("st_convexhull", "The smallest convex geometry around a geometry.", Signature = "geometry -> geometry")]
[Example("ST_ConvexHull(ST_GeometryFromText('MULTIPOINT (0 0, 2 0, 1 1, 0 2, 2 2)'))", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))")]
internal readonly struct StConvexHullFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(Shapes.ConvexHull(GeometryReader.Read(first.Bytes).Coordinates)));
}

[ScalarFunction("st_boundary", "The ends of the lines, the rings of the polygons.", Signature = "geometry -> geometry")]
[Example("ST_Boundary(ST_GeometryFromText('LINESTRING (0 0, 1 1, 2 0)'))", "MULTIPOINT ((0 0), (2 0))")]
internal readonly struct StBoundaryFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(Shapes.Boundary(GeometryReader.Read(first.Bytes))));
}

[ScalarFunction("st_exteriorring", "The outer ring of a polygon as a line.", Signature = "geometry -> geometry")]
[Example("ST_ExteriorRing(ST_Polygon('POLYGON ((0 0, 0 1, 1 1, 0 0))'))", "LINESTRING (0 0, 0 1, 1 1, 0 0)")]
internal readonly struct StExteriorRingFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(GeometryWriter.Write(GeometryReader.Read(first.Bytes).Expect("ST_ExteriorRing", GeometryKind.Polygon) is { IsEmpty: false } polygon ? Geometry.Line(polygon.Runs[0]) : Geometry.Empty(GeometryKind.LineString)));
}

[ScalarFunction("st_startpoint", "The first point of a line.", Signature = "geometry -> geometry")]
[Example("ST_StartPoint(ST_GeometryFromText('LINESTRING (0 0, 1 1)'))", "POINT (0 0)")]
internal readonly struct StStartPointFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => GeometryReader.Read(first.Bytes).Expect("ST_StartPoint", GeometryKind.LineString) is { IsEmpty: false } line ? second.Write(GeometryWriter.Write(Geometry.Point(line.Runs[0][0]))) : Text.Null;
}

[ScalarFunction("st_endpoint", "The last point of a line.", Signature = "geometry -> geometry")]
[Example("ST_EndPoint(ST_GeometryFromText('LINESTRING (0 0, 1 1)'))", "POINT (1 1)")]
internal readonly struct StEndPointFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => GeometryReader.Read(first.Bytes).Expect("ST_EndPoint", GeometryKind.LineString) is { IsEmpty: false } line ? second.Write(GeometryWriter.Write(Geometry.Point(line.Runs[0][^1]))) : Text.Null;
}
