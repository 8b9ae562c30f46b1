using QueryEngine.Columnar;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("st_linestring", "The line through points.", Aliases = ["st_makeline"])]
[Example("ST_LineString(ARRAY[ST_Point(1, 2), ST_Point(3, 4)])", "LINESTRING (1 2, 3 4)")]
internal sealed class LineStringOverload() : RowOverload("array(geometry) -> geometry")
{
    protected internal override void Invoke(in RowCall call)
    {
        Coordinate[] run = GeometryArrays.Points(call, "ST_LineString");
        call.Append(GeometryWriter.Write(run.Length >= 2 ? Geometry.Line(run) : Geometry.Empty(GeometryKind.LineString)));
    }
}

[ScalarFunction("st_multipoint", "Several points as one geometry; NULL of none.")]
[Example("ST_MultiPoint(ARRAY[ST_Point(1, 2), ST_Point(3, 4)])", "MULTIPOINT ((1 2), (3 4))")]
internal sealed class MultiPointOverload() : RowOverload("array(geometry) -> geometry")
{
    protected internal override void Invoke(in RowCall call)
    {
        Coordinate[] run = GeometryArrays.Points(call, "ST_MultiPoint");
        if (run.Length == 0)
            call.AppendNull();
        else
            call.Append(GeometryWriter.Write(Geometry.Multi(GeometryKind.MultiPoint, run.Select(Geometry.Point))));
    }
}

/// <summary>A function from a geometry to an array of geometries.</summary>
internal abstract class GeometryPartsOverload() : RowOverload("geometry -> array(geometry)")
{
    protected abstract IEnumerable<Geometry> Parts(Geometry geometry);

    protected internal sealed override void Invoke(in RowCall call)
    {
        var builder = (ArrayBuilder)call.Result;
        foreach (Geometry part in Parts(GeometryReader.Read(call.Bytes(0))))
            ((BytesBuilder)builder.Elements).Append(GeometryWriter.Write(part));
        builder.EndRow();
    }
}

[ScalarFunction("st_points", "The points of a geometry.")]
[Example("ST_Points(ST_GeometryFromText('LINESTRING (1 2, 3 4)'))", "[POINT (1 2), POINT (3 4)]")]
internal sealed class PointsOverload : GeometryPartsOverload
{
    protected override IEnumerable<Geometry> Parts(Geometry geometry) => geometry.Coordinates.Select(Geometry.Point);
}

[ScalarFunction("st_geometries", "The parts of a geometry; itself when it has none.")]
[Example("ST_Geometries(ST_GeometryFromText('MULTIPOINT (1 2, 3 4)'))", "[POINT (1 2), POINT (3 4)]")]
internal sealed class GeometriesOverload : GeometryPartsOverload
{
    protected override IEnumerable<Geometry> Parts(Geometry geometry) => geometry.Parts.Length > 0 || geometry.IsEmpty ? geometry.Parts : [geometry];
}

[ScalarFunction("st_interiorrings", "The holes of a polygon as lines.")]
[Example("ST_InteriorRings(ST_Polygon('POLYGON ((0 0, 0 9, 9 9, 0 0))'))", "[]")]
internal sealed class InteriorRingsOverload : GeometryPartsOverload
{
    protected override IEnumerable<Geometry> Parts(Geometry geometry) =>
        geometry.Expect("ST_InteriorRings", GeometryKind.Polygon).Runs.Skip(1).Select(ring => Geometry.Line(ring));
}

[ScalarFunction("st_envelopeaspts", "The lower left and the upper right corner of the rectangle around a geometry.")]
[Example("ST_EnvelopeAsPts(ST_GeometryFromText('LINESTRING (1 4, 3 2)'))", "[POINT (1 2), POINT (3 4)]")]
internal sealed class EnvelopeAsPointsOverload : GeometryPartsOverload
{
    protected override IEnumerable<Geometry> Parts(Geometry geometry) =>
        geometry.Box() is var (least, most) ? [Geometry.Point(least), Geometry.Point(most)] : [];
}

[AggregateFunction("convex_hull_agg", "The smallest convex geometry around all geometries.")]
internal sealed class ConvexHullAggregate() : CollectingAggregate("geometry -> geometry")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        var reader = new BytesReader(columns[0]);
        var coordinates = new HashSet<Coordinate>();
        foreach (int row in rows)
            coordinates.UnionWith(GeometryReader.Read(reader[row]).Coordinates);
        ((BytesBuilder)result).Append(GeometryWriter.Write(Shapes.ConvexHull(coordinates)));
    }
}

/// <summary>Arrays of points.</summary>
internal static class GeometryArrays
{
    /// <summary>The coordinates of the points of the first argument.</summary>
    public static Coordinate[] Points(in RowCall call, string function)
    {
        ArrayRow array = call.Array(0);
        var reader = new BytesReader(array.Elements);
        var run = new List<Coordinate>();
        for (int at = array.Start; at < array.End; at++)
        {
            if (array.Elements.IsNull(at))
                throw new QueryException(ErrorCode.NullNotAllowed, $"a point of {function} is NULL");
            Geometry point = GeometryReader.Read(reader[at]).Expect(function, GeometryKind.Point);
            run.Add(point.IsEmpty ? throw new QueryException(ErrorCode.InvalidParameterValue, $"a point of {function} is empty") : point.At);
        }

        return [.. run];
    }
}
