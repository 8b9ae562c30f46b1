using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("$json_assign", "What UPDATE ... SET value['name'][0] = ... leaves: what is missing on the way is made, gaps of arrays are filled with null.")]
internal sealed class JsonAssignmentOverload() : RowOverload("jsonb, array(varchar), jsonb -> jsonb", isStrict: false)
{
    private const int MaxPlace = 10_000_000;

    protected internal override void Invoke(in RowCall call) =>
        call.Append(Assign(call.IsNull(0) ? null : call.Json(0), call.Texts(1), 0, call.IsNull(2) ? JsonValue.Null : call.Json(2)).Normalize());

    private static JsonValue Assign(JsonValue? target, IReadOnlyList<string?> path, int at, JsonValue value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (at == path.Count)
            return value;
        string step = path[at] ?? throw new QueryException(ErrorCode.NullNotAllowed, "a jsonb subscript in an assignment must not be NULL");
        bool isPlace = int.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int place);
        target ??= isPlace ? JsonValue.Array([]) : JsonValue.Object([]);
        switch (target.Kind)
        {
            case JsonKind.Object:
                int member = target.Members.FindIndex(one => one.Key == step);
                JsonValue inner = Assign(member < 0 ? null : target.Members[member].Value, path, at + 1, value);
                if (member < 0)
                    target.Members.Add(new JsonMember(step, inner));
                else
                    target.Members[member] = new JsonMember(step, inner);
                return target;

            case JsonKind.Array:
                if (!isPlace)
                    throw new QueryException(ErrorCode.InvalidText, $"path element at position {at + 1} is not an integer: \"{step}\"");
                int index = place < 0 ? target.Items.Count + place : place;
                if (index is < 0 or > MaxPlace)
                    throw JsonRows.Wrong($"path element at position {at + 1} is out of range: {place}");
                if (index < target.Items.Count)
                {
                    target.Items[index] = Assign(target.Items[index], path, at + 1, value);
                    return target;
                }

                while (target.Items.Count < index)
                    target.Items.Add(JsonValue.Null);
                target.Items.Add(Assign(null, path, at + 1, value));
                return target;

            default:
                throw JsonRows.Wrong("cannot replace existing key: the path leads through a scalar");
        }
    }
}
