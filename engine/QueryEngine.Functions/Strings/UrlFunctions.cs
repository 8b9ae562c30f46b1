using System.Text.RegularExpressions;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("url_extract_protocol", "The protocol of a URL.")]
[Example("url_extract_protocol('https://example.com/a')", "https")]
[Example("url_extract_protocol('not a url')", "NULL")]
internal readonly struct UrlProtocolFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => Urls.Write(first, "scheme", second);
}

[ScalarFunction("url_extract_host", "The host of a URL.")]
[Example("url_extract_host('http://user@example.com:80/a?b#c')", "example.com")]
internal readonly struct UrlHostFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => Urls.Write(first, "host", second);
}

[ScalarFunction("url_extract_port", "The port of a URL; NULL when it has none.")]
[Example("url_extract_port('http://example.com:8080/a')", "8080")]
[Example("url_extract_port('http://example.com/a')", "NULL")]
internal readonly struct UrlPortFunction : IFunction<Utf8, long?>
{
    public static long? Invoke(Utf8 first) => Urls.Match(first) is { } match && int.TryParse(match.Groups["port"].ValueSpan, out int port) ? port : null;
}

[ScalarFunction("url_extract_path", "The path of a URL, unescaped.")]
[Example("url_extract_path('http://example.com/a%20b?c')", "/a b")]
internal readonly struct UrlPathFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => Urls.Write(first, "path", second);
}

[ScalarFunction("url_extract_query", "The query of a URL: what follows the question mark.")]
[Example("url_extract_query('http://example.com/a?b=c&d#e')", "b=c&d")]
internal readonly struct UrlQueryFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => Urls.Write(first, "query", second);
}

[ScalarFunction("url_extract_fragment", "The fragment of a URL: what follows the number sign.")]
[Example("url_extract_fragment('http://example.com/a#b')", "b")]
internal readonly struct UrlFragmentFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => Urls.Write(first, "fragment", second);
}

[ScalarFunction("url_extract_parameter", "The value of the first parameter of a name in the query of a URL; NULL when there is none.")]
[Example("url_extract_parameter('http://example.com/?a=1&b=x%20y', 'b')", "x y")]
[Example("url_extract_parameter('http://example.com/?a=1', 'c')", "NULL")]
internal readonly struct UrlParameterFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third)
    {
        if (Urls.Match(first) is not { } match)
            return Text.Null;
        string name = second.ToString();
        foreach (string parameter in match.Groups["query"].Value.Split('&'))
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if ((equals < 0 ? parameter : parameter[..equals]) == name)
                return third.Write(equals < 0 ? string.Empty : Uri.UnescapeDataString(parameter[(equals + 1)..].Replace('+', ' ')));
        }

        return Text.Null;
    }
}

/// <summary>Parts of URLs (RFC 3986, appendix B).</summary>
internal static partial class Urls
{
    /// <summary>The parts; null when it is no URL.</summary>
    public static Match? Match(Utf8 url)
    {
        Match match = Parts().Match(url.ToString());
        return match.Success ? match : null;
    }

    /// <summary>Writes a part; empty where the URL has it not, NULL when it is no URL.</summary>
    public static Text Write(Utf8 url, string part, TextOutput output)
    {
        if (Match(url) is not { } match)
            return Text.Null;
        string text = match.Groups[part].Value;
        return output.Write(part is "path" or "fragment" ? Uri.UnescapeDataString(text) : text);
    }

    [GeneratedRegex(@"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://(?:[^/?#@\s]*@)?(?<host>\[[^\]\s]*\]|[^:/?#\s]*)(?::(?<port>\d*))?)?(?<path>[^?#\s]*)(?:\?(?<query>[^#\s]*))?(?:#(?<fragment>\S*))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
