using System.Text.Json;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("json_get", "A member of an object, as json: the operator ->.", Signature = "json; varchar -> json", Aliases = ["json_object_field", "json_extract_path"])]
[Example("CAST('{\"a\": [1]}' AS json) -> 'a'", "[1]")]
[Example("CAST('{\"a\": 1}' AS json) -> 'b'", "NULL")]
internal readonly struct JsonMemberFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => JsonTools.Member(first, second, third, asText: false);
}

[ScalarFunction("json_get", "An element of an array, from 0, as json: the operator ->.", Signature = "json; bigint -> json", Aliases = ["json_array_element", "json_array_get"])]
[Example("CAST('[1, {\"a\": 2}]' AS json) -> 1", "{\"a\": 2}")]
internal readonly struct JsonElementFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => JsonTools.Element(first, second, third, asText: false);
}

[ScalarFunction("json_get_text", "A member of an object, as text: the operator ->>.", Signature = "json; varchar -> varchar", Aliases = ["json_object_field_text", "json_extract_path_text"])]
[Example("CAST('{\"a\": \"x\"}' AS json) ->> 'a'", "x")]
[Example("CAST('{\"a\": null}' AS json) ->> 'a'", "NULL")]
internal readonly struct JsonMemberTextFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => JsonTools.Member(first, second, third, asText: true);
}

[ScalarFunction("json_get_text", "An element of an array, from 0, as text: the operator ->>.", Signature = "json; bigint -> varchar", Aliases = ["json_array_element_text"])]
[Example("CAST('[1, \"b\"]' AS json) ->> 1", "b")]
[Example("CAST('[1, \"b\"]' AS json) ->> -2", "1")]
internal readonly struct JsonElementTextFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => JsonTools.Element(first, second, third, asText: true);
}

[ScalarFunction("json_extract", "What a JSON path ($.a.b[0]) leads to, as json.", Signature = "json; varchar -> json")]
[Example("json_extract(CAST('{\"a\": [{\"b\": 5}]}' AS json), '$.a[0].b')", "5")]
internal readonly struct JsonExtractFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => JsonTools.Path(first, second, third, asText: false);
}

[ScalarFunction("json_extract_scalar", "The scalar that a JSON path ($.a.b[0]) leads to, as text.", Signature = "json; varchar -> varchar", Aliases = ["json_extract_string"])]
[Example("json_extract_scalar(CAST('{\"a\": [{\"b\": \"x\"}]}' AS json), '$.a[0].b')", "x")]
internal readonly struct JsonExtractScalarFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => JsonTools.Path(first, second, third, asText: true);
}

[ScalarFunction("json_array_length", "The number of elements; NULL when it is no array.", Signature = "json -> bigint")]
[Example("json_array_length(CAST('[1, 2]' AS json))", "2")]
internal readonly struct JsonArrayLengthFunction : IFunction<Utf8, long?>
{
    public static long? Invoke(Utf8 first)
    {
        using JsonDocument document = JsonTools.Parse(first);
        return document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.GetArrayLength() : null;
    }
}

[ScalarFunction("json_typeof", "object, array, string, number, boolean or null.", Signature = "json -> varchar", Aliases = ["json_type"])]
[Example("json_typeof(CAST('[1, 2]' AS json))", "array")]
internal readonly struct JsonTypeofFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        using JsonDocument document = JsonTools.Parse(first);
        return second.Write(document.RootElement.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => "null",
        });
    }
}

[ScalarFunction("json_parse", "A text as json.", Signature = "varchar -> json")]
[Example("json_parse('[1]')", "[1]")]
[Example("json_parse('[1')", "error 22P02")]
internal readonly struct JsonParseFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        using JsonDocument document = JsonTools.Parse(first);
        return second.Write(first.Bytes);
    }
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
    public static bool Invoke(Utf8 first)
    {
        try
        {
            using JsonDocument document = JsonTools.Parse(first);
            return true;
        }
        catch (QueryException)
        {
            return false;
        }
    }
}

[ScalarFunction("json_object_keys", "The names of the members of an object.", Aliases = ["json_keys"])]
[Example("json_object_keys(CAST('{\"a\": 1, \"b\": 2}' AS json))", "[a, b]")]
internal sealed class JsonKeysOverload() : RowOverload("json -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        using JsonDocument document = JsonTools.Parse(new Utf8(call.Bytes(0)));
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            call.AppendNull();
            return;
        }

        foreach (JsonProperty member in document.RootElement.EnumerateObject())
            ((BytesBuilder)Arrays.ArrayBuilding.Elements(call)).Append(member.Name);
        Arrays.ArrayBuilding.End(call);
    }
}

/// <summary>Finding values in JSON.</summary>
internal static class JsonTools
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 1000 };

    /// <summary>Parses a text.</summary>
    public static JsonDocument Parse(Utf8 text)
    {
        try
        {
            return JsonDocument.Parse(text.Bytes.ToArray(), _options);
        }
        catch (JsonException)
        {
            string shown = text.ToString();
            throw new QueryException(ErrorCode.InvalidText, $"'{(shown.Length > 100 ? shown[..100] + "..." : shown)}' is not valid json");
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

    /// <summary>Writes what a path of names and places leads to.</summary>
    public static Text Path(Utf8 json, Utf8 path, TextOutput output, bool asText)
    {
        using JsonDocument document = Parse(json);
        JsonElement at = document.RootElement;
        foreach (string step in Steps(path.ToString()))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, out int place))
            {
                if (place < 0 || place >= at.GetArrayLength())
                    return Text.Null;
                at = at[place];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return Text.Null;
            }
        }

        bool isScalar = at.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
        return asText && !isScalar ? Text.Null : Write(at, output, asText);
    }

    private static Text Write(JsonElement element, TextOutput output, bool asText)
    {
        if (!asText)
            return output.Write(element.GetRawText());
        return element.ValueKind switch
        {
            JsonValueKind.Null => Text.Null,
            JsonValueKind.String => output.Write(element.GetString()!),
            _ => output.Write(element.GetRawText()),
        };
    }

    // $.a.b[0]["c d"]
    private static IEnumerable<string> Steps(string path)
    {
        int at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                int end = path.IndexOf(']', at);
                if (end < 0)
                    throw new QueryException(ErrorCode.InvalidParameterValue, $"the JSON path '{path}' lacks a bracket");
                yield return path[(at + 1)..end].Trim('"', '\'');
                at = end + 1;
                continue;
            }

            if (path[at] == '.')
                at++;
            int next = path.IndexOfAny(['.', '['], at);
            next = next < 0 ? path.Length : next;
            if (next == at)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"the JSON path '{path}' has an empty step");
            yield return path[at..next].Trim('"');
            at = next;
        }
    }
}
