using System.Globalization;
using System.Text;

namespace QueryEngine.Functions.Geo;

/// <summary>Geometries as well-known text and well-known binary (little-endian).</summary>
internal static class GeometryWriter
{
    /// <summary>Well-known text: <c>POINT (1 2)</c>, <c>MULTIPOINT ((1 2), (3 4))</c>, <c>POLYGON EMPTY</c>.</summary>
    public static string Write(Geometry geometry)
    {
        var text = new StringBuilder();
        Write(text, geometry);
        return text.ToString();
    }

    /// <summary>Well-known binary.</summary>
    public static byte[] WriteBinary(Geometry geometry)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Write(writer, geometry);
        return stream.ToArray();
    }

    private static void Write(StringBuilder text, Geometry geometry)
    {
        text.Append(geometry.Kind.ToString().ToUpperInvariant()).Append(' ');
        WriteBody(text, geometry);
    }

    private static void WriteBody(StringBuilder text, Geometry geometry)
    {
        if (geometry.Runs.Length == 0 && geometry.Parts.Length == 0)
        {
            text.Append("EMPTY");
            return;
        }

        bool isOneRun = geometry.Kind is GeometryKind.Point or GeometryKind.LineString;
        if (!isOneRun)
            text.Append('(');
        for (int at = 0; at < geometry.Runs.Length; at++)
            WriteRun(text.Append(at > 0 ? ", " : ""), geometry.Runs[at]);
        for (int at = 0; at < geometry.Parts.Length; at++)
        {
            text.Append(at > 0 ? ", " : "");
            if (geometry.Kind == GeometryKind.GeometryCollection)
                Write(text, geometry.Parts[at]);
            else
                WriteBody(text, geometry.Parts[at]);
        }

        if (!isOneRun)
            text.Append(')');
    }

    private static void WriteRun(StringBuilder text, Coordinate[] run)
    {
        for (int at = 0; at < run.Length; at++)
            text.Append(at == 0 ? "(" : ", ").Append(Number(run[at].X)).Append(' ').Append(Number(run[at].Y));
        text.Append(')');
    }

    private static string Number(double value) => (value == 0 ? 0 : value).ToString("R", CultureInfo.InvariantCulture);

    private static void Write(BinaryWriter writer, Geometry geometry)
    {
        writer.Write((byte)1);
        writer.Write((int)geometry.Kind);
        switch (geometry.Kind)
        {
            case GeometryKind.Point:
                Write(writer, geometry.Runs.Length == 0 ? new Coordinate(double.NaN, double.NaN) : geometry.At);
                break;
            case GeometryKind.LineString:
                Write(writer, geometry.Runs.Length == 0 ? [] : geometry.Runs[0]);
                break;
            case GeometryKind.Polygon:
                writer.Write(geometry.Runs.Length);
                foreach (Coordinate[] ring in geometry.Runs)
                    Write(writer, ring);
                break;
            default:
                writer.Write(geometry.Parts.Length);
                foreach (Geometry part in geometry.Parts)
                    Write(writer, part);
                break;
        }
    }

    private static void Write(BinaryWriter writer, Coordinate[] run)
    {
        writer.Write(run.Length);
        foreach (Coordinate at in run)
            Write(writer, at);
    }

    private static void Write(BinaryWriter writer, Coordinate at)
    {
        writer.Write(at.X);
        writer.Write(at.Y);
    }
}
