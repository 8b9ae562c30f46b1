using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>What is done at the end of a list of names and places.</summary>
internal enum JsonChange
{
    /// <summary>Replaces what is there, or adds what is not.</summary>
    Upsert,

    /// <summary>Replaces what is there.</summary>
    Replace,

    /// <summary>Adds a member that is not there, or an element before one.</summary>
    InsertBefore,

    /// <summary>Adds a member that is not there, or an element after one.</summary>
    InsertAfter,

    /// <summary>Removes what is there.</summary>
    Delete,
}

/// <summary>Lists of names and places in a JSON value.</summary>
internal static class JsonSteps
{
    /// <summary>The steps that follow the first argument; null for NULL.</summary>
    public static List<string?> Of(in RowCall call)
    {
        var steps = new List<string?>(call.Count - 1);
        for (int at = 1; at < call.Count; at++)
            steps.Add(call.Text(at));
        return steps;
    }

    /// <summary>What the steps lead to; null for nothing.</summary>
    public static JsonValue? Find(JsonValue value, List<string?> steps)
    {
        foreach (string? step in steps)
        {
            JsonValue? next = (value.Kind, step) switch
            {
                (_, null) => null,
                (JsonKind.Object, _) => value.Find(step),
                (JsonKind.Array, _) when int.TryParse(step, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int place) =>
                    value.Items.ElementAtOrDefault(place < 0 ? value.Items.Count + place : place),
                _ => null,
            };
            if (next is null)
                return null;
            value = next;
        }

        return value;
    }

    /// <summary>Ends a row with the text of a value, NULL for nothing and for null.</summary>
    public static void AppendText(in RowCall call, JsonValue? value)
    {
        if (value is null)
            call.AppendNull();
        else
            JsonRows.AppendText(call.Result, value, call[0].Type is JsonType { IsNormal: true } ? JsonStyle.Spaced : JsonStyle.Compact);
    }

    /// <summary>A value without the members, or the elements that are strings, of some names.</summary>
    public static JsonValue Without(JsonValue value, HashSet<string> names) => value.Kind switch
    {
        JsonKind.Object => JsonValue.Object([.. value.Members.Where(member => !names.Contains(member.Key))]),
        JsonKind.Array => JsonValue.Array([.. value.Items.Where(item => item.Kind != JsonKind.String || !names.Contains(item.Text))]),
        _ => throw JsonRows.Wrong("cannot delete from scalar"),
    };

    /// <summary>A value with a change where the steps lead.</summary>
    public static JsonValue Set(JsonValue target, List<string?> steps, JsonValue value, JsonChange change)
    {
        if (target.IsScalar)
            throw JsonRows.Wrong(change == JsonChange.Delete ? "cannot delete path in scalar" : "cannot set path in scalar");
        return steps.Count == 0 || (target.Items.Count + target.Members.Count == 0 && change is JsonChange.Replace or JsonChange.Delete)
            ? target
            : Set(target, steps, 0, value, change);
    }

    private static JsonValue Set(JsonValue target, List<string?> steps, int depth, JsonValue value, JsonChange change)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        string step = steps[depth] ?? throw new QueryException(ErrorCode.NullNotAllowed, $"path element at position {depth + 1} is null");
        bool isLast = depth == steps.Count - 1;
        return target.Kind switch
        {
            JsonKind.Object => SetMember(target, step, steps, depth, value, change, isLast),
            JsonKind.Array => SetItem(target, step, steps, depth, value, change, isLast),
            _ => target,
        };
    }

    private static JsonValue SetMember(
        JsonValue target, string step, List<string?> steps, int depth, JsonValue value, JsonChange change, bool isLast)
    {
        List<JsonMember> members = [.. target.Members];
        int at = members.FindIndex(member => member.Key == step);
        if (!isLast)
        {
            if (at >= 0)
                members[at] = members[at] with { Value = Set(members[at].Value, steps, depth + 1, value, change) };
            return JsonValue.Object(members);
        }

        if (at >= 0 && change is JsonChange.InsertBefore or JsonChange.InsertAfter)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"cannot replace existing key '{step}'", "Try using the function jsonb_set to replace key value.");
        if (at >= 0 && change == JsonChange.Delete)
            members.RemoveAt(at);
        else if (at >= 0)
            members[at] = new JsonMember(step, value);
        else if (change is not (JsonChange.Delete or JsonChange.Replace))
            members.Add(new JsonMember(step, value));
        return JsonValue.Object(members);
    }

    private static JsonValue SetItem(
        JsonValue target, string step, List<string?> steps, int depth, JsonValue value, JsonChange change, bool isLast)
    {
        if (!int.TryParse(step, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int place))
            throw new QueryException(ErrorCode.InvalidText, $"path element at position {depth + 1} is not an integer: \"{step}\"");
        List<JsonValue> items = [.. target.Items];
        int at = place < 0 ? items.Count + place : place;
        bool isInside = at >= 0 && at < items.Count;
        if (!isLast)
        {
            if (isInside)
                items[at] = Set(items[at], steps, depth + 1, value, change);
            return JsonValue.Array(items);
        }

        switch (change)
        {
            case JsonChange.Delete when isInside:
                items.RemoveAt(at);
                break;
            case JsonChange.Upsert or JsonChange.Replace when isInside:
                items[at] = value;
                break;
            case JsonChange.InsertBefore or JsonChange.InsertAfter when isInside:
                items.Insert(change == JsonChange.InsertAfter ? at + 1 : at, value);
                break;
            case JsonChange.Upsert or JsonChange.InsertBefore or JsonChange.InsertAfter:
                items.Insert(at < 0 ? 0 : items.Count, value);
                break;
            default:
                break;
        }

        return JsonValue.Array(items);
    }
}
