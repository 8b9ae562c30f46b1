using QueryEngine.Functions.Json;

namespace QueryEngine.Functions.TextSearch;

/// <summary>Parts of json that have words.</summary>
[Flags]
internal enum JsonParts
{
    None = 0,
    Strings = 1,
    Numbers = 2,
    Booleans = 4,
    Keys = 8,
    All = Strings | Numbers | Booleans | Keys,
}

/// <summary>Text search in json.</summary>
internal static class JsonTextSearch
{
    /// <summary>The parts that a text or an array of texts names.</summary>
    public static JsonParts PartsOf(JsonValue value) => value.Kind switch
    {
        JsonKind.Array => value.Items.Aggregate(JsonParts.None, (parts, item) => parts | PartOf(item)),
        JsonKind.String => PartOf(value),
        _ => throw JsonRows.Wrong("wrong flag type, only arrays and scalars are allowed"),
    };

    /// <summary>The words of a value.</summary>
    public static TsVector ToVector(TextConfiguration configuration, JsonValue value, JsonParts parts)
    {
        var vector = new TsVector();
        int position = 0;
        Visit(value, parts, text =>
        {
            // Words of one text are no neighbours of those of the next.
            int known = Count(vector);
            position = configuration.AddTo(vector, text, position);
            if (Count(vector) > known)
                position++;
        });
        return vector;

        static int Count(TsVector vector) => vector.Words.Values.Sum(places => places.Count);
    }

    /// <summary>The value with its strings changed.</summary>
    public static JsonValue Map(JsonValue value, Func<string, string> change)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return value.Kind switch
        {
            JsonKind.String => JsonValue.String(change(value.Text)),
            JsonKind.Array => JsonValue.Array([.. value.Items.Select(item => Map(item, change))]),
            JsonKind.Object => JsonValue.Object([.. value.Members.Select(member => new JsonMember(member.Key, Map(member.Value, change)))]),
            _ => value,
        };
    }

    private static JsonParts PartOf(JsonValue value) => value.Kind != JsonKind.String ? throw JsonRows.Wrong("a flag is a string") : value.Text.ToLowerInvariant() switch
    {
        "all" => JsonParts.All,
        "key" => JsonParts.Keys,
        "string" => JsonParts.Strings,
        "numeric" => JsonParts.Numbers,
        "boolean" => JsonParts.Booleans,
        _ => throw JsonRows.Wrong($"wrong flag in flag array: \"{value.Text}\": it is one of string, numeric, boolean, key and all"),
    };

    private static void Visit(JsonValue value, JsonParts parts, Action<string> text)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value.Kind)
        {
            case JsonKind.String when parts.HasFlag(JsonParts.Strings):
            case JsonKind.Number when parts.HasFlag(JsonParts.Numbers):
                text(value.Text);
                break;
            case JsonKind.Boolean when parts.HasFlag(JsonParts.Booleans):
                text(value.Flag ? "true" : "false");
                break;
            case JsonKind.Array:
                foreach (JsonValue item in value.Items)
                    Visit(item, parts, text);
                break;
            case JsonKind.Object:
                foreach (JsonMember member in value.Members)
                {
                    if (parts.HasFlag(JsonParts.Keys))
                        text(member.Key);
                    Visit(member.Value, parts, text);
                }

                break;
            default:
                break;
        }
    }
}
