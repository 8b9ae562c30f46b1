namespace QueryEngine.Functions.Geo;

/// <summary>
/// How two geometries lie to each other. Lines and rings are cut where they meet the other geometry; then the middle of each piece tells where the whole
/// piece lies. Exact for coordinates whose products doubles hold; polygons are taken as valid.
/// </summary>
internal static class Relations
{
    private enum Place
    {
        Outside,
        Boundary,
        Inside,
    }

    /// <summary>Whether they have a point in common.</summary>
    public static bool Intersect(Geometry left, Geometry right) =>
        left.Simple.Any(one => right.Simple.Any(other => !one.IsEmpty && !other.IsEmpty && IntersectSimple(one, other)));

    /// <summary>Whether every point of the inner one is a point of the outer one.</summary>
    public static bool Covers(Geometry outer, Geometry inner)
    {
        if (outer.IsEmpty || inner.IsEmpty || inner.Dimension > outer.Dimension)
            return false;
        foreach (Geometry part in inner.Simple)
            foreach (Coordinate at in Samples(part, outer))
                if (PlaceOf(at, outer) == Place.Outside)
                    return false;

        // A hole of the outer one may lie inside of the inner polygon.
        return inner.Dimension < 2 || !Samples(outer, inner).Any(at => PlaceOf(at, inner) == Place.Inside && PlaceOf(at, outer) == Place.Boundary);
    }

    /// <summary>Whether the inner one lies in the outer one and not only on its boundary.</summary>
    public static bool Contains(Geometry outer, Geometry inner) => Covers(outer, inner) && InteriorsMeet(outer, inner);

    /// <summary>Whether they are the same set of points.</summary>
    public static bool AreEqual(Geometry left, Geometry right) =>
        (left.IsEmpty && right.IsEmpty) || (Covers(left, right) && Covers(right, left));

    /// <summary>Whether they have points in common, and none of these are inside of both.</summary>
    public static bool Touch(Geometry left, Geometry right) => Intersect(left, right) && !InteriorsMeet(left, right);

    /// <summary>Whether they have the same dimension, what they share too, and each has points that the other has not.</summary>
    public static bool Overlap(Geometry left, Geometry right) =>
        left.Dimension == right.Dimension && InteriorsMeet(left, right) && !Covers(left, right) && !Covers(right, left)
        && (left.Dimension != 1 || SharePieces(left, right));

    /// <summary>Whether they share some inner points, but of a lower dimension than theirs, or one goes through the other.</summary>
    public static bool Cross(Geometry left, Geometry right)
    {
        if (!InteriorsMeet(left, right))
            return false;
        if (left.Dimension == 1 && right.Dimension == 1)
            return !SharePieces(left, right);
        return left.Dimension != right.Dimension && !Covers(left.Dimension > right.Dimension ? left : right, left.Dimension > right.Dimension ? right : left);
    }

    /// <summary>Whether a line meets itself elsewhere than at its ends, or points repeat.</summary>
    public static bool IsSimple(Geometry geometry)
    {
        if (geometry.Dimension == 0)
            return geometry.Coordinates.Distinct().Count() == geometry.Coordinates.Count();
        foreach (Geometry part in geometry.Simple)
            foreach (Coordinate[] run in part.Runs)
                if (!IsSimple(run))
                    return false;
        return true;
    }

    private static bool IsSimple(Coordinate[] run)
    {
        for (int one = 1; one < run.Length; one++)
        {
            for (int other = one + 1; other < run.Length; other++)
            {
                bool isNext = other == one + 1, isClosing = one == 1 && other == run.Length - 1 && run[0] == run[^1];
                foreach (Coordinate at in Meetings(run[one - 1], run[one], run[other - 1], run[other]))
                    if (!(isNext && at == run[one]) && !(isClosing && at == run[0]))
                        return false;
            }
        }

        return true;
    }

    private static bool IntersectSimple(Geometry left, Geometry right)
    {
        if (left.Kind == GeometryKind.Polygon && PlaceOf(right.Runs[0][0], left) != Place.Outside)
            return true;
        if (right.Kind == GeometryKind.Polygon && PlaceOf(left.Runs[0][0], right) != Place.Outside)
            return true;
        return Measures.Segments(left).Any(one => Measures.Segments(right).Any(other => Meetings(one.From, one.To, other.From, other.To).Any()));
    }

    private static bool InteriorsMeet(Geometry left, Geometry right)
    {
        foreach ((Geometry one, Geometry other) in (ReadOnlySpan<(Geometry, Geometry)>)[(left, right), (right, left)])
            foreach (Geometry part in one.Simple.Where(part => !part.IsEmpty))
                foreach (Coordinate at in Samples(part, other).Concat(part.Kind == GeometryKind.Polygon ? [InnerPoint(part)] : []))
                    if (PlaceOf(at, part) == Place.Inside && PlaceOf(at, other) == Place.Inside)
                        return true;

        // The boundary of a polygon is not its inside: a piece of it inside of the other polygon has inner points beside it.
        return left.Dimension == 2 && right.Dimension == 2
            && (Samples(left, right).Any(at => PlaceOf(at, right) == Place.Inside) || Samples(right, left).Any(at => PlaceOf(at, left) == Place.Inside));
    }

    // Whether some piece of one line lies on the other.
    private static bool SharePieces(Geometry left, Geometry right) =>
        Measures.Segments(left).Any(one => Pieces(one.From, one.To, right).Any(piece => piece.From != piece.To && PlaceOf(Measures.Middle(piece.From, piece.To), right) != Place.Outside));

    /// <summary>The coordinates of a geometry, where it meets the other one, and the middles between.</summary>
    private static IEnumerable<Coordinate> Samples(Geometry geometry, Geometry other)
    {
        foreach ((Coordinate from, Coordinate to) in Measures.Segments(geometry))
        {
            foreach ((Coordinate start, Coordinate end) in Pieces(from, to, other))
            {
                yield return start;
                yield return end;
                if (start != end)
                    yield return Measures.Middle(start, end);
            }
        }
    }

    private static IEnumerable<(Coordinate From, Coordinate To)> Pieces(Coordinate from, Coordinate to, Geometry other)
    {
        var cuts = new List<Coordinate> { from, to };
        foreach ((Coordinate start, Coordinate end) in Measures.Segments(other))
            cuts.AddRange(Meetings(from, to, start, end));
        Coordinate[] ordered = [.. cuts.Distinct().OrderBy(at => Measures.Distance(from, at))];
        if (ordered.Length == 1)
            yield return (from, from);
        for (int at = 1; at < ordered.Length; at++)
            yield return (ordered[at - 1], ordered[at]);
    }

    /// <summary>Where two segments meet: nowhere, in a point, or the ends of what they share.</summary>
    private static IEnumerable<Coordinate> Meetings(Coordinate a, Coordinate b, Coordinate c, Coordinate d)
    {
        double abc = Side(a, b, c), abd = Side(a, b, d), cda = Side(c, d, a), cdb = Side(c, d, b);
        if (abc == 0 && IsBetween(a, b, c))
            yield return c;
        if (abd == 0 && IsBetween(a, b, d))
            yield return d;
        if (cda == 0 && IsBetween(c, d, a))
            yield return a;
        if (cdb == 0 && IsBetween(c, d, b))
            yield return b;
        if (Math.Sign(abc) * Math.Sign(abd) < 0 && Math.Sign(cda) * Math.Sign(cdb) < 0)
            yield return Measures.Along(a, b, cda / (cda - cdb));
    }

    private static double Side(Coordinate a, Coordinate b, Coordinate point) => ((b.X - a.X) * (point.Y - a.Y)) - ((b.Y - a.Y) * (point.X - a.X));

    private static bool IsBetween(Coordinate a, Coordinate b, Coordinate point) =>
        point.X >= Math.Min(a.X, b.X) && point.X <= Math.Max(a.X, b.X) && point.Y >= Math.Min(a.Y, b.Y) && point.Y <= Math.Max(a.Y, b.Y);

    // Where a computed crossing lies is known up to rounding.
    private static bool IsOn(Coordinate a, Coordinate b, Coordinate point)
    {
        double size = Math.Max(Math.Max(Math.Abs(a.X), Math.Abs(b.X)), Math.Max(Math.Abs(a.Y), Math.Abs(b.Y)));
        return Measures.Distance(point, Measures.Along(a, b, Measures.NearestAlong(point, a, b))) <= size * 1e-14;
    }

    private static Place PlaceOf(Coordinate at, Geometry geometry)
    {
        Place best = Place.Outside;
        int ends = 0;
        foreach (Geometry part in geometry.Simple)
        {
            Place place = part.IsEmpty ? Place.Outside : PlaceIn(at, part);
            if (part.Kind == GeometryKind.LineString && place == Place.Boundary)
                ends++;
            else if (place > best)
                best = place;
        }

        // Of several lines, a place where an odd number of them ends is the boundary.
        if (ends > 0 && best == Place.Outside)
            best = ends % 2 == 1 ? Place.Boundary : Place.Inside;
        return best;
    }

    private static Place PlaceIn(Coordinate at, Geometry simple)
    {
        switch (simple.Kind)
        {
            case GeometryKind.Point:
                return simple.At == at ? Place.Inside : Place.Outside;
            case GeometryKind.LineString:
                Coordinate[] run = simple.Runs[0];
                if (run[0] != run[^1] && (at == run[0] || at == run[^1]))
                    return Place.Boundary;
                return Measures.Segments(simple).Any(segment => IsOn(segment.From, segment.To, at)) ? Place.Inside : Place.Outside;
            default:
                for (int ring = 0; ring < simple.Runs.Length; ring++)
                {
                    Place place = PlaceInRing(at, simple.Runs[ring]);
                    if (place == Place.Boundary)
                        return Place.Boundary;
                    if (place == Place.Outside != ring > 0)
                        return Place.Outside;
                }

                return Place.Inside;
        }
    }

    private static Place PlaceInRing(Coordinate at, Coordinate[] ring)
    {
        bool isInside = false;
        for (int next = 1; next < ring.Length; next++)
        {
            (Coordinate a, Coordinate b) = (ring[next - 1], ring[next]);
            if (IsOn(a, b, at))
                return Place.Boundary;
            if (a.Y > at.Y != b.Y > at.Y && at.X < a.X + ((at.Y - a.Y) / (b.Y - a.Y) * (b.X - a.X)))
                isInside = !isInside;
        }

        return isInside ? Place.Inside : Place.Outside;
    }

    /// <summary>Some point inside of a polygon: the middle of the widest stretch at a height between two corners.</summary>
    private static Coordinate InnerPoint(Geometry polygon)
    {
        double[] heights = [.. polygon.Coordinates.Select(at => at.Y).Distinct().Order()];
        Coordinate best = polygon.Runs[0][0];
        double widest = -1;
        for (int at = 1; at < heights.Length; at++)
        {
            double y = (heights[at - 1] + heights[at]) / 2;
            double[] crossings = [.. Measures.Segments(polygon).Where(segment => segment.From.Y > y != segment.To.Y > y)
                .Select(segment => segment.From.X + ((y - segment.From.Y) / (segment.To.Y - segment.From.Y) * (segment.To.X - segment.From.X))).Order()];
            for (int crossing = 1; crossing < crossings.Length; crossing += 2)
                if (crossings[crossing] - crossings[crossing - 1] > widest)
                    (best, widest) = (new((crossings[crossing] + crossings[crossing - 1]) / 2, y), crossings[crossing] - crossings[crossing - 1]);
        }

        return best;
    }
}
