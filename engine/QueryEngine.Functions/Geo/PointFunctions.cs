using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("st_point", "The point of two coordinates.", Signature = "double; double -> geometry", Aliases = ["st_makepoint", "st_makegeompoint"])]
[Example("ST_Point(1, 2)", "POINT (1 2)")]
[Example("ST_Point(infinity(), 2)", "error 22023")]
internal readonly struct StPointFunction : IFunction<double, double, TextOutput, Text>
{
    public static Text Invoke(double first, double second, TextOutput third) => double.IsFinite(first) && double.IsFinite(second)
        ? third.Write(GeometryWriter.Write(Geometry.Point(new(first, second))))
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"a point at {first}, {second}");
}

[ScalarFunction("great_circle_distance", "The way along the great circle between two places given by latitude and longitude, in kilometres.", Signature = "double; double; double; double -> double")]
[Example("round(great_circle_distance(36.12, -86.67, 33.94, -118.4), 2)", "2886.45")]
[Example("great_circle_distance(100, 0, 0, 0)", "error 22023")]
internal readonly struct GreatCircleDistanceFunction : IFunction<double, double, double, double, double>
{
    public static double Invoke(double first, double second, double third, double fourth) => Sphere.Distance(first, second, third, fourth);
}

[ScalarFunction("st_distance", "The least distance between two geometries; NULL when one is empty.", Signature = "geometry; geometry -> double")]
[Example("ST_Distance(ST_Point(0, 0), ST_Point(3, 4))", "5")]
[Example("ST_Distance(ST_Point(6, 2), ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "2")]
internal readonly struct StDistanceFunction : IFunction<Utf8, Utf8, GeometryCache, double?>
{
    public static double? Invoke(Utf8 first, Utf8 second, GeometryCache third) => Measures.Distance(third.First(first), third.Second(second));
}

[ScalarFunction("st_distance", "The way between two points on the earth, in metres; NULL when one is empty.", Signature = "sphericalgeography; sphericalgeography -> double")]
[Example("round(ST_Distance(to_spherical_geography(ST_Point(-86.67, 36.12)), to_spherical_geography(ST_Point(-118.40, 33.94))))", "2886449")]
internal readonly struct StSphericalDistanceFunction : IFunction<Utf8, Utf8, GeometryCache, double?>
{
    public static double? Invoke(Utf8 first, Utf8 second, GeometryCache third)
    {
        Geometry left = third.First(first).Expect("ST_Distance", GeometryKind.Point), right = third.Second(second).Expect("ST_Distance", GeometryKind.Point);
        return left.IsEmpty || right.IsEmpty ? null : 1000 * Sphere.Distance(left.At.Y, left.At.X, right.At.Y, right.At.X);
    }
}

[ScalarFunction("st_pointn", "A point of a line by its number, 1 for the first; NULL outside.", Signature = "geometry; bigint -> geometry")]
[Example("ST_PointN(ST_GeometryFromText('LINESTRING (0 0, 1 1)'), 2)", "POINT (1 1)")]
[Example("ST_PointN(ST_GeometryFromText('LINESTRING (0 0, 1 1)'), 3)", "NULL")]
internal readonly struct StPointNFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        Geometry line = GeometryReader.Read(first.Bytes).Expect("ST_PointN", GeometryKind.LineString);
        return !line.IsEmpty && second >= 1 && second <= line.Runs[0].Length
            ? third.Write(GeometryWriter.Write(Geometry.Point(line.Runs[0][second - 1])))
            : Text.Null;
    }
}

[ScalarFunction("st_geometryn", "A part of a geometry by its number, 1 for the first; NULL outside.", Signature = "geometry; bigint -> geometry")]
[Example("ST_GeometryN(ST_GeometryFromText('MULTIPOINT (1 2, 3 4)'), 2)", "POINT (3 4)")]
internal readonly struct StGeometryNFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        Geometry geometry = GeometryReader.Read(first.Bytes);
        Geometry[] parts = geometry.Parts.Length > 0 || geometry.IsEmpty ? geometry.Parts : [geometry];
        return second >= 1 && second <= parts.Length ? third.Write(GeometryWriter.Write(parts[second - 1])) : Text.Null;
    }
}

[ScalarFunction("st_interiorringn", "A hole of a polygon by its number, 1 for the first; NULL outside.", Signature = "geometry; bigint -> geometry")]
[Example("ST_InteriorRingN(ST_GeometryFromText('POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0), (1 1, 1 2, 2 2, 1 1))'), 1)", "LINESTRING (1 1, 1 2, 2 2, 1 1)")]
internal readonly struct StInteriorRingNFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        Geometry polygon = GeometryReader.Read(first.Bytes).Expect("ST_InteriorRingN", GeometryKind.Polygon);
        return second >= 1 && second < polygon.Runs.Length ? third.Write(GeometryWriter.Write(Geometry.Line(polygon.Runs[second]))) : Text.Null;
    }
}

[ScalarFunction("simplify_geometry", "A geometry without the points that are nearer than a tolerance to the line without them.", Signature = "geometry; double -> geometry")]
[Example("simplify_geometry(ST_GeometryFromText('LINESTRING (0 0, 1 0.1, 2 0)'), 0.5)", "LINESTRING (0 0, 2 0)")]
internal readonly struct SimplifyGeometryFunction : IFunction<Utf8, double, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, double second, TextOutput third) => second >= 0
        ? third.Write(GeometryWriter.Write(Shapes.Simplify(GeometryReader.Read(first.Bytes), second)))
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"a tolerance of {second}");
}

[ScalarFunction("line_interpolate_point", "The point at a fraction, 0 to 1, of the length of a line.", Signature = "geometry; double -> geometry")]
[Example("line_interpolate_point(ST_GeometryFromText('LINESTRING (0 0, 4 0)'), 0.25)", "POINT (1 0)")]
internal readonly struct LineInterpolatePointFunction : IFunction<Utf8, double, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, double second, TextOutput third)
    {
        Geometry line = GeometryReader.Read(first.Bytes).Expect("line_interpolate_point", GeometryKind.LineString);
        if (second is not (>= 0 and <= 1))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"the fraction {second} is not between 0 and 1");
        return line.IsEmpty ? Text.Null : third.Write(GeometryWriter.Write(Geometry.Point(Shapes.Interpolate(line.Runs[0], second))));
    }
}

[ScalarFunction("line_locate_point", "The fraction, 0 to 1, of the length of a line at which it comes nearest to a point.", Signature = "geometry; geometry -> double")]
[Example("line_locate_point(ST_GeometryFromText('LINESTRING (0 0, 4 0)'), ST_Point(1, 5))", "0.25")]
internal readonly struct LineLocatePointFunction : IFunction<Utf8, Utf8, GeometryCache, double?>
{
    public static double? Invoke(Utf8 first, Utf8 second, GeometryCache third)
    {
        Geometry line = third.First(first).Expect("line_locate_point", GeometryKind.LineString);
        Geometry point = third.Second(second).Expect("line_locate_point", GeometryKind.Point);
        return line.IsEmpty || point.IsEmpty ? null : Shapes.Locate(line.Runs[0], point.At);
    }
}
