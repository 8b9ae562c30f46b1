using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("st_contains", "Whether the second geometry lies in the first one and not only on its boundary.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Contains(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_Point(1, 1))", "true")]
[Example("ST_Contains(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_Point(0, 1))", "false")]
internal readonly struct StContainsFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Contains(third.First(first), third.Second(second));
}

[ScalarFunction("st_within", "Whether the first geometry lies in the second one and not only on its boundary.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Within(ST_Point(1, 1), ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "true")]
internal readonly struct StWithinFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Contains(third.Second(second), third.First(first));
}

[ScalarFunction("st_covers", "Whether every point of the second geometry is one of the first.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Covers(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_Point(0, 1))", "true")]
internal readonly struct StCoversFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Covers(third.First(first), third.Second(second));
}

[ScalarFunction("st_coveredby", "Whether every point of the first geometry is one of the second.", Signature = "geometry; geometry -> boolean")]
[Example("ST_CoveredBy(ST_Point(5, 1), ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "false")]
internal readonly struct StCoveredByFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Covers(third.Second(second), third.First(first));
}

[ScalarFunction("st_intersects", "Whether the geometries have a point in common.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Intersects(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_GeometryFromText('LINESTRING (-1 -1, 1 1)'))", "true")]
[Example("ST_Intersects(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_Point(9, 9))", "false")]
internal readonly struct StIntersectsFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Intersect(third.First(first), third.Second(second));
}

[ScalarFunction("st_disjoint", "Whether the geometries have no point in common.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Disjoint(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_Point(9, 9))", "true")]
internal readonly struct StDisjointFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => !Relations.Intersect(third.First(first), third.Second(second));
}

[ScalarFunction("st_equals", "Whether the geometries are the same set of points.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Equals(ST_GeometryFromText('LINESTRING (0 0, 2 2)'), ST_GeometryFromText('LINESTRING (2 2, 1 1, 0 0)'))", "true")]
internal readonly struct StEqualsFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.AreEqual(third.First(first), third.Second(second));
}

[ScalarFunction("st_touches", "Whether the geometries meet, but only on their boundaries.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Touches(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_GeometryFromText('POLYGON ((4 0, 4 4, 8 4, 8 0, 4 0))'))", "true")]
[Example("ST_Touches(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_Point(1, 1))", "false")]
internal readonly struct StTouchesFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Touch(third.First(first), third.Second(second));
}

[ScalarFunction("st_overlaps", "Whether geometries of one dimension share some but not all inner points.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Overlaps(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_GeometryFromText('POLYGON ((2 2, 2 6, 6 6, 6 2, 2 2))'))", "true")]
[Example("ST_Overlaps(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'))", "false")]
internal readonly struct StOverlapsFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Overlap(third.First(first), third.Second(second));
}

[ScalarFunction("st_crosses", "Whether the geometries share some inner points, but fewer dimensions than they have, or one goes through the other.", Signature = "geometry; geometry -> boolean")]
[Example("ST_Crosses(ST_GeometryFromText('LINESTRING (0 0, 2 2)'), ST_GeometryFromText('LINESTRING (0 2, 2 0)'))", "true")]
[Example("ST_Crosses(ST_GeometryFromText('POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))'), ST_GeometryFromText('LINESTRING (1 1, 9 9)'))", "true")]
internal readonly struct StCrossesFunction : IFunction<Utf8, Utf8, GeometryCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, GeometryCache third) => Relations.Cross(third.First(first), third.Second(second));
}
