using System.Buffers.Binary;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

/// <summary>Reads well-known binary of either byte order, without a third dimension.</summary>
internal ref struct BinaryGeometryReader
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private bool _isBigEndian;

    private BinaryGeometryReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The geometry.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE when the bytes are none.</exception>
    public static Geometry Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new BinaryGeometryReader(bytes);
        Geometry geometry = reader.ReadGeometry(depth: 0);
        return reader._at == bytes.Length ? geometry : throw Invalid();
    }

    private Geometry ReadGeometry(int depth)
    {
        if (depth > MaxDepth)
            throw Invalid();
        _isBigEndian = Take(1)[0] == 0;
        int kind = ReadInteger();
        switch (kind)
        {
            case (int)GeometryKind.Point:
                Coordinate at = ReadCoordinate();
                return double.IsNaN(at.X) ? Geometry.Empty(GeometryKind.Point) : Geometry.Point(at);
            case (int)GeometryKind.LineString:
                return Geometry.Line(ReadRun());
            case (int)GeometryKind.Polygon:
                var rings = new Coordinate[ReadCount(4)][];
                for (int ring = 0; ring < rings.Length; ring++)
                    rings[ring] = ReadRun();
                return Geometry.Polygon(rings);
            case >= (int)GeometryKind.MultiPoint and <= (int)GeometryKind.GeometryCollection:
                var parts = new Geometry[ReadCount(9)];
                for (int part = 0; part < parts.Length; part++)
                    parts[part] = ReadGeometry(depth + 1);
                return Geometry.Multi((GeometryKind)kind, parts);
            default:
                throw Invalid();
        }
    }

    private Coordinate[] ReadRun()
    {
        var run = new Coordinate[ReadCount(16)];
        for (int at = 0; at < run.Length; at++)
            run[at] = ReadCoordinate();
        return run;
    }

    private Coordinate ReadCoordinate() => new(ReadDouble(), ReadDouble());

    private double ReadDouble() => _isBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(Take(8)) : BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    private int ReadInteger() => _isBigEndian ? BinaryPrimitives.ReadInt32BigEndian(Take(4)) : BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    // A count never promises more than the rest of the bytes can hold.
    private int ReadCount(int size)
    {
        int count = ReadInteger();
        return count >= 0 && (long)count * size <= _bytes.Length - _at ? count : throw Invalid();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_bytes.Length - _at < count)
            throw Invalid();
        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    private static QueryException Invalid() => new(ErrorCode.InvalidParameterValue, "the bytes are not a valid geometry");
}
