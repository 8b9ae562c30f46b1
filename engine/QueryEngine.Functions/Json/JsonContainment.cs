using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;

namespace QueryEngine.Functions.Json;

[ScalarFunction("jsonb_contains", "Whether the left value has everything that the right one has: the operator @>.", Aliases = ["json_contains", "array_contains_all"])]
[Example("'[1, 2]'::jsonb @> '2'", "true")]
[Example("'{\"a\": 1, \"b\": [1, 2]}'::jsonb @> '{\"b\": [2]}'", "true")]
internal sealed class JsonbContainsOverload() : RowOverload("jsonb, jsonb -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonValue.Contains(call.Json(0), call.Json(1)));
}

[ScalarFunction("jsonb_contained", "Whether the right value has everything that the left one has: the operator <@.", Aliases = ["array_contained_by"])]
[Example("'{\"b\": 2}'::jsonb <@ '{\"a\": 1, \"b\": 2}'", "true")]
internal sealed class JsonbContainedOverload() : RowOverload("jsonb, jsonb -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(JsonValue.Contains(call.Json(1), call.Json(0)));
}

[ScalarFunction("jsonb_exists", "Whether an object has a member, or an array a string: the operator ?.")]
[Example("jsonb_exists('{\"a\": 1}', 'a')", "true")]
[Example("jsonb_exists('[\"a\"]', 'b')", "false")]
internal sealed class JsonbExistsOverload() : RowOverload("jsonb, varchar -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(Has(call.Json(0), call.Text(1)));

    /// <summary>Whether a value has a name at its top.</summary>
    public static bool Has(JsonValue value, string name) => value.Kind switch
    {
        JsonKind.Object => value.Find(name) is not null,
        JsonKind.Array => value.Items.Exists(item => item.Kind == JsonKind.String && item.Text == name),
        JsonKind.String => value.Text == name,
        _ => false,
    };
}

[ScalarFunction("jsonb_exists_any", "Whether an object has some of the members: the operator ?|.")]
[Example("jsonb_exists_any('{\"a\": 1}', ARRAY['a', 'b'])", "true")]
internal sealed class JsonbExistsAnyOverload() : RowOverload("jsonb, array(varchar) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue value = call.Json(0);
        call.Append(call.Texts(1).OfType<string>().Any(name => JsonbExistsOverload.Has(value, name)));
    }
}

[ScalarFunction("jsonb_exists_all", "Whether an object has all of the members: the operator ?&.")]
[Example("jsonb_exists_all('{\"a\": 1}', ARRAY['a', 'b'])", "false")]
internal sealed class JsonbExistsAllOverload() : RowOverload("jsonb, array(varchar) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        JsonValue value = call.Json(0);
        call.Append(call.Texts(1).OfType<string>().All(name => JsonbExistsOverload.Has(value, name)));
    }
}
