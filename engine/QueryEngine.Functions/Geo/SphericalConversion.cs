using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Geo;

/// <summary>From the plane to the earth.</summary>
internal static class SphericalConversion
{
    /// <summary>Writes the geometry after checking that its coordinates are longitudes and latitudes.</summary>
    public static Text Write(Utf8 geometry, TextOutput output)
    {
        foreach (Coordinate at in GeometryReader.Read(geometry.Bytes).Coordinates)
            Sphere.Check(latitude: at.Y, longitude: at.X);
        return output.Write(geometry.Bytes);
    }
}
