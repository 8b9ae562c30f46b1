using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("st_isvalid", "Whether rings do not meet themselves and holes lie in their polygons, not in one another.", Signature = "geometry -> boolean")]
[Example("ST_IsValid(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "true")]
[Example("ST_IsValid(ST_GeometryFromText('POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))'))", "false")]
[Example("ST_IsValid(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (5 5, 5 6, 6 6, 5 5))'))", "false")]
internal readonly struct StIsValidFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => GeometryReader.Read(first.Bytes).Simple.All(IsValid);

    private static bool IsValid(Geometry part)
    {
        if (part.Kind != GeometryKind.Polygon)
            return true;
        Geometry[] rings = [.. part.Runs.Select(ring => Geometry.Polygon(ring))];
        return part.Runs.All(ring => Relations.IsSimple(Geometry.Line(ring)))
            && rings.Skip(1).All(hole => Relations.Covers(rings[0], hole))
            && !rings.Skip(1).Any(hole => rings.Skip(1).Any(other => !ReferenceEquals(hole, other) && Relations.Overlap(hole, other)));
    }
}

[ScalarFunction("line_interpolate_points", "The points at a fraction, 0 to 1, of the length of a line and at its multiples.")]
[Example("line_interpolate_points(ST_GeometryFromText('LINESTRING (0 0, 4 0)'), 0.5)", "[POINT (2 0), POINT (4 0)]")]
[Example("line_interpolate_points(ST_GeometryFromText('LINESTRING (0 0, 4 0)'), 0.0)", "error 22023")]
internal sealed class LineInterpolatePointsOverload() : RowOverload("geometry, double -> array(geometry)")
{
    protected internal override void Invoke(in RowCall call)
    {
        Geometry line = GeometryReader.Read(call.Bytes(0)).Expect("line_interpolate_points", GeometryKind.LineString);
        double fraction = call.Double(1);
        if (fraction is not (>= 1e-6 and <= 1))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"the fraction {fraction} is not between a millionth and 1");

        var builder = (ArrayBuilder)call.Result;
        for (int step = 1; !line.IsEmpty && step * fraction <= 1 + 1e-12; step++)
            ((BytesBuilder)builder.Elements).Append(GeometryWriter.Write(Geometry.Point(Shapes.Interpolate(line.Runs[0], Math.Min(1, step * fraction)))));
        builder.EndRow();
    }
}
