using System.Text;
using System.Text.Json;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>How JSON is written.</summary>
internal enum JsonStyle
{
    /// <summary><c>{"a":1,"b":[1,2]}</c>: to_json, Trino.</summary>
    Compact,

    /// <summary><c>{"a": 1, "b": [1, 2]}</c>: jsonb.</summary>
    Spaced,

    /// <summary>A line for each element: jsonb_pretty.</summary>
    Pretty,
}

/// <summary>JSON from and to text.</summary>
internal static class JsonText
{
    public const int MaxDepth = 1000;

    private static readonly JsonReaderOptions _options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a text.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> text, bool keepsText = false) => TryParse(text, keepsText) ?? throw Invalid(text);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, bool)"/>
    public static JsonValue Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a text; null when it is no JSON.</summary>
    public static JsonValue? TryParse(ReadOnlySpan<byte> text, bool keepsText = false)
    {
        try
        {
            var reader = new Utf8JsonReader(text, _options);
            if (!reader.Read())
                return null;
            JsonValue value = Read(ref reader, keepsText ? text.ToArray() : null);
            return reader.Read() ? null : value;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a text is JSON.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, _options);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The error of a text that is no JSON.</summary>
    public static QueryException Invalid(ReadOnlySpan<byte> text)
    {
        string shown = Encoding.UTF8.GetString(text);
        return new QueryException(ErrorCode.InvalidText, $"'{(shown.Length > 100 ? shown[..100] + "..." : shown)}' is not valid json");
    }

    /// <summary>The text of a value.</summary>
    public static string Write(JsonValue value, JsonStyle style)
    {
        var text = new StringBuilder();
        Write(value, style, text, 0);
        return text.ToString();
    }

    /// <summary>Adds a string in quotes, escaped as PostgreSQL does.</summary>
    public static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char next in value)
        {
            switch (next)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ': text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)next:x4}"); break;
                default: text.Append(next); break;
            }
        }

        text.Append('"');
    }

    /// <summary>The text inside the quotes of a JSON string, unescaped.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION for \u0000 and halves of surrogate pairs.</exception>
    public static string Unescape(ReadOnlySpan<byte> escaped)
    {
        string text = Encoding.UTF8.GetString(escaped);
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                result.Append(text[at]);
                continue;
            }

            at++;
            result.Append(text[at] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)Convert.ToInt32(text.Substring((at += 4) - 3, 4), 16),
                char other => other,
            });
        }

        string unescaped = result.ToString();
        if (unescaped.Contains('\0', StringComparison.Ordinal))
            throw new QueryException(ErrorCode.UntranslatableCharacter, "\\u0000 cannot be converted to text");
        for (int at = 0; at < unescaped.Length; at++)
        {
            if (!char.IsSurrogate(unescaped[at]))
                continue;
            if (at + 1 == unescaped.Length || !char.IsSurrogatePair(unescaped[at], unescaped[at + 1]))
                throw new QueryException(ErrorCode.InvalidText, "a unicode surrogate stands alone in a JSON string");
            at++;
        }

        return unescaped;
    }

    private static JsonValue Read(ref Utf8JsonReader reader, byte[]? text)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        int start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<JsonMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    string key = Unescape(reader.ValueSpan);
                    reader.Read();
                    members.Add(new JsonMember(key, Read(ref reader, text)));
                }

                return JsonValue.Object(members, SourceOf(text, start, reader.BytesConsumed));
            case JsonTokenType.StartArray:
                var items = new List<JsonValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader, text));
                return JsonValue.Array(items, SourceOf(text, start, reader.BytesConsumed));
            case JsonTokenType.String:
                return JsonValue.String(Unescape(reader.ValueSpan));
            case JsonTokenType.Number:
                return JsonValue.Number(Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return JsonValue.True;
            case JsonTokenType.False:
                return JsonValue.False;
            default:
                return JsonValue.Null;
        }
    }

    private static JsonSource? SourceOf(byte[]? text, int start, long end) => text is null ? null : new JsonSource(text, start, (int)end);

    private static void Write(JsonValue value, JsonStyle style, StringBuilder text, int depth)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value.Kind)
        {
            case JsonKind.Null:
                text.Append("null");
                break;
            case JsonKind.Boolean:
                text.Append(value.Flag ? "true" : "false");
                break;
            case JsonKind.Number:
                text.Append(value.Text);
                break;
            case JsonKind.Array or JsonKind.Object when value.Source is { } source && style != JsonStyle.Pretty:
                text.Append(source);
                break;
            case JsonKind.Array:
                Open('[', value.Items.Count, style, text, depth);
                for (int at = 0; at < value.Items.Count; at++)
                {
                    Separate(at, style, text, depth);
                    Write(value.Items[at], style, text, depth + 1);
                }

                Close(']', value.Items.Count, style, text, depth);
                break;
            case JsonKind.Object:
                Open('{', value.Members.Count, style, text, depth);
                for (int at = 0; at < value.Members.Count; at++)
                {
                    Separate(at, style, text, depth);
                    WriteString(value.Members[at].Key, text);
                    text.Append(style == JsonStyle.Compact ? ":" : ": ");
                    Write(value.Members[at].Value, style, text, depth + 1);
                }

                Close('}', value.Members.Count, style, text, depth);
                break;
            default:
                WriteString(value.Text, text);
                break;
        }
    }

    private static void Open(char bracket, int count, JsonStyle style, StringBuilder text, int depth)
    {
        text.Append(bracket);
        if (style == JsonStyle.Pretty)
            text.Append('\n').Append(' ', count == 0 ? 4 * depth : 4 * (depth + 1));
    }

    private static void Separate(int at, JsonStyle style, StringBuilder text, int depth)
    {
        if (at == 0)
            return;
        text.Append(',');
        if (style == JsonStyle.Spaced)
            text.Append(' ');
        else if (style == JsonStyle.Pretty)
            text.Append('\n').Append(' ', 4 * (depth + 1));
    }

    private static void Close(char bracket, int count, JsonStyle style, StringBuilder text, int depth)
    {
        if (style == JsonStyle.Pretty && count > 0)
            text.Append('\n').Append(' ', 4 * depth);
        text.Append(bracket);
    }
}
