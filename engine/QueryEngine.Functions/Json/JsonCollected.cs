using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>json_agg of what array_agg collected.</summary>
internal abstract class JsonAggBase(string signature, bool skipsNulls) : RowOverload(signature)
{
    protected internal override void Invoke(in RowCall call)
    {
        int last = call.Count - 1;
        ArrayRow array = call.Array(last);
        bool skips = skipsNulls || (call.Count > 1 && call.Text(0).Contains("absent", StringComparison.Ordinal));
        var encoder = new JsonEncoder(call.Context, hasIsoTimes: true);
        var items = new List<JsonValue>(array.Length);
        for (int at = array.Start; at < array.End; at++)
            if (!skips || !array.Elements.IsNull(at))
                items.Add(encoder.Encode(array.Elements, at));
        if (call.Result.Type is JsonType { IsNormal: true })
        {
            call.Append(JsonValue.Array(items), isNormalized: false);
            return;
        }

        // PostgreSQL begins a line for each row or array.
        string separator = array.Elements.Type is RowType or ArrayType ? ", \n " : ", ";
        call.Append($"[{string.Join(separator, items.Select(item => JsonText.Write(item, JsonStyle.Compact)))}]");
    }
}

[ScalarFunction("$json_agg", "json_agg.")]
internal sealed class JsonAggOverload() : JsonAggBase("array(T) -> json", skipsNulls: false);

[ScalarFunction("$json_agg_strict", "json_agg without NULLs.")]
internal sealed class JsonAggStrictOverload() : JsonAggBase("array(T) -> json", skipsNulls: true);

[ScalarFunction("$jsonb_agg", "jsonb_agg.")]
internal sealed class JsonbAggOverload() : JsonAggBase("array(T) -> jsonb", skipsNulls: false);

[ScalarFunction("$jsonb_agg_strict", "jsonb_agg without NULLs.")]
internal sealed class JsonbAggStrictOverload() : JsonAggBase("array(T) -> jsonb", skipsNulls: true);

[ScalarFunction("$json_array_of", "JSON_ARRAY of a query.")]
internal sealed class JsonArrayOfOverload() : JsonAggBase("varchar, array(T) -> json", skipsNulls: false);

/// <summary>json_object_agg of what array_agg collected.</summary>
internal abstract class JsonObjectAggBase(string signature, bool skipsNulls, bool isUnique) : RowOverload(signature)
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow keys = call.Array(0), values = call.Array(1);
        var encoder = new JsonEncoder(call.Context, hasIsoTimes: true);
        var members = new List<JsonMember>(keys.Length);
        var names = new HashSet<string>();
        for (int at = 0; at < keys.Length; at++)
        {
            if (keys.Elements.GetValue(keys.Start + at) is not { } key)
                throw new QueryException(ErrorCode.InvalidParameterValue, "field name must not be null");
            if (skipsNulls && values.Elements.IsNull(values.Start + at))
                continue;
            string name = encoder.KeyOf(keys.Elements.Type, key);
            if (isUnique && !names.Add(name))
                throw new QueryException(ErrorCode.DuplicateJsonKey, $"duplicate JSON object key value: \"{name}\"");
            members.Add(new JsonMember(name, encoder.Encode(values.Elements, values.Start + at)));
        }

        if (call.Result.Type is JsonType { IsNormal: true })
            call.Append(JsonValue.Object(members), isNormalized: false);
        else
            call.Append(members.Count == 0 ? "{}" : $"{{ {JsonBuilding.WriteWide(JsonValue.Object(members))[1..^1]} }}");
    }
}

[ScalarFunction("$json_object_agg", "json_object_agg.")]
internal sealed class JsonObjectAggOverload() : JsonObjectAggBase("array(K), array(V) -> json", skipsNulls: false, isUnique: false);

[ScalarFunction("$json_object_agg_strict", "json_object_agg without NULLs.")]
internal sealed class JsonObjectAggStrictOverload() : JsonObjectAggBase("array(K), array(V) -> json", skipsNulls: true, isUnique: false);

[ScalarFunction("$json_object_agg_unique", "json_object_agg that refuses a name twice.")]
internal sealed class JsonObjectAggUniqueOverload() : JsonObjectAggBase("array(K), array(V) -> json", skipsNulls: false, isUnique: true);

[ScalarFunction("$jsonb_object_agg", "jsonb_object_agg.")]
internal sealed class JsonbObjectAggOverload() : JsonObjectAggBase("array(K), array(V) -> jsonb", skipsNulls: false, isUnique: false);
