namespace QueryEngine.Functions.Geo;

/// <summary>Lengths, areas and distances on the plane.</summary>
internal static class Measures
{
    /// <summary>The area of the polygons.</summary>
    public static double Area(Geometry geometry) => geometry.Simple
        .Where(part => part.Kind == GeometryKind.Polygon)
        .Sum(polygon => polygon.Runs.Select((ring, at) => at == 0 ? Math.Abs(SignedArea(ring)) : -Math.Abs(SignedArea(ring))).Sum());

    /// <summary>The area inside a ring; negative when it runs clockwise.</summary>
    public static double SignedArea(ReadOnlySpan<Coordinate> ring)
    {
        // Relative to the first corner, which keeps digits where coordinates are large.
        double twice = 0;
        for (int at = 1; at + 1 < ring.Length; at++)
            twice += ((ring[at].X - ring[0].X) * (ring[at + 1].Y - ring[0].Y)) - ((ring[at + 1].X - ring[0].X) * (ring[at].Y - ring[0].Y));
        return twice / 2;
    }

    /// <summary>The length of the lines, or of the rings of polygons.</summary>
    public static double Length(Geometry geometry) => geometry.Simple.Sum(part => part.Runs.Sum(run => RunLength(run)));

    /// <summary>The length of one line.</summary>
    public static double RunLength(ReadOnlySpan<Coordinate> run)
    {
        double sum = 0;
        for (int at = 1; at < run.Length; at++)
            sum += Distance(run[at - 1], run[at]);
        return sum;
    }

    /// <summary>The distance between two coordinates.</summary>
    public static double Distance(Coordinate left, Coordinate right) => Math.Sqrt(((left.X - right.X) * (left.X - right.X)) + ((left.Y - right.Y) * (left.Y - right.Y)));

    /// <summary>The centre of mass: of the polygons, else of the lines, else of the points; null when empty.</summary>
    public static Coordinate? Centroid(Geometry geometry)
    {
        double weight = 0, x = 0, y = 0;
        int dimension = geometry.Simple.Where(part => !part.IsEmpty).Select(part => part.Dimension).DefaultIfEmpty(-1).Max();
        foreach (Geometry part in geometry.Simple.Where(part => !part.IsEmpty && part.Dimension == dimension))
        {
            for (int run = 0; run < part.Runs.Length; run++)
            {
                if (dimension == 0)
                    Add(1, part.Runs[run][0]);
                else if (dimension == 1)
                    AddLine(part.Runs[run]);
                else
                    AddRing(part.Runs[run], isHole: run > 0);
            }
        }

        return weight == 0 ? geometry.IsEmpty ? null : geometry.Coordinates.First() : new Coordinate(x / weight, y / weight);

        void Add(double part, Coordinate at) => (weight, x, y) = (weight + part, x + (part * at.X), y + (part * at.Y));

        void AddLine(Coordinate[] line)
        {
            for (int at = 1; at < line.Length; at++)
                Add(Distance(line[at - 1], line[at]), Middle(line[at - 1], line[at]));
        }

        // A ring is the sum of signed triangles that meet in its first corner.
        void AddRing(Coordinate[] ring, bool isHole)
        {
            double sign = SignedArea(ring) < 0 != isHole ? -1 : 1;
            for (int at = 1; at + 1 < ring.Length; at++)
            {
                double area = sign * SignedArea([ring[0], ring[at], ring[at + 1]]);
                Add(area, new Coordinate((ring[0].X + ring[at].X + ring[at + 1].X) / 3, (ring[0].Y + ring[at].Y + ring[at + 1].Y) / 3));
            }
        }
    }

    /// <summary>The middle of two coordinates.</summary>
    public static Coordinate Middle(Coordinate left, Coordinate right) => new((left.X + right.X) / 2, (left.Y + right.Y) / 2);

    /// <summary>The least distance; null when one is empty.</summary>
    public static double? Distance(Geometry left, Geometry right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return null;
        if (Relations.Intersect(left, right))
            return 0;
        double least = double.PositiveInfinity;
        foreach ((Coordinate a, Coordinate b) in Segments(left))
            foreach ((Coordinate c, Coordinate d) in Segments(right))
                least = Math.Min(least, Math.Min(Math.Min(Distance(a, c, d), Distance(b, c, d)), Math.Min(Distance(c, a, b), Distance(d, a, b))));
        return least;
    }

    /// <summary>The segments of lines and rings; a point is a segment from itself to itself.</summary>
    public static IEnumerable<(Coordinate From, Coordinate To)> Segments(Geometry geometry)
    {
        foreach (Geometry part in geometry.Simple)
        {
            foreach (Coordinate[] run in part.Runs)
            {
                if (part.Kind == GeometryKind.Point)
                    yield return (run[0], run[0]);
                for (int at = 1; at < run.Length; at++)
                    yield return (run[at - 1], run[at]);
            }
        }
    }

    /// <summary>How far along a segment, 0 to 1, it comes nearest to a point.</summary>
    public static double NearestAlong(Coordinate point, Coordinate from, Coordinate to)
    {
        double dx = to.X - from.X, dy = to.Y - from.Y, square = (dx * dx) + (dy * dy);
        return square == 0 ? 0 : Math.Clamp((((point.X - from.X) * dx) + ((point.Y - from.Y) * dy)) / square, 0, 1);
    }

    /// <summary>The place so far along a segment.</summary>
    public static Coordinate Along(Coordinate from, Coordinate to, double fraction) =>
        fraction == 1 ? to : new(from.X + ((to.X - from.X) * fraction), from.Y + ((to.Y - from.Y) * fraction));

    private static double Distance(Coordinate point, Coordinate from, Coordinate to) =>
        Distance(point, Along(from, to, NearestAlong(point, from, to)));
}
