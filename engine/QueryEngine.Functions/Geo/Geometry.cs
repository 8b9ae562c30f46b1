using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

/// <summary>A point on the plane; on the sphere X is the longitude and Y the latitude, in degrees.</summary>
internal readonly record struct Coordinate(double X, double Y);

/// <summary>The kinds of geometries, numbered as in well-known binary.</summary>
internal enum GeometryKind
{
    Point = 1,
    LineString = 2,
    Polygon = 3,
    MultiPoint = 4,
    MultiLineString = 5,
    MultiPolygon = 6,
    GeometryCollection = 7,
}

/// <summary>
/// A geometry. A point has one run of one coordinate, a line one run, a polygon its outer ring and then its holes; the others have parts. An empty one
/// has neither.
/// </summary>
internal sealed record Geometry(GeometryKind Kind, Coordinate[][] Runs, Geometry[] Parts)
{
    /// <summary>The name as <c>ST_GeometryType</c> gives it.</summary>
    public string Name => $"ST_{(Kind == GeometryKind.GeometryCollection ? "GeomCollection" : Kind.ToString())}";

    /// <summary>Whether there is no coordinate.</summary>
    public bool IsEmpty => Runs.Length == 0 && Array.TrueForAll(Parts, part => part.IsEmpty);

    /// <summary>0 for points, 1 for lines, 2 for polygons: the largest of a collection's parts.</summary>
    public int Dimension => Kind switch
    {
        GeometryKind.Point or GeometryKind.MultiPoint => 0,
        GeometryKind.LineString or GeometryKind.MultiLineString => 1,
        GeometryKind.Polygon or GeometryKind.MultiPolygon => 2,
        GeometryKind.GeometryCollection => Parts.Length == 0 ? 0 : Parts.Max(part => part.Dimension),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The points, lines and polygons that it is made of; itself when it is one.</summary>
    public IEnumerable<Geometry> Simple => Kind < GeometryKind.MultiPoint ? [this] : Parts.SelectMany(part => part.Simple);

    /// <summary>All coordinates, in order.</summary>
    public IEnumerable<Coordinate> Coordinates => Runs.SelectMany(run => run).Concat(Parts.SelectMany(part => part.Coordinates));

    /// <summary>A point.</summary>
    public static Geometry Point(Coordinate at) => new(GeometryKind.Point, [[at]], []);

    /// <summary>A line.</summary>
    public static Geometry Line(params Coordinate[] run) => new(GeometryKind.LineString, run.Length == 0 ? [] : [run], []);

    /// <summary>A polygon of an outer ring and holes.</summary>
    public static Geometry Polygon(params Coordinate[][] rings) => new(GeometryKind.Polygon, rings, []);

    /// <summary>An empty geometry.</summary>
    public static Geometry Empty(GeometryKind kind) => new(kind, [], []);

    /// <summary>Several geometries of one kind as one.</summary>
    public static Geometry Multi(GeometryKind kind, IEnumerable<Geometry> parts) => new(kind, [], [.. parts]);

    /// <summary>The coordinate of a point that is not empty.</summary>
    public Coordinate At => Runs[0][0];

    /// <summary>The smallest rectangle around it; null when it is empty.</summary>
    public (Coordinate Least, Coordinate Most)? Box()
    {
        if (IsEmpty)
            return null;
        double minX = double.PositiveInfinity, minY = minX, maxX = double.NegativeInfinity, maxY = maxX;
        foreach (Coordinate at in Coordinates)
            (minX, minY, maxX, maxY) = (Math.Min(minX, at.X), Math.Min(minY, at.Y), Math.Max(maxX, at.X), Math.Max(maxY, at.Y));
        return (new(minX, minY), new(maxX, maxY));
    }

    /// <summary>Refuses other kinds than a function takes.</summary>
    public Geometry Expect(string function, params ReadOnlySpan<GeometryKind> kinds) => kinds.Contains(Kind)
        ? this
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"{function} does not take a {Kind}");
}
