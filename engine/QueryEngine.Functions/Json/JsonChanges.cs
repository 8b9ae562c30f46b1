using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("$json_path", "What a list of names and places leads to: the operator #>.")]
[Example("'{\"a\": [{\"b\": 5}]}'::json #> '{a,0,b}'", "5")]
internal sealed class JsonStepsOverload() : RowOverload("json, array(varchar) -> json | jsonb, array(varchar) -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonSteps.Find(call.Json(0), call.Texts(1)));
}

[ScalarFunction("$json_path_text", "What a list of names and places leads to, as text: the operator #>>.")]
[Example("'{\"a\": [{\"b\": \"x\"}]}'::json #>> '{a,0,b}'", "x")]
internal sealed class JsonStepsTextOverload() : RowOverload("json, array(varchar) -> varchar | jsonb, array(varchar) -> varchar")
{
    protected internal override void Invoke(in RowCall call) => JsonSteps.AppendText(call, JsonSteps.Find(call.Json(0), call.Texts(1)));
}

[ScalarFunction("json_extract_path", "What names and places lead to.", Aliases = ["jsonb_extract_path"])]
[Example("json_extract_path('{\"a\": [{\"b\": 5}]}', 'a', '0', 'b')", "5")]
internal sealed class JsonExtractPathOverload() : RowOverload("json, varchar... -> json | jsonb, varchar... -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonSteps.Find(call.Json(0), JsonSteps.Of(call)));
}

[ScalarFunction("json_extract_path_text", "What names and places lead to, as text.", Aliases = ["jsonb_extract_path_text"])]
[Example("json_extract_path_text('{\"a\": [\"x\"]}', 'a', '0')", "x")]
internal sealed class JsonExtractPathTextOverload() : RowOverload("json, varchar... -> varchar | jsonb, varchar... -> varchar")
{
    protected internal override void Invoke(in RowCall call) => JsonSteps.AppendText(call, JsonSteps.Find(call.Json(0), JsonSteps.Of(call)));
}

[ScalarFunction("jsonb_set", "A value with what a list of names and places leads to replaced, or added where it is missing at the end.")]
[Example("jsonb_set('{\"a\": [1, 2]}', '{a,0}', '5')", "{\"a\": [5, 2]}")]
[Example("jsonb_set('{\"a\": 1}', '{b}', '5', false)", "{\"a\": 1}")]
internal sealed class JsonbSetOverload() : RowOverload("jsonb, array(varchar), jsonb -> jsonb | jsonb, array(varchar), jsonb, boolean -> jsonb")
{
    protected internal override void Invoke(in RowCall call) =>
        call.Append(JsonSteps.Set(call.Json(0), call.Texts(1), call.Json(2), call.Count < 4 || call.Bool(3) ? JsonChange.Upsert : JsonChange.Replace).Normalize());
}

[ScalarFunction("jsonb_set_lax", "As jsonb_set, but a new value of NULL does what the last argument says: use_json_null, delete_key, return_target or raise_exception.")]
[Example("jsonb_set_lax('{\"a\": 1}', '{a}', NULL)", "{\"a\": null}")]
[Example("jsonb_set_lax('{\"a\": 1}', '{a}', NULL, true, 'delete_key')", "{}")]
internal sealed class JsonbSetLaxOverload() : RowOverload(
    "jsonb, array(varchar), jsonb -> jsonb | jsonb, array(varchar), jsonb, boolean -> jsonb | jsonb, array(varchar), jsonb, boolean, varchar -> jsonb",
    isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0) || call.IsNull(1) || (call.Count > 3 && call.IsNull(3)))
        {
            call.AppendNull();
            return;
        }

        JsonValue target = call.Json(0);
        JsonChange change = call.Count < 4 || call.Bool(3) ? JsonChange.Upsert : JsonChange.Replace;
        string treatment = call.Count < 5 ? "use_json_null" : call.IsNull(4) ? string.Empty : call.Text(4);
        if (treatment is not ("use_json_null" or "delete_key" or "return_target" or "raise_exception"))
            throw JsonRows.Wrong("null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"");
        if (!call.IsNull(2))
            call.Append(JsonSteps.Set(target, call.Texts(1), call.Json(2), change).Normalize());
        else if (treatment == "raise_exception")
            throw new QueryException(ErrorCode.NullNotAllowed, "JSON value must not be null");
        else if (treatment == "return_target")
            call.Append(target);
        else
            call.Append(JsonSteps.Set(target, call.Texts(1), JsonValue.Null, treatment == "delete_key" ? JsonChange.Delete : change).Normalize());
    }
}

[ScalarFunction("jsonb_insert", "A value with another inserted where a list of names and places leads; in arrays before the place, or after it.")]
[Example("jsonb_insert('{\"a\": [0, 1]}', '{a,1}', '9')", "{\"a\": [0, 9, 1]}")]
[Example("jsonb_insert('{\"a\": [0, 1]}', '{a,1}', '9', true)", "{\"a\": [0, 1, 9]}")]
internal sealed class JsonbInsertOverload() : RowOverload("jsonb, array(varchar), jsonb -> jsonb | jsonb, array(varchar), jsonb, boolean -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(
        JsonSteps.Set(call.Json(0), call.Texts(1), call.Json(2), call.Count > 3 && call.Bool(3) ? JsonChange.InsertAfter : JsonChange.InsertBefore).Normalize());
}

[ScalarFunction("jsonb_delete_path", "A value without what a list of names and places leads to: the operator #-.")]
[Example("'{\"a\": [1, 2]}'::jsonb #- '{a,0}'", "{\"a\": [2]}")]
internal sealed class JsonbDeletePathOverload() : RowOverload("jsonb, array(varchar) -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonSteps.Set(call.Json(0), call.Texts(1), JsonValue.Null, JsonChange.Delete));
}

[ScalarFunction("$subtract", "A value without a member, or without elements that are a string.", Aliases = ["jsonb_delete"])]
[Example("'{\"a\": 1, \"b\": 2}'::jsonb - 'a'", "{\"b\": 2}")]
[Example("'[\"a\", \"b\"]'::jsonb - 'b'", "[\"a\"]")]
internal sealed class JsonbDeleteOverload() : RowOverload("jsonb, varchar -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonSteps.Without(call.Json(0), [call.Text(1)]));
}

[ScalarFunction("$subtract", "A value without some members.", Aliases = ["jsonb_delete"])]
[Example("'{\"a\": 1, \"b\": 2, \"c\": 3}'::jsonb - ARRAY['a', 'b']", "{\"c\": 3}")]
internal sealed class JsonbDeleteManyOverload() : RowOverload("jsonb, array(varchar) -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonSteps.Without(call.Json(0), [.. call.Texts(1).OfType<string>()]));
}

[ScalarFunction("$subtract", "An array without the element at a place, from 0, or from the end where negative.", Aliases = ["jsonb_delete"])]
[Example("'[1, 2, 3]'::jsonb - 1", "[1, 3]")]
[Example("'{\"a\": 1}'::jsonb - 1", "error 22023")]
internal sealed class JsonbDeletePlaceOverload() : RowOverload("jsonb, bigint -> jsonb")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue value = call.Json(0);
        if (value.Kind == JsonKind.Object)
            throw JsonRows.Wrong("cannot delete from object using integer index");
        if (value.IsScalar)
            throw JsonRows.Wrong("cannot delete from scalar");
        long at = call.Long(1) < 0 ? value.Items.Count + call.Long(1) : call.Long(1);
        if (at >= 0 && at < value.Items.Count)
            value.Items.RemoveAt((int)at);
        call.Append(value);
    }
}

[ScalarFunction("$concat", "The members of both objects, of one name the right one; the elements of both arrays.", Aliases = ["jsonb_concat"])]
[Example("'{\"a\": 1}'::jsonb || '{\"b\": 2}'::jsonb", "{\"a\": 1, \"b\": 2}")]
[Example("'[1]'::jsonb || '2'::jsonb", "[1, 2]")]
internal sealed class JsonbConcatOverload() : RowOverload("jsonb, jsonb -> jsonb")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue left = call.Json(0), right = call.Json(1);
        call.Append(left.Kind == JsonKind.Object && right.Kind == JsonKind.Object
            ? JsonValue.Object([.. left.Members, .. right.Members]).Normalize()
            : JsonValue.Array([.. ItemsOf(left), .. ItemsOf(right)]));
    }

    private static List<JsonValue> ItemsOf(JsonValue value) => value.Kind == JsonKind.Array ? value.Items : [value];
}

[ScalarFunction("$subscript", "A member or an element, from 0, or from the end where negative: value['name'][0].")]
[Example("('{\"a\": [1, 2]}'::jsonb)['a'][-1]", "2")]
internal sealed class JsonSubscriptOverload() : RowOverload("jsonb, varchar -> jsonb | jsonb, bigint -> jsonb | json, varchar -> json | json, bigint -> json")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonSteps.Find(
        call.Json(0), [call[1].Type.IsText ? call.Text(1) : call.Long(1).ToString(System.Globalization.CultureInfo.InvariantCulture)]));
}

[ScalarFunction("json_strip_nulls", "A value without the members that are null, at any depth.", Aliases = ["jsonb_strip_nulls"])]
[Example("json_strip_nulls('{\"a\": null, \"b\": [null]}')", "{\"b\":[null]}")]
internal sealed class JsonStripNullsOverload() : RowOverload("json -> json | jsonb -> jsonb")
{
    protected internal override void Invoke(in RowCall call) => call.Append(Strip(call.Json(0)));

    private static JsonValue Strip(JsonValue value) => value.Kind switch
    {
        JsonKind.Array => JsonValue.Array(value.Items.ConvertAll(Strip)),
        JsonKind.Object => JsonValue.Object([.. value.Members.Where(member => member.Value.Kind != JsonKind.Null).Select(member => member with { Value = Strip(member.Value) })]),
        _ => value,
    };
}

[ScalarFunction("jsonb_pretty", "A value with a line for each element.", Aliases = ["json_pretty"])]
[Example("jsonb_pretty('1')", "1")]
internal sealed class JsonbPrettyOverload() : RowOverload("jsonb -> varchar")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonText.Write(call.Json(0), JsonStyle.Pretty));
}

[ScalarFunction("json_merge_patch", "A value changed by a patch, as RFC 7396 says: members are merged, null removes one.")]
[Example("json_merge_patch('{\"a\": 1, \"b\": 2}', '{\"b\": null, \"c\": 3}')", "{\"a\":1,\"c\":3}")]
internal sealed class JsonMergePatchOverload() : RowOverload("json, json -> json")
{
    protected internal override void Invoke(in RowCall call) => call.Append(Merge(call.Json(0), call.Json(1)));

    private static JsonValue Merge(JsonValue target, JsonValue patch)
    {
        if (patch.Kind != JsonKind.Object)
            return patch;
        List<JsonMember> members = target.Kind == JsonKind.Object ? [.. target.Members] : [];
        foreach (JsonMember change in patch.Members)
        {
            int at = members.FindIndex(member => member.Key == change.Key);
            JsonValue? merged = change.Value.Kind == JsonKind.Null ? null : Merge(at < 0 ? JsonValue.Null : members[at].Value, change.Value);
            if (at >= 0 && merged is null)
                members.RemoveAt(at);
            else if (at >= 0)
                members[at] = new JsonMember(change.Key, merged!);
            else if (merged is not null)
                members.Add(new JsonMember(change.Key, merged));
        }

        return JsonValue.Object(members);
    }
}
