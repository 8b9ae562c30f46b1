using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Geo;

/// <summary>Remembers the last geometries of a function's two arguments: a constant one is read once a batch.</summary>
internal sealed class GeometryCache
{
    private (byte[] Text, Geometry Geometry)? _first;
    private (byte[] Text, Geometry Geometry)? _second;

    /// <summary>The geometry of the first argument.</summary>
    public Geometry First(Utf8 text) => Read(text, ref _first);

    /// <summary>The geometry of the second argument.</summary>
    public Geometry Second(Utf8 text) => Read(text, ref _second);

    private static Geometry Read(Utf8 text, ref (byte[] Text, Geometry Geometry)? last)
    {
        if (last is not { } known || !text.Bytes.SequenceEqual(known.Text))
            last = known = (text.Bytes.ToArray(), GeometryReader.Read(text.Bytes));
        return known.Geometry;
    }
}
