using System.Buffers.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Geo;

/// <summary>Reads well-known text; rings of polygons must be closed, lines have two coordinates at least.</summary>
internal ref struct GeometryReader
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    private GeometryReader(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The geometry, or null when the text is none.</summary>
    public static Geometry? TryRead(ReadOnlySpan<byte> text)
    {
        var reader = new GeometryReader(text);
        Geometry? geometry = reader.ReadGeometry(depth: 0);
        reader.SkipBlanks();
        return reader._at == text.Length ? geometry : null;
    }

    /// <summary>The geometry.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION.</exception>
    public static Geometry Read(ReadOnlySpan<byte> text) => TryRead(text)
        ?? throw new QueryException(ErrorCode.InvalidText, $"'{System.Text.Encoding.UTF8.GetString(text)}' is not a valid geometry");

    private Geometry? ReadGeometry(int depth)
    {
        if (depth > MaxDepth || ReadWord() is not { } word || KindOf(word) is not { } kind)
            return null;
        if (TryReadEmpty())
            return Geometry.Empty(kind);
        return kind switch
        {
            GeometryKind.Point or GeometryKind.LineString or GeometryKind.Polygon => ReadSimple(kind),
            _ => ReadParts(kind, depth),
        };
    }

    private Geometry? ReadSimple(GeometryKind kind)
    {
        if (kind == GeometryKind.Polygon)
            return ReadRings() is { } rings && Array.TrueForAll(rings, ring => ring.Length >= 4 && ring[0] == ring[^1]) ? Geometry.Polygon(rings) : null;
        if (ReadRun() is not { } run)
            return null;
        bool isRight = kind == GeometryKind.Point ? run.Length == 1 : run.Length >= 2;
        return isRight ? new Geometry(kind, [run], []) : null;
    }

    private Geometry? ReadParts(GeometryKind kind, int depth)
    {
        if (!TryRead('('))
            return null;
        var parts = new List<Geometry>();
        do
        {
            Geometry? part = kind switch
            {
                GeometryKind.MultiPoint => ReadMember(GeometryKind.Point),
                GeometryKind.MultiLineString => ReadMember(GeometryKind.LineString),
                GeometryKind.MultiPolygon => ReadMember(GeometryKind.Polygon),
                _ => ReadGeometry(depth + 1),
            };
            if (part is null)
                return null;
            parts.Add(part);
        }
        while (TryRead(','));
        return TryRead(')') ? Geometry.Multi(kind, parts) : null;
    }

    // Points of a multipoint may stand without parentheses.
    private Geometry? ReadMember(GeometryKind kind)
    {
        if (TryReadEmpty())
            return Geometry.Empty(kind);
        SkipBlanks();
        if (kind == GeometryKind.Point && _at < _text.Length && _text[_at] != '(')
            return ReadCoordinate() is { } at ? Geometry.Point(at) : null;
        return ReadSimple(kind);
    }

    private Coordinate[][]? ReadRings()
    {
        if (!TryRead('('))
            return null;
        var rings = new List<Coordinate[]>();
        do
        {
            if (ReadRun() is not { } ring)
                return null;
            rings.Add(ring);
        }
        while (TryRead(','));
        return TryRead(')') ? [.. rings] : null;
    }

    private Coordinate[]? ReadRun()
    {
        if (!TryRead('('))
            return null;
        var run = new List<Coordinate>();
        do
        {
            if (ReadCoordinate() is not { } at)
                return null;
            run.Add(at);
        }
        while (TryRead(','));
        return TryRead(')') ? [.. run] : null;
    }

    private Coordinate? ReadCoordinate() => ReadNumber() is { } x && ReadNumber() is { } y ? new Coordinate(x, y) : null;

    private double? ReadNumber()
    {
        SkipBlanks();
        if (!Utf8Parser.TryParse(_text[_at..], out double value, out int used) || !double.IsFinite(value))
            return null;
        _at += used;
        return value;
    }

    private string? ReadWord()
    {
        SkipBlanks();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiLetter((char)_text[_at]))
            _at++;
        return _at == start ? null : System.Text.Encoding.ASCII.GetString(_text[start.._at]).ToUpperInvariant();
    }

    private bool TryReadEmpty()
    {
        int start = _at;
        if (ReadWord() == "EMPTY")
            return true;
        _at = start;
        return false;
    }

    private bool TryRead(char symbol)
    {
        SkipBlanks();
        if (_at == _text.Length || _text[_at] != symbol)
            return false;
        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace((char)_text[_at]))
            _at++;
    }

    private static GeometryKind? KindOf(string word)
    {
        foreach (GeometryKind kind in Enum.GetValues<GeometryKind>())
            if (string.Equals(kind.ToString(), word, StringComparison.OrdinalIgnoreCase))
                return kind;
        return null;
    }
}
