using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("to_json", "A value of any type as json.")]
[Example("to_json(ARRAY[1, 2])", "[1,2]")]
[Example("to_json(TIMESTAMP '2014-05-28 12:22:35.5')", "\"2014-05-28T12:22:35.5\"")]
internal sealed class ToJsonOverload() : RowOverload("any -> json")
{
    protected internal override void Invoke(in RowCall call) => JsonBuilding.Encode(call, call[0]);
}

[ScalarFunction("to_jsonb", "A value of any type as jsonb.")]
[Example("to_jsonb('a')", "\"a\"")]
internal sealed class ToJsonbOverload() : RowOverload("any -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => JsonBuilding.Encode(call, call[0]);
}

[ScalarFunction("row_to_json", "A row as a json object, or an array as a json array; with true, a line for each element.", Aliases = ["array_to_json"])]
[Example("row_to_json(ROW(1, 'a'))", "{\"f1\":1,\"f2\":\"a\"}")]
[Example("array_to_json(ARRAY[1, 2], true)", "[1,\n 2]")]
internal sealed class RowToJsonOverload() : RowOverload("any -> json | any, boolean -> json")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call[0].Type is not (RowType or ArrayType))
            throw JsonRows.Wrong($"a value of type {call[0].Type} is neither a row nor an array");
        JsonValue value = new JsonEncoder(call.Context, hasIsoTimes: true).Encode(call[0], call.Row);
        if (call.Count == 1 || !call.Bool(1) || value.IsScalar)
        {
            call.Append(value);
            return;
        }

        IEnumerable<string> parts = value.Kind == JsonKind.Array
            ? value.Items.Select(item => JsonText.Write(item, JsonStyle.Compact))
            : value.Members.Select(member => $"{JsonText.Write(JsonValue.String(member.Key), JsonStyle.Compact)}:{JsonText.Write(member.Value, JsonStyle.Compact)}");
        (char open, char close) = value.Kind == JsonKind.Array ? ('[', ']') : ('{', '}');
        call.Append($"{open}{string.Join(",\n ", parts)}{close}");
    }
}

[ScalarFunction("json_build_array", "A json array of the arguments.")]
[Example("json_build_array(1, 'a', NULL)", "[1, \"a\", null]")]
internal sealed class JsonBuildArrayOverload() : RowOverload("any... -> json", isStrict: false)
{
    protected internal override void Invoke(in RowCall call) =>
        call.Append($"[{string.Join(", ", JsonBuilding.ArrayOf(call).Items.Select(item => JsonText.Write(item, JsonStyle.Compact)))}]");
}

[ScalarFunction("jsonb_build_array", "A jsonb array of the arguments.")]
[Example("jsonb_build_array(1, 'a')", "[1, \"a\"]")]
internal sealed class JsonbBuildArrayOverload() : RowOverload("any... -> jsonb", isStrict: false)
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonBuilding.ArrayOf(call), isNormalized: false);
}

[ScalarFunction("json_build_object", "A json object of names and values by turns.")]
[Example("json_build_object('a', 1, 'b', NULL)", "{\"a\" : 1, \"b\" : null}")]
[Example("json_build_object('a')", "error 22023")]
internal sealed class JsonBuildObjectOverload() : RowOverload("any... -> json", isStrict: false)
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonBuilding.WriteWide(JsonBuilding.ObjectOf(call)));
}

[ScalarFunction("jsonb_build_object", "A jsonb object of names and values by turns.")]
[Example("jsonb_build_object('b', 1, 'a', 2)", "{\"a\": 2, \"b\": 1}")]
internal sealed class JsonbBuildObjectOverload() : RowOverload("any... -> jsonb", isStrict: false)
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonBuilding.ObjectOf(call), isNormalized: false);
}

[ScalarFunction("json_object", "A json object of names and texts by turns in one array, or in two.")]
[Example("json_object('{a,1,b,2}')", "{\"a\" : \"1\", \"b\" : \"2\"}")]
[Example("json_object(ARRAY['a'], ARRAY['b'])", "{\"a\" : \"b\"}")]
internal sealed class JsonObjectOverload() : RowOverload("array(varchar) -> json | array(varchar), array(varchar) -> json")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonBuilding.WriteWide(JsonBuilding.ObjectOfTexts(call)));
}

[ScalarFunction("jsonb_object", "A jsonb object of names and texts by turns in one array, or in two.")]
[Example("jsonb_object('{a,1,b,2}')", "{\"a\": \"1\", \"b\": \"2\"}")]
internal sealed class JsonbObjectOverload() : RowOverload("array(varchar) -> jsonb | array(varchar), array(varchar) -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonBuilding.ObjectOfTexts(call), isNormalized: false);
}

/// <summary>Building arrays and objects of arguments.</summary>
internal static class JsonBuilding
{
    /// <summary>Ends the row with an argument as JSON.</summary>
    public static void Encode(in RowCall call, ColumnVector argument) =>
        call.Append(new JsonEncoder(call.Context, hasIsoTimes: true).Encode(argument, call.Row), isNormalized: false);

    /// <summary>The array of all arguments.</summary>
    public static JsonValue ArrayOf(in RowCall call)
    {
        var encoder = new JsonEncoder(call.Context, hasIsoTimes: true);
        var items = new List<JsonValue>(call.Count);
        for (int at = 0; at < call.Count; at++)
            items.Add(encoder.Encode(call[at], call.Row));
        return JsonValue.Array(items);
    }

    /// <summary>The object of all arguments, names and values by turns.</summary>
    public static JsonValue ObjectOf(in RowCall call)
    {
        if (call.Count % 2 != 0)
            throw new QueryException(
                ErrorCode.InvalidParameterValue, "argument list must have even number of elements", "The arguments are names and values by turns.");
        var encoder = new JsonEncoder(call.Context, hasIsoTimes: true);
        var members = new List<JsonMember>(call.Count / 2);
        for (int at = 0; at < call.Count; at += 2)
        {
            if (call.IsNull(at))
                throw JsonRows.Wrong($"argument {at + 1}: key must not be null");
            if (call[at].Type is ArrayType or MapType or RowType or JsonType)
                throw JsonRows.Wrong("key value must be scalar, not array, composite, or json");
            members.Add(new JsonMember(encoder.KeyOf(call[at].Type, call[at].GetValue(call.Row)!), encoder.Encode(call[at + 1], call.Row)));
        }

        return JsonValue.Object(members);
    }

    /// <summary>The object of texts: names and values by turns, or in two arrays.</summary>
    public static JsonValue ObjectOfTexts(in RowCall call)
    {
        List<string?> keys = call.Texts(0), values = keys;
        int step = call.Count == 1 ? 2 : 1;
        if (call.Count == 2)
            values = call.Texts(1);
        else if (keys.Count % 2 != 0)
            throw new QueryException(ErrorCode.ArraySubscript, "array must have even number of elements");
        if (keys.Count != values.Count)
            throw new QueryException(ErrorCode.ArraySubscript, "mismatched array dimensions");
        var members = new List<JsonMember>();
        for (int at = 0; at < keys.Count; at += step)
        {
            string? value = values[at + step - 1];
            string key = keys[at] ?? throw new QueryException(ErrorCode.NullNotAllowed, "null value not allowed for object key");
            members.Add(new JsonMember(key, value is null ? JsonValue.Null : JsonValue.String(value)));
        }

        return JsonValue.Object(members);
    }

    /// <summary><c>{"a" : 1}</c>: PostgreSQL sets these functions' colons between blanks.</summary>
    public static string WriteWide(JsonValue value) =>
        $"{{{string.Join(", ", value.Members.Select(member => $"{JsonText.Write(JsonValue.String(member.Key), JsonStyle.Compact)} : {JsonText.Write(member.Value, JsonStyle.Compact)}"))}}}";
}
