using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Json.Path;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("jsonpath", "A path of SQL/JSON in the form that PostgreSQL shows: what ::jsonpath does.")]
[Example("jsonpath('$.a ? (@ > 1)')", "$.\"a\"?(@ > 1)")]
[Example("jsonpath('$.')", "error 42601")]
internal readonly struct JsonPathFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(PathParser.Parse(first.ToString()).ToString());
}

/// <summary>A function of a value, a path, its variables, and whether errors are swallowed.</summary>
internal abstract class JsonPathOverload(string result) : RowOverload(
    $"jsonb, varchar -> {result} | jsonb, varchar, jsonb -> {result} | jsonb, varchar, jsonb, boolean -> {result}")
{
    private Prepared? _prepared;

    /// <summary>Ends the row with what the path gave; null for an error that is swallowed.</summary>
    protected abstract void Append(in RowCall call, List<JsonValue>? found);

    protected internal override void Invoke(in RowCall call)
    {
        bool isSilent = IsSilent || (call.Count > 3 && call.Bool(3));
        List<JsonValue>? found;
        try
        {
            found = new PathEvaluator(Prepare(call.Text(1)), call.Json(0), call.Count > 2 ? JsonPaths.VariablesOf(call.Json(2)) : null).Evaluate();
        }
        catch (QueryException error) when (isSilent && PathEvaluator.IsSuppressible(error))
        {
            found = null;
        }

        Append(call, found);
    }

    /// <summary>Whether errors are swallowed without being told.</summary>
    protected virtual bool IsSilent => false;

    // Paths are constants nearly always.
    private JsonPath Prepare(string text)
    {
        if (_prepared is { } ready && ready.Text == text)
            return ready.Path;
        JsonPath path = PathParser.Parse(text);
        _prepared = new Prepared(text, path);
        return path;
    }

    private sealed record Prepared(string Text, JsonPath Path);
}

[ScalarFunction("jsonb_path_exists", "Whether a path gives anything.", Aliases = ["jsonb_path_exists_tz", "json_path_exists"])]
[Example("jsonb_path_exists('{\"a\": [1, 2]}', '$.a[*] ? (@ > 1)')", "true")]
[Example("jsonb_path_exists('{\"a\": 3}', '$.a ? (@ > $x)', '{\"x\": 5}')", "false")]
internal class JsonPathExistsOverload() : JsonPathOverload("boolean")
{
    protected override void Append(in RowCall call, List<JsonValue>? found)
    {
        if (found is null)
            call.AppendNull();
        else
            call.Append(found.Count > 0);
    }
}

[ScalarFunction("$json_path_exists", "Whether a path gives anything, errors swallowed: the operator @?.")]
[Example("'{\"a\": 1}'::jsonb @? '$.a'", "true")]
internal sealed class JsonPathExistsOperator : JsonPathExistsOverload
{
    protected override bool IsSilent => true;
}

[ScalarFunction("jsonb_path_match", "What a path that is a condition gives.", Aliases = ["jsonb_path_match_tz"])]
[Example("jsonb_path_match('{\"a\": 1}', '$.a == 1')", "true")]
[Example("jsonb_path_match('1', '$')", "error 22038")]
internal class JsonPathMatchOverload() : JsonPathOverload("boolean")
{
    protected override void Append(in RowCall call, List<JsonValue>? found)
    {
        if (found is [{ Kind: JsonKind.Boolean } truth])
            call.Append(truth.Flag);
        else if (found is null or [{ Kind: JsonKind.Null }] || IsSilent || (call.Count > 3 && call.Bool(3)))
            call.AppendNull();
        else
            throw new QueryException(ErrorCode.SingletonJsonItemRequired, "single boolean result is expected");
    }
}

[ScalarFunction("$json_path_match", "What a path that is a condition gives, errors swallowed: the operator @@.")]
[Example("'{\"a\": 1}'::jsonb @@ '$.a > 1'", "false")]
internal sealed class JsonPathMatchOperator : JsonPathMatchOverload
{
    protected override bool IsSilent => true;
}

[ScalarFunction("jsonb_path_query", "All that a path gives; in FROM and as a column of SELECT a row for each.", Aliases = ["jsonb_path_query_tz"])]
[Example("jsonb_path_query('[1, 2, 3]', '$[*] ? (@ > 1)')", "[2, 3]")]
internal sealed class JsonPathQueryOverload() : JsonPathOverload("array(jsonb)")
{
    protected override void Append(in RowCall call, List<JsonValue>? found)
    {
        foreach (JsonValue value in found ?? [])
            JsonRows.Append(ArrayBuilding.Elements(call), value, isNormalized: false);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("jsonb_path_query_array", "All that a path gives, as an array of JSON.", Aliases = ["jsonb_path_query_array_tz"])]
[Example("jsonb_path_query_array('{\"a\": [1, 2]}', '$.a[*] + 1')", "error 22038")]
[Example("jsonb_path_query_array('{\"a\": [1, 2]}', '$.a[*]')", "[1, 2]")]
internal sealed class JsonPathQueryArrayOverload() : JsonPathOverload("jsonb")
{
    protected override void Append(in RowCall call, List<JsonValue>? found) => call.Append(JsonValue.Array(found ?? []), isNormalized: false);
}

[ScalarFunction("jsonb_path_query_first", "The first value that a path gives; NULL when it gives none.", Aliases = ["jsonb_path_query_first_tz"])]
[Example("jsonb_path_query_first('[3, 4]', '$[*]')", "3")]
[Example("jsonb_path_query_first('[3, 4]', '$[5]')", "NULL")]
internal sealed class JsonPathQueryFirstOverload() : JsonPathOverload("jsonb")
{
    protected override void Append(in RowCall call, List<JsonValue>? found) => call.Append(found?.FirstOrDefault(), isNormalized: false);
}

/// <summary>Calls of paths.</summary>
internal static class JsonPaths
{
    /// <summary>The variables that an object gives.</summary>
    public static Dictionary<string, JsonValue> VariablesOf(JsonValue value) => value.Kind == JsonKind.Object
        ? value.Members.DistinctBy(member => member.Key).ToDictionary(member => member.Key, member => member.Value)
        : throw new QueryException(ErrorCode.InvalidParameterValue, "\"vars\" argument is not an object", "JSON path parameters are members of an object.");
}
