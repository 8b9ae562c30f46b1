using System.Text;
using System.Text.Json;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Json;

[ScalarFunction("json_get", "A member of an object, as json: the operator ->.", Signature = "json; varchar -> json | jsonb; varchar -> jsonb", Aliases = ["json_object_field", "jsonb_object_field"])]
[Example("CAST('{\"a\": [1]}' AS json) -> 'a'", "[1]")]
[Example("CAST('{\"a\": 1}' AS json) -> 'b'", "NULL")]
internal readonly struct JsonMemberFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => JsonTools.Member(first, second, third, asText: false);
}

[ScalarFunction("json_get", "An element of an array, from 0, as json: the operator ->.", Signature = "json; bigint -> json | jsonb; bigint -> jsonb", Aliases = ["json_array_element", "jsonb_array_element"])]
[Example("CAST('[1, {\"a\": 2}]' AS json) -> 1", "{\"a\": 2}")]
internal readonly struct JsonElementFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => JsonTools.Element(first, second, third, asText: false);
}

[ScalarFunction("json_get_text", "A member of an object, as text: the operator ->>.", Signature = "json; varchar -> varchar", Aliases = ["json_object_field_text", "jsonb_object_field_text"])]
[Example("CAST('{\"a\": \"x\"}' AS json) ->> 'a'", "x")]
[Example("CAST('{\"a\": null}' AS json) ->> 'a'", "NULL")]
internal readonly struct JsonMemberTextFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => JsonTools.Member(first, second, third, asText: true);
}

[ScalarFunction("json_get_text", "An element of an array, from 0, as text: the operator ->>.", Signature = "json; bigint -> varchar", Aliases = ["json_array_element_text", "jsonb_array_element_text"])]
[Example("CAST('[1, \"b\"]' AS json) ->> 1", "b")]
[Example("CAST('[1, \"b\"]' AS json) ->> -2", "1")]
internal readonly struct JsonElementTextFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => JsonTools.Element(first, second, third, asText: true);
}

[ScalarFunction("json_parse", "A text as json.", Signature = "varchar -> json")]
[Example("json_parse('[1, 2]')", "[1,2]")]
[Example("json_parse('[1')", "error 22P02")]
internal readonly struct JsonParseFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(JsonText.Write(JsonText.Parse(first.Bytes), JsonStyle.Compact));
}

[ScalarFunction("json_format", "The text of json.", Signature = "json -> varchar")]
[Example("json_format(CAST('[1]' AS json))", "[1]")]
internal readonly struct JsonFormatFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes);
}

[ScalarFunction("json_valid", "Whether a text is json.")]
[Example("json_valid('{')", "false")]
internal readonly struct JsonValidFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => JsonText.IsValid(first.Bytes);
}

/// <summary>Finding values in JSON.</summary>
internal static class JsonTools
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = JsonText.MaxDepth };

    /// <summary>Parses a text.</summary>
    public static JsonDocument Parse(Utf8 text)
    {
        try
        {
            return JsonDocument.Parse(text.Bytes.ToArray(), _options);
        }
        catch (JsonException)
        {
            throw JsonText.Invalid(text.Bytes);
        }
    }

    /// <summary>Writes a member of an object.</summary>
    public static Text Member(Utf8 json, Utf8 name, TextOutput output, bool asText)
    {
        using JsonDocument document = Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name.Bytes, out JsonElement found)
            ? Write(found, output, asText) : Text.Null;
    }

    /// <summary>Writes an element of an array; negative places count from the end.</summary>
    public static Text Element(Utf8 json, long place, TextOutput output, bool asText)
    {
        using JsonDocument document = Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            return Text.Null;
        long length = document.RootElement.GetArrayLength();
        long at = place < 0 ? length + place : place;
        return at >= 0 && at < length ? Write(document.RootElement[(int)at], output, asText) : Text.Null;
    }

    private static Text Write(JsonElement element, TextOutput output, bool asText)
    {
        if (!asText)
            return output.Write(element.GetRawText());
        return element.ValueKind switch
        {
            JsonValueKind.Null => Text.Null,
            JsonValueKind.String => output.Write(JsonText.Unescape(Encoding.UTF8.GetBytes(element.GetRawText()[1..^1]))),
            _ => output.Write(element.GetRawText()),
        };
    }
}
