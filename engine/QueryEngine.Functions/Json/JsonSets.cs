using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("json_object_keys", "The names of the members of an object; in FROM and as a column of SELECT a row for each.", Aliases = ["jsonb_object_keys", "json_keys"])]
[Example("json_object_keys(CAST('{\"a\": 1, \"b\": 2}' AS json))", "[a, b]")]
[Example("json_object_keys(CAST('[1]' AS json))", "error 22023")]
internal sealed class JsonKeysOverload() : RowOverload("json -> array(varchar) | jsonb -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue value = call.Json(0);
        if (value.Kind != JsonKind.Object)
            throw JsonRows.Wrong($"cannot call json_object_keys on {(value.IsScalar ? "a scalar" : "an array")}");
        foreach (JsonMember member in value.Members)
            ((BytesBuilder)ArrayBuilding.Elements(call)).Append(member.Key);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("json_array_elements", "The elements of a JSON array; in FROM and as a column of SELECT a row for each.", Aliases = ["jsonb_array_elements"])]
[Example("json_array_elements('[1, [2]]')", "[1, [2]]")]
internal sealed class JsonArrayElementsOverload() : RowOverload("json -> array(json) | jsonb -> array(jsonb)")
{
    protected internal override void Invoke(in RowCall call)
    {
        foreach (JsonValue item in JsonSets.ItemsOf(call))
            JsonRows.Append(ArrayBuilding.Elements(call), item);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("json_array_elements_text", "The elements of a JSON array as text; in FROM and as a column of SELECT a row for each.", Aliases = ["jsonb_array_elements_text"])]
[Example("json_array_elements_text('[1, \"a\", null]')", "[1, a, NULL]")]
internal sealed class JsonArrayElementsTextOverload() : RowOverload("json -> array(varchar) | jsonb -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        foreach (JsonValue item in JsonSets.ItemsOf(call))
            JsonRows.AppendText(ArrayBuilding.Elements(call), item, JsonSets.StyleOf(call));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("json_each", "The members of an object as rows of name and value; in FROM and as a column of SELECT a row for each.", Aliases = ["jsonb_each"])]
[Example("json_each('{\"a\": 1}')", "[{key: a, value: 1}]")]
internal sealed class JsonEachOverload() : RowOverload(
    "json -> array(row(key varchar, value json)) | jsonb -> array(row(key varchar, value jsonb))")
{
    protected internal override void Invoke(in RowCall call) => JsonSets.AppendMembers(call, asText: false);
}

[ScalarFunction("json_each_text", "The members of an object as rows of name and text; in FROM and as a column of SELECT a row for each.", Aliases = ["jsonb_each_text"])]
[Example("json_each_text('{\"a\": \"x\"}')", "[{key: a, value: x}]")]
internal sealed class JsonEachTextOverload() : RowOverload(
    "json -> array(row(key varchar, value varchar)) | jsonb -> array(row(key varchar, value varchar))")
{
    protected internal override void Invoke(in RowCall call) => JsonSets.AppendMembers(call, asText: true);
}

/// <summary>Functions that give a set of rows.</summary>
internal static class JsonSets
{
    /// <summary>How values inside json or jsonb are written as text.</summary>
    public static JsonStyle StyleOf(in RowCall call) => call[0].Type is JsonType { IsNormal: true } ? JsonStyle.Spaced : JsonStyle.Compact;

    /// <summary>The elements of the argument.</summary>
    public static List<JsonValue> ItemsOf(in RowCall call)
    {
        JsonValue value = call.Json(0);
        return value.Kind switch
        {
            JsonKind.Array => value.Items,
            JsonKind.Object => throw JsonRows.Wrong("cannot extract elements from an object"),
            _ => throw JsonRows.Wrong("cannot extract elements from a scalar"),
        };
    }

    /// <summary>Ends the row with the members of the argument.</summary>
    public static void AppendMembers(in RowCall call, bool asText)
    {
        JsonValue value = call.Json(0);
        if (value.Kind != JsonKind.Object)
            throw JsonRows.Wrong($"cannot deconstruct {(value.IsScalar ? "a scalar" : "an array as an object")}");
        var rows = (RowBuilder)ArrayBuilding.Elements(call);
        foreach (JsonMember member in value.Members)
        {
            ((BytesBuilder)rows.Fields[0]).Append(member.Key);
            if (asText)
                JsonRows.AppendText(rows.Fields[1], member.Value, StyleOf(call));
            else
                JsonRows.Append(rows.Fields[1], member.Value);
            rows.EndRow();
        }

        ArrayBuilding.End(call);
    }
}
