using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

/// <summary>Measures on the earth, taken as a sphere.</summary>
internal static class Sphere
{
    /// <summary>The mean radius in kilometres.</summary>
    public const double Radius = 6371.01;

    /// <summary>The way along the great circle, in kilometres.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE when a latitude is not -90 to 90 or a longitude not -180 to 180.</exception>
    public static double Distance(double latitude1, double longitude1, double latitude2, double longitude2)
    {
        Check(latitude1, longitude1);
        Check(latitude2, longitude2);
        double phi1 = double.DegreesToRadians(latitude1), phi2 = double.DegreesToRadians(latitude2);
        double lambda = double.DegreesToRadians(longitude1 - longitude2);
        double t1 = Math.Cos(phi2) * Math.Sin(lambda);
        double t2 = (Math.Cos(phi1) * Math.Sin(phi2)) - (Math.Sin(phi1) * Math.Cos(phi2) * Math.Cos(lambda));
        double t3 = (Math.Sin(phi1) * Math.Sin(phi2)) + (Math.Cos(phi1) * Math.Cos(phi2) * Math.Cos(lambda));
        return Math.Atan2(Math.Sqrt((t1 * t1) + (t2 * t2)), t3) * Radius;
    }

    /// <summary>The length of lines, in metres.</summary>
    public static double Length(Geometry geometry) => geometry.Simple.Sum(part => part.Runs.Sum(run =>
    {
        double sum = 0;
        for (int at = 1; at < run.Length; at++)
            sum += Distance(run[at - 1].Y, run[at - 1].X, run[at].Y, run[at].X);
        return sum * 1000;
    }));

    /// <summary>The area of polygons, in square metres.</summary>
    public static double Area(Geometry geometry) => geometry.Simple.Where(part => part.Kind == GeometryKind.Polygon)
        .Sum(polygon => polygon.Runs.Select((ring, at) => (at == 0 ? 1 : -1) * RingArea(ring)).Sum());

    /// <summary>Refuses what is no place on the earth.</summary>
    public static void Check(double latitude, double longitude)
    {
        if (latitude is not (>= -90 and <= 90))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"latitude {latitude} is not between -90 and 90");
        if (longitude is not (>= -180 and <= 180))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"longitude {longitude} is not between -180 and 180");
    }

    // The spherical excess of the trapezoids between the edges and the equator; a ring around a pole lacks a hemisphere (as Trino and Presto compute it).
    private static double RingArea(Coordinate[] ring)
    {
        double excess = 0, course = 0;
        for (int at = 1; at < ring.Length; at++)
        {
            double phi1 = double.DegreesToRadians(ring[at - 1].Y), phi2 = double.DegreesToRadians(ring[at].Y);
            double turn = Math.IEEERemainder(double.DegreesToRadians(ring[at].X - ring[at - 1].X), 2 * Math.PI);
            double t1 = Math.Tan(phi1 / 2), t2 = Math.Tan(phi2 / 2);
            excess += 2 * Math.Atan2(Math.Tan(turn / 2) * (t1 + t2), 1 + (t1 * t2));
            course += turn;
        }

        if (Math.Abs(course) > Math.PI)
            excess = Math.Abs(excess) - (2 * Math.PI);
        return Math.Abs(excess) * Radius * Radius * 1_000_000;
    }
}
