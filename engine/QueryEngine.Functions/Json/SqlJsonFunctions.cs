using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Json.Path;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>A function of the standard: an input, a path, its variables and the clauses as words.</summary>
internal abstract class SqlJsonOverload(string result) : RowOverload(
    $"varchar, varchar, jsonb, varchar -> {result} | json, varchar, jsonb, varchar -> {result} | jsonb, varchar, jsonb, varchar -> {result}")
{
    /// <summary>What the path gives; null, with the error, when it raises one.</summary>
    protected static List<JsonValue>? Evaluate(in RowCall call, out QueryException? error)
    {
        error = null;
        JsonPath path = PathParser.Parse(call.Text(1));
        try
        {
            return new PathEvaluator(path, JsonText.Parse(call.Bytes(0)), JsonPaths.VariablesOf(call.Json(2))).Evaluate();
        }
        catch (QueryException raised) when (PathEvaluator.IsSuppressible(raised) || raised.Code == ErrorCode.InvalidText)
        {
            error = raised;
            return null;
        }
    }

    /// <summary>The error of nothing where something is wanted.</summary>
    protected static QueryException Nothing() => new(ErrorCode.NoJsonItem, "no SQL/JSON item found for specified path");
}

/// <summary>A function that gives either its text or what became of it: there (0), empty (1) or an error (2).</summary>
internal abstract class SqlJsonOutcomeOverload(bool givesState) : SqlJsonOverload(givesState ? "bigint" : "varchar")
{
    /// <summary>Ends the row.</summary>
    protected void Append(in RowCall call, string? text, bool isEmpty, bool isError)
    {
        if (givesState)
            call.Append(isError ? 2L : isEmpty ? 1L : 0L);
        else if (text is null)
            call.AppendNull();
        else
            call.Append(text);
    }
}

[ScalarFunction("$json_exists", "JSON_EXISTS: the last argument says what an error gives.")]
internal sealed class SqlJsonExistsOverload() : SqlJsonOverload("boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (Evaluate(call, out QueryException? error) is { } found)
        {
            call.Append(found.Count > 0);
            return;
        }

        switch (call.Text(3))
        {
            case "error":
                throw error!;
            case "unknown":
                call.AppendNull();
                break;
            default:
                call.Append(call.Text(3) == "true");
                break;
        }
    }
}

/// <summary>JSON_VALUE as text, or what became of it; words: <c>empty error</c> where these raise.</summary>
internal abstract class SqlJsonValueBase(bool givesState) : SqlJsonOutcomeOverload(givesState)
{
    protected internal override void Invoke(in RowCall call)
    {
        List<JsonValue>? found = Evaluate(call, out QueryException? error);
        string modes = call.Text(3);
        if (found is { Count: 0 } && modes.Contains("empty", StringComparison.Ordinal))
            throw Nothing();
        if (found is { Count: > 1 })
            error = new QueryException(ErrorCode.JsonMoreThanOneItem, "JSON path expression in JSON_VALUE should return single scalar item");
        else if (found is [{ IsScalar: false }])
            error = new QueryException(ErrorCode.JsonScalarRequired, "JSON path expression in JSON_VALUE should return single scalar item");
        if (error is not null && modes.Contains("error", StringComparison.Ordinal))
            throw error;
        JsonValue? value = error is null && found is [var only] ? only : null;
        Append(call, value is null or { Kind: JsonKind.Null } ? null : JsonRows.TextOf(value, JsonStyle.Spaced), found is { Count: 0 }, error is not null);
    }
}

[ScalarFunction("$json_value", "JSON_VALUE as text.")]
internal sealed class SqlJsonValueOverload() : SqlJsonValueBase(givesState: false);

[ScalarFunction("$json_value_state", "Whether JSON_VALUE is there (0), empty (1) or an error (2).")]
internal sealed class SqlJsonValueStateOverload() : SqlJsonValueBase(givesState: true);

/// <summary>JSON_QUERY, or what became of it; words: <c>empty error</c> where these raise, <c>wrap</c>, <c>conditional</c>, <c>omit</c>.</summary>
internal abstract class SqlJsonQueryBase(bool givesState) : SqlJsonOutcomeOverload(givesState)
{
    protected internal override void Invoke(in RowCall call)
    {
        List<JsonValue>? found = Evaluate(call, out QueryException? error);
        string modes = call.Text(3);
        if (found is { Count: 0 } && modes.Contains("empty", StringComparison.Ordinal))
            throw Nothing();
        bool wraps = modes.Contains("wrap", StringComparison.Ordinal) || (modes.Contains("conditional", StringComparison.Ordinal) && found is { Count: > 1 });
        if (found is { Count: > 1 } && !wraps)
            error = new QueryException(
                ErrorCode.JsonMoreThanOneItem, "JSON path expression in JSON_QUERY should return single item without wrapper", "Use the WITH WRAPPER clause to wrap SQL/JSON items into an array.");
        if (error is not null && modes.Contains("error", StringComparison.Ordinal))
            throw error;
        JsonValue? value = error is not null || found is null or { Count: 0 } ? null : wraps ? JsonValue.Array(found) : found[0];
        string? text = value is null ? null
            : value.Kind == JsonKind.String && modes.Contains("omit", StringComparison.Ordinal) ? value.Text
            : JsonText.Write(value.Normalize(), JsonStyle.Spaced);
        Append(call, text, found is { Count: 0 }, error is not null);
    }
}

[ScalarFunction("$json_query", "JSON_QUERY as text.")]
internal sealed class SqlJsonQueryOverload() : SqlJsonQueryBase(givesState: false);

[ScalarFunction("$json_query_state", "Whether JSON_QUERY is there (0), empty (1) or an error (2).")]
internal sealed class SqlJsonQueryStateOverload() : SqlJsonQueryBase(givesState: true);

[ScalarFunction("$json_object", "JSON_OBJECT: words (absent, unique), then names and values by turns.")]
internal sealed class SqlJsonObjectOverload() : RowOverload("varchar, any... -> json", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        var encoder = new JsonEncoder(call.Context, hasIsoTimes: true);
        string modes = call.Text(0);
        var members = new List<JsonMember>();
        var names = new HashSet<string>();
        for (int at = 1; at < call.Count; at += 2)
        {
            if (call.IsNull(at))
                throw new QueryException(ErrorCode.NullNotAllowed, "null value not allowed for object key");
            if (call.IsNull(at + 1) && modes.Contains("absent", StringComparison.Ordinal))
                continue;
            string key = encoder.KeyOf(call[at].Type, call[at].GetValue(call.Row)!);
            if (!names.Add(key) && modes.Contains("unique", StringComparison.Ordinal))
                throw new QueryException(ErrorCode.DuplicateJsonKey, $"duplicate JSON object key value: \"{key}\"");
            members.Add(new JsonMember(key, encoder.Encode(call[at + 1], call.Row)));
        }

        call.Append(JsonBuilding.WriteWide(JsonValue.Object(members)));
    }
}

[ScalarFunction("$json_array", "JSON_ARRAY: words (absent), then the elements.")]
internal sealed class SqlJsonArrayOverload() : RowOverload("varchar, any... -> json", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        var encoder = new JsonEncoder(call.Context, hasIsoTimes: true);
        bool skipsNulls = call.Text(0).Contains("absent", StringComparison.Ordinal);
        var items = new List<string>();
        for (int at = 1; at < call.Count; at++)
            if (!call.IsNull(at) || !skipsNulls)
                items.Add(JsonText.Write(encoder.Encode(call[at], call.Row), JsonStyle.Compact));
        call.Append($"[{string.Join(", ", items)}]");
    }
}

[ScalarFunction("json_object", "A json object of names and values by turns.")]
[Example("json_object('a', 1, 'b', 'x')", "{\"a\":1,\"b\":\"x\"}")]
internal sealed class JsonObjectOfPairsOverload() : RowOverload("any, any, any... -> json", isStrict: false)
{
    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes[0] is ArrayType ? null : base.Bind(name, parameterTypes, returnType);

    protected internal override void Invoke(in RowCall call) => call.Append(JsonBuilding.ObjectOf(call));
}

[ScalarFunction("$is_json", "IS JSON: words (array, object, scalar, unique).")]
internal sealed class IsJsonOverload() : RowOverload(
    "varchar, varchar -> boolean | json, varchar -> boolean | jsonb, varchar -> boolean | varbinary, varchar -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        string modes = call.Text(1);
        JsonValue? value;
        try
        {
            value = JsonText.TryParse(call.Bytes(0));
        }
        catch (QueryException)
        {
            value = null;
        }

        bool isKind = value is not null && (modes.Split(' ')[0] switch
        {
            "array" => value.Kind == JsonKind.Array,
            "object" => value.Kind == JsonKind.Object,
            "scalar" => value.IsScalar,
            _ => true,
        });
        call.Append(isKind && (!modes.Contains("unique", StringComparison.Ordinal) || HasUniqueKeys(value!)));
    }

    private static bool HasUniqueKeys(JsonValue value) =>
        value.Members.DistinctBy(member => member.Key).Count() == value.Members.Count
        && value.Members.TrueForAll(member => HasUniqueKeys(member.Value)) && value.Items.TrueForAll(HasUniqueKeys);
}
