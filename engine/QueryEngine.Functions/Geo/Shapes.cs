namespace QueryEngine.Functions.Geo;

/// <summary>Geometries made of others.</summary>
internal static class Shapes
{
    /// <summary>The smallest convex geometry around all coordinates (Andrew's monotone chain).</summary>
    public static Geometry ConvexHull(IEnumerable<Coordinate> coordinates)
    {
        Coordinate[] sorted = [.. coordinates.Distinct().OrderBy(at => at.X).ThenBy(at => at.Y)];
        if (sorted.Length == 0)
            return Geometry.Empty(GeometryKind.GeometryCollection);
        if (sorted.Length == 1)
            return Geometry.Point(sorted[0]);

        Coordinate[] hull = [.. Half(sorted)[..^1], .. Half(sorted.Reverse())];
        return hull.Length == 3 ? Geometry.Line(hull[..2]) : Geometry.Polygon(hull);
    }

    /// <summary>The rectangle around a geometry; a point or a line when it is flat.</summary>
    public static Geometry Envelope(Geometry geometry)
    {
        if (geometry.Box() is not var (least, most))
            return Geometry.Empty(GeometryKind.Polygon);
        if (least == most)
            return Geometry.Point(least);
        return least.X == most.X || least.Y == most.Y
            ? Geometry.Line(least, most)
            : Geometry.Polygon([least, new(least.X, most.Y), most, new(most.X, least.Y), least]);
    }

    /// <summary>The ends of lines, the rings of polygons, nothing of points.</summary>
    public static Geometry Boundary(Geometry geometry)
    {
        if (geometry.Dimension == 2)
        {
            Geometry[] rings = [.. geometry.Simple.SelectMany(part => part.Runs).Select(ring => Geometry.Line(ring))];
            return rings.Length == 1 ? rings[0] : Geometry.Multi(GeometryKind.MultiLineString, rings);
        }

        IEnumerable<Coordinate> ends = geometry.Simple.Where(part => part.Kind == GeometryKind.LineString && !part.IsEmpty && part.Runs[0][0] != part.Runs[0][^1])
            .SelectMany(line => (Coordinate[])[line.Runs[0][0], line.Runs[0][^1]]);
        Geometry[] odd = [.. ends.GroupBy(at => at).Where(group => group.Count() % 2 == 1).Select(group => Geometry.Point(group.Key))];
        return odd.Length == 0 ? Geometry.Empty(GeometryKind.MultiPoint) : Geometry.Multi(GeometryKind.MultiPoint, odd);
    }

    /// <summary>Leaves out coordinates nearer than a distance to the line without them (Douglas and Peucker).</summary>
    public static Geometry Simplify(Geometry geometry, double tolerance)
    {
        if (geometry.Parts.Length > 0)
            return geometry with { Parts = [.. geometry.Parts.Select(part => Simplify(part, tolerance)).Where(part => !part.IsEmpty)] };
        if (geometry.Kind == GeometryKind.Point)
            return geometry;
        Coordinate[][] runs = [.. geometry.Runs.Select(run => SimplifyRun(run, tolerance))];
        return geometry.Kind == GeometryKind.LineString
            ? geometry with { Runs = runs }
            : runs.Length > 0 && runs[0].Length >= 4 ? geometry with { Runs = [.. runs.Where(ring => ring.Length >= 4)] } : Geometry.Empty(GeometryKind.Polygon);
    }

    /// <summary>The place at a fraction of a line's length.</summary>
    public static Coordinate Interpolate(ReadOnlySpan<Coordinate> run, double fraction)
    {
        double left = Measures.RunLength(run) * fraction;
        for (int at = 1; at < run.Length; at++)
        {
            double length = Measures.Distance(run[at - 1], run[at]);
            if (left <= length && length > 0)
                return Measures.Along(run[at - 1], run[at], left / length);
            left -= length;
        }

        return run[^1];
    }

    /// <summary>The fraction of a line's length at which it comes nearest to a point.</summary>
    public static double Locate(ReadOnlySpan<Coordinate> run, Coordinate point)
    {
        double least = double.PositiveInfinity, best = 0, before = 0;
        for (int at = 1; at < run.Length; at++)
        {
            double along = Measures.NearestAlong(point, run[at - 1], run[at]), length = Measures.Distance(run[at - 1], run[at]);
            double distance = Measures.Distance(point, Measures.Along(run[at - 1], run[at], along));
            if (distance < least)
                (least, best) = (distance, before + (along * length));
            before += length;
        }

        return before == 0 ? 0 : best / before;
    }

    private static Coordinate[] Half(IEnumerable<Coordinate> sorted)
    {
        var hull = new List<Coordinate>();
        foreach (Coordinate at in sorted)
        {
            while (hull.Count >= 2 && Measures.SignedArea([hull[^2], hull[^1], at]) <= 0)
                hull.RemoveAt(hull.Count - 1);
            hull.Add(at);
        }

        return [.. hull];
    }

    private static Coordinate[] SimplifyRun(Coordinate[] run, double tolerance)
    {
        bool[] kept = new bool[run.Length];
        kept[0] = kept[^1] = true;
        var open = new Stack<(int First, int Last)>([(0, run.Length - 1)]);
        while (open.TryPop(out (int First, int Last) range))
        {
            int farthest = -1;
            double most = tolerance;
            for (int at = range.First + 1; at < range.Last; at++)
            {
                double along = Measures.NearestAlong(run[at], run[range.First], run[range.Last]);
                double distance = Measures.Distance(run[at], Measures.Along(run[range.First], run[range.Last], along));
                if (distance > most)
                    (farthest, most) = (at, distance);
            }

            if (farthest < 0)
                continue;
            kept[farthest] = true;
            open.Push((range.First, farthest));
            open.Push((farthest, range.Last));
        }

        return [.. run.Where((_, at) => kept[at])];
    }
}
