using System.Globalization;
using System.Text;
using System.Text.Json;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

[ScalarFunction("to_geojson_geometry", "A geometry as GeoJSON.", Signature = "geometry -> varchar|sphericalgeography -> varchar", Aliases = ["st_asgeojson"])]
[Example("to_geojson_geometry(ST_Point(1, 2.5))", "{\"type\":\"Point\",\"coordinates\":[1,2.5]}")]
[Example("to_geojson_geometry(ST_GeometryFromText('MULTIPOINT (1 2, 3 4)'))", "{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,4]]}")]
internal readonly struct ToGeoJsonFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        var text = new StringBuilder();
        GeoJson.Write(text, GeometryReader.Read(first.Bytes));
        return second.Write(text.ToString());
    }
}

[ScalarFunction("from_geojson_geometry", "The geometry of a GeoJSON object, on the earth.", Signature = "varchar -> sphericalgeography")]
[Example("from_geojson_geometry('{\"type\": \"LineString\", \"coordinates\": [[1, 2], [3, 4.5]]}')", "LINESTRING (1 2, 3 4.5)")]
[Example("from_geojson_geometry('{\"type\": \"Circle\"}')", "error 22023")]
[Example("from_geojson_geometry('x')", "error 22023")]
internal readonly struct FromGeoJsonFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        Geometry geometry = GeoJson.Read(first.ToString());
        foreach (Coordinate at in geometry.Coordinates)
            Sphere.Check(latitude: at.Y, longitude: at.X);
        return second.Write(GeometryWriter.Write(geometry));
    }
}

/// <summary>Geometries as GeoJSON (RFC 7946); a third coordinate is dropped.</summary>
internal static class GeoJson
{
    /// <summary>Appends the object of a geometry.</summary>
    public static void Write(StringBuilder text, Geometry geometry)
    {
        bool isCollection = geometry.Kind == GeometryKind.GeometryCollection;
        text.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"{geometry.Kind}\",\"{(isCollection ? "geometries" : "coordinates")}\":");
        if (isCollection)
            Join(text, geometry.Parts, Write);
        else
            WriteCoordinates(text, geometry);
        text.Append('}');
    }

    /// <summary>The geometry of an object.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static Geometry Read(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new QueryException(ErrorCode.InvalidParameterValue, "the text is not a geometry in GeoJSON", inner: error);
        }
    }

    private static void WriteCoordinates(StringBuilder text, Geometry geometry)
    {
        switch (geometry.Kind)
        {
            case GeometryKind.Point when !geometry.IsEmpty:
                Write(text, geometry.At);
                break;
            case GeometryKind.LineString when !geometry.IsEmpty:
                Join(text, geometry.Runs[0], Write);
                break;
            case GeometryKind.Polygon:
                Join(text, geometry.Runs, static (text, ring) => Join(text, ring, Write));
                break;
            default:
                Join(text, geometry.Parts, WriteCoordinates);
                break;
        }
    }

    private static void Write(StringBuilder text, Coordinate at) => text.Append(CultureInfo.InvariantCulture, $"[{at.X:R},{at.Y:R}]");

    private static void Join<T>(StringBuilder text, T[] items, Action<StringBuilder, T> write)
    {
        text.Append('[');
        for (int at = 0; at < items.Length; at++)
        {
            if (at > 0)
                text.Append(',');
            write(text, items[at]);
        }

        text.Append(']');
    }

    private static Geometry Read(JsonElement element)
    {
        if (!Enum.TryParse(element.GetProperty("type").GetString(), out GeometryKind kind) || !Enum.IsDefined(kind))
            throw new FormatException();
        return kind == GeometryKind.GeometryCollection
            ? Geometry.Multi(kind, element.GetProperty("geometries").EnumerateArray().Select(Read))
            : ReadCoordinates(kind, element.GetProperty("coordinates"));
    }

    private static Geometry ReadCoordinates(GeometryKind kind, JsonElement element)
    {
        if (element.GetArrayLength() == 0)
            return Geometry.Empty(kind);
        return kind switch
        {
            GeometryKind.Point => Geometry.Point(ReadCoordinate(element)),
            GeometryKind.LineString => Geometry.Line(ReadRun(element, least: 2)),
            GeometryKind.Polygon => Geometry.Polygon([.. element.EnumerateArray().Select(ring => ReadRun(ring, least: 4))]),
            _ => Geometry.Multi(kind, element.EnumerateArray().Select(part => ReadCoordinates(kind - 3, part))),
        };
    }

    private static Coordinate[] ReadRun(JsonElement element, int least)
    {
        Coordinate[] run = [.. element.EnumerateArray().Select(ReadCoordinate)];
        return run.Length >= least && (least < 4 || run[0] == run[^1]) ? run : throw new FormatException();
    }

    private static Coordinate ReadCoordinate(JsonElement element) => new(element[0].GetDouble(), element[1].GetDouble());
}
