using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Strings;

/// <summary>The last pattern of a batch, ready.</summary>
internal sealed class LikeCache
{
    private byte[]? _pattern;
    private byte[] _escape = [];
    private LikePattern? _ready;

    /// <summary>The pattern, made ready once while it stays the same.</summary>
    public LikePattern Get(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape)
    {
        if (_ready is null || !pattern.SequenceEqual(_pattern) || !escape.SequenceEqual(_escape))
            (_ready, _pattern, _escape) = (LikePattern.Parse(pattern, escape), pattern.ToArray(), escape.ToArray());
        return _ready;
    }

    /// <summary>The same without regard to case.</summary>
    public bool IsMatchIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape) =>
        Get(Lower(pattern), Lower(escape)).IsMatch(Lower(text));

    private static ReadOnlySpan<byte> Lower(ReadOnlySpan<byte> text) =>
        System.Text.Encoding.UTF8.GetBytes(new Utf8(text).ToString().ToLowerInvariant());
}

[ScalarFunction("$like", "Whether a text matches a pattern: % is any text, _ one character, a backslash takes the next one literally.")]
[Example("'abc' LIKE 'a%'", "true")]
[Example("'abc' LIKE '_b_'", "true")]
[Example("'a%c' LIKE 'a\\%c'", "true")]
[Example("'abc' LIKE 'b'", "false")]
[Example("'äöü' LIKE '__ü'", "true")]
internal readonly struct LikeFunction : IFunction<Utf8, Utf8, LikeCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, LikeCache third) => third.Get(second.Bytes, "\\"u8).IsMatch(first.Bytes);
}

[ScalarFunction("$like", "LIKE with ESCAPE.")]
[Example("'a%c' LIKE 'a#%c' ESCAPE '#'", "true")]
internal readonly struct LikeEscapeFunction : IFunction<Utf8, Utf8, Utf8, LikeCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, Utf8 third, LikeCache fourth) => fourth.Get(second.Bytes, third.Bytes).IsMatch(first.Bytes);
}

[ScalarFunction("$ilike", "LIKE without regard to case.")]
[Example("'ABC' ILIKE 'a%'", "true")]
internal readonly struct ILikeFunction : IFunction<Utf8, Utf8, LikeCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, LikeCache third) => third.IsMatchIgnoreCase(first.Bytes, second.Bytes, "\\"u8);
}

[ScalarFunction("$ilike", "ILIKE with ESCAPE.")]
internal readonly struct ILikeEscapeFunction : IFunction<Utf8, Utf8, Utf8, LikeCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, Utf8 third, LikeCache fourth) => fourth.IsMatchIgnoreCase(first.Bytes, second.Bytes, third.Bytes);
}
