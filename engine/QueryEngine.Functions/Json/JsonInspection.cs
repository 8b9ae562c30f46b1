using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("json_typeof", "object, array, string, number, boolean or null.", Aliases = ["json_type", "jsonb_typeof"])]
[Example("json_typeof(CAST('[1, 2]' AS json))", "array")]
[Example("jsonb_typeof('\"a\"')", "string")]
internal sealed class JsonTypeofOverload() : RowOverload("json -> varchar | jsonb -> varchar")
{
    protected internal override void Invoke(in RowCall call) => call.Append(call.Json(0).Kind.ToString().ToLowerInvariant());
}

[ScalarFunction("json_array_length", "The number of elements; NULL when it is no array.")]
[Example("json_array_length(CAST('[1, 2]' AS json))", "2")]
[Example("json_array_length(CAST('1' AS json))", "NULL")]
internal sealed class JsonArrayLengthOverload() : RowOverload("json -> bigint | jsonb -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue value = call.Json(0);
        if (value.Kind == JsonKind.Array)
            call.Append((long)value.Items.Count);
        else
            call.AppendNull();
    }
}

[ScalarFunction("jsonb_array_length", "The number of elements of an array.")]
[Example("jsonb_array_length('[1, 2]')", "2")]
[Example("jsonb_array_length('{}')", "error 22023")]
internal sealed class JsonbArrayLengthOverload() : RowOverload("jsonb -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue value = call.Json(0);
        call.Append((long)(value.Kind switch
        {
            JsonKind.Array => value.Items.Count,
            JsonKind.Object => throw JsonRows.Wrong("cannot get array length of a non-array"),
            _ => throw JsonRows.Wrong("cannot get array length of a scalar"),
        }));
    }
}

[ScalarFunction("json_size", "The number of elements or members of what a path leads to; 0 for a scalar.")]
[Example("json_size('{\"x\": {\"a\": 1, \"b\": 2}}', '$.x')", "2")]
[Example("json_size('{\"x\": [1, 2, 3]}', '$.x')", "3")]
[Example("json_size('{\"x\": 1}', '$.y')", "NULL")]
internal sealed class JsonSizeOverload() : RowOverload("json, varchar -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (SimplePath.Find(call.Json(0), call.Text(1)) is { } value)
            call.Append(value.Kind switch { JsonKind.Array => value.Items.Count, JsonKind.Object => value.Members.Count, _ => 0L });
        else
            call.AppendNull();
    }
}

[ScalarFunction("json_extract", "What a JSON path ($.a.b[0]) leads to, as json; NULL when there is nothing.")]
[Example("json_extract(CAST('{\"a\": [{\"b\": 5}]}' AS json), '$.a[0].b')", "5")]
internal sealed class JsonExtractOverload() : RowOverload("json, varchar -> json | jsonb, varchar -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(SimplePath.Find(JsonText.Parse(call.Bytes(0)), call.Text(1)));
}

[ScalarFunction("json_extract_scalar", "The scalar that a JSON path ($.a.b[0]) leads to, as text.", Aliases = ["json_extract_string"])]
[Example("json_extract_scalar(CAST('{\"a\": [{\"b\": \"x\"}]}' AS json), '$.a[0].b')", "x")]
[Example("json_extract_scalar('{\"a\": []}', '$.a')", "NULL")]
internal sealed class JsonExtractScalarOverload() : RowOverload("json, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (SimplePath.Find(call.Json(0), call.Text(1)) is { IsScalar: true } value)
            JsonRows.AppendText(call.Result, value, JsonStyle.Compact);
        else
            call.AppendNull();
    }
}

[ScalarFunction("json_array_get", "An element of an array, from 0, or from the end where negative; NULL outside and for what is no array or not even JSON.")]
[Example("json_array_get('[\"a\", [3, 9]]', 1)", "[3,9]")]
[Example("json_array_get('[1, 2]', -1)", "2")]
[Example("json_array_get('[\"a\"]', 0)", "a")]
internal sealed class JsonArrayGetOverload() : RowOverload("varchar, bigint -> json | json, bigint -> json")
{
    protected internal override void Invoke(in RowCall call)
    {
        List<JsonValue> items = JsonText.TryParse(call.Bytes(0))?.Items ?? [];
        long at = call.Long(1) < 0 ? items.Count + call.Long(1) : call.Long(1);
        JsonValue? found = at >= 0 && at < items.Count && items[(int)at].Kind != JsonKind.Null ? items[(int)at] : null;
        if (found?.Kind == JsonKind.String)
            call.Append(found.Text); // as in Trino, without quotes
        else
            call.Append(found);
    }
}

[ScalarFunction("is_json_scalar", "Whether json is a number, a string, a boolean or null.")]
[Example("is_json_scalar('1')", "true")]
[Example("is_json_scalar('[1]')", "false")]
internal sealed class IsJsonScalarOverload() : RowOverload("json -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(call.Json(0).IsScalar);
}

/// <summary>Whether a value is an element of a JSON array, of the same kind.</summary>
internal abstract class JsonArrayContainsBase(string signature) : RowOverload(signature)
{
    /// <summary>Whether an element is the value that is looked for.</summary>
    protected abstract bool IsMatch(in RowCall call, JsonValue item);

    protected internal override void Invoke(in RowCall call)
    {
        if (JsonText.TryParse(call.Bytes(0)) is not { Kind: JsonKind.Array } array)
        {
            call.AppendNull();
            return;
        }

        bool isFound = false;
        foreach (JsonValue item in array.Items)
            isFound |= IsMatch(call, item);
        call.Append(isFound);
    }
}

[ScalarFunction("json_array_contains", "Whether a JSON array has a string among its elements; NULL when it is no array.")]
[Example("json_array_contains('[\"a\", \"b\"]', 'a')", "true")]
internal sealed class JsonArrayContainsTextOverload() : JsonArrayContainsBase("json, varchar -> boolean | varchar, varchar -> boolean")
{
    protected override bool IsMatch(in RowCall call, JsonValue item) => item.Kind == JsonKind.String && item.Text == call.Text(1);
}

[ScalarFunction("json_array_contains", "Whether a JSON array has a whole number among its elements.")]
[Example("json_array_contains('[1, 2, 3]', 2)", "true")]
internal sealed class JsonArrayContainsLongOverload() : JsonArrayContainsBase("json, bigint -> boolean | varchar, bigint -> boolean")
{
    protected override bool IsMatch(in RowCall call, JsonValue item) =>
        item.Kind == JsonKind.Number && long.TryParse(item.Text, System.Globalization.CultureInfo.InvariantCulture, out long value) && value == call.Long(1);
}

[ScalarFunction("json_array_contains", "Whether a JSON array has a number among its elements.")]
[Example("json_array_contains('[1.5]', 1.5e0)", "true")]
internal sealed class JsonArrayContainsDoubleOverload() : JsonArrayContainsBase("json, double -> boolean | varchar, double -> boolean")
{
    protected override bool IsMatch(in RowCall call, JsonValue item) =>
        item.Kind == JsonKind.Number && item.Text.AsSpan().IndexOfAny(".eE") >= 0 && item.AsNumber().ToDouble().Equals(call.Double(1));
}

[ScalarFunction("json_array_contains", "Whether a JSON array has a boolean among its elements.")]
[Example("json_array_contains('[true]', false)", "false")]
internal sealed class JsonArrayContainsBoolOverload() : JsonArrayContainsBase("json, boolean -> boolean | varchar, boolean -> boolean")
{
    protected override bool IsMatch(in RowCall call, JsonValue item) => item.Kind == JsonKind.Boolean && item.Flag == call.Bool(1);
}

/// <summary>The paths of Trino's functions: <c>$.a.b[0]["c d"]</c>; a star takes all, and only one result counts.</summary>
internal static class SimplePath
{
    /// <summary>What a path leads to; null for nothing.</summary>
    public static JsonValue? Find(JsonValue value, string path)
    {
        JsonValue? at = value;
        foreach (string step in Steps(path))
        {
            at = at.Kind switch
            {
                JsonKind.Object => at.Find(step),
                JsonKind.Array when int.TryParse(step, out int place) && place >= 0 && place < at.Items.Count => at.Items[place],
                _ => null,
            };
            if (at is null)
                return null;
        }

        return at;
    }

    private static List<string> Steps(string path)
    {
        var steps = new List<string>();
        int at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                at++;
                bool isQuoted = at < path.Length && path[at] is '"' or '\'';
                int end = isQuoted ? ClosingQuote(path, at) + 1 : path.IndexOf(']', at);
                if (end <= 0 || end >= path.Length || path[end] != ']')
                    throw Invalid(path);
                steps.Add(isQuoted ? Unquote(path[(at + 1)..(end - 1)]) : path[at..end].Trim());
                if (steps[^1].Length == 0)
                    throw Invalid(path);
                at = end + 1;
                continue;
            }

            if (path[at] == '.')
                at++;
            else if (at > 0)
                throw Invalid(path);
            int next = at < path.Length && path[at] == '"' ? ClosingQuote(path, at) + 1 : path.AsSpan(at).IndexOfAny('.', '[') + at;
            if (next == at - 1)
                next = path.Length;
            if (next <= at)
                throw Invalid(path);
            steps.Add(path[at] == '"' ? Unquote(path[(at + 1)..(next - 1)]) : path[at..next]);
            at = next;
        }

        return steps;

        int ClosingQuote(string text, int open)
        {
            for (int close = open + 1; close < text.Length; close++)
            {
                if (text[close] == '\\')
                    close++;
                else if (text[close] == text[open])
                    return close;
            }

            throw Invalid(text);
        }

        static string Unquote(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\\(.)", "$1");
    }

    private static QueryException Invalid(string path) => new(ErrorCode.InvalidParameterValue, $"'{path}' is not a JSON path");
}
