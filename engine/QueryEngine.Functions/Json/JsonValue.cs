using System.Text;

namespace QueryEngine.Functions.Json;

/// <summary>What a JSON value is.</summary>
internal enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,

    /// <summary>A time inside a path: what .datetime() makes of a string.</summary>
    DateTime,
}

/// <summary>A member of an object.</summary>
internal readonly record struct JsonMember(string Key, JsonValue Value);

/// <summary>A part of a text in UTF-8.</summary>
internal sealed record JsonSource(byte[] Text, int Start, int End)
{
    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Text, Start, End - Start);
}

/// <summary>A JSON value as a tree. Numbers keep the text that they are written with.</summary>
internal sealed class JsonValue
{
    public static readonly JsonValue Null = new(JsonKind.Null);
    public static readonly JsonValue True = new(JsonKind.Boolean) { Flag = true };
    public static readonly JsonValue False = new(JsonKind.Boolean);

    private JsonValue(JsonKind kind) => Kind = kind;

    public JsonKind Kind { get; }

    /// <summary>The text of a string, a number or a time.</summary>
    public string Text { get; private init; } = string.Empty;

    /// <summary>Whether a boolean is true.</summary>
    public bool Flag { get; private init; }

    /// <summary>The elements of an array; its owner may change them before anyone else sees it.</summary>
    public List<JsonValue> Items { get; private init; } = [];

    /// <summary>The members of an object, as written; its owner may change them before anyone else sees it.</summary>
    public List<JsonMember> Members { get; private init; } = [];

    /// <summary>The text as written, where it was asked to be kept.</summary>
    public JsonSource? Source { get; private init; }

    /// <summary>What a time means.</summary>
    public Path.PathTime? Time { get; private init; }

    /// <summary>Whether it is neither an array nor an object.</summary>
    public bool IsScalar => Kind is not (JsonKind.Array or JsonKind.Object);

    public static JsonValue Boolean(bool value) => value ? True : False;

    public static JsonValue Number(string text) => new(JsonKind.Number) { Text = text };

    public static JsonValue Number(JsonNumber value) => Number(value.ToString());

    public static JsonValue String(string text) => new(JsonKind.String) { Text = text };

    public static JsonValue Array(List<JsonValue> items, JsonSource? source = null) => new(JsonKind.Array) { Items = items, Source = source };

    public static JsonValue Object(List<JsonMember> members, JsonSource? source = null) => new(JsonKind.Object) { Members = members, Source = source };

    public static JsonValue DateTime(Path.PathTime time) => new(JsonKind.DateTime) { Text = time.ToString(), Time = time };

    /// <summary>The value of a number.</summary>
    public JsonNumber AsNumber() => JsonNumber.Parse(Text);

    /// <summary>The last member of a name; null when there is none.</summary>
    public JsonValue? Find(string key)
    {
        for (int at = Members.Count - 1; at >= 0; at--)
            if (Members[at].Key == key)
                return Members[at].Value;
        return null;
    }

    /// <summary>The value as jsonb keeps it: of members of one name the last, ordered by length of the name, then by its bytes; numbers without exponents.</summary>
    public JsonValue Normalize()
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (Kind)
        {
            case JsonKind.Number:
                return Text.AsSpan().IndexOfAny('e', 'E') < 0 && Text is not ['-', '0', ..] ? this : Number(AsNumber());
            case JsonKind.Array:
                return Array(Items.ConvertAll(item => item.Normalize()));
            case JsonKind.Object:
                var last = new Dictionary<string, JsonValue>(Members.Count);
                foreach (JsonMember member in Members)
                    last[member.Key] = member.Value;
                List<JsonMember> members = [.. last.Select(entry => new JsonMember(entry.Key, entry.Value.Normalize()))];
                members.Sort((left, right) => CompareKeys(left.Key, right.Key));
                return Object(members);
            default:
                return this;
        }
    }

    /// <summary>Whether two values in normal form are equal; numbers by value.</summary>
    public static bool Equal(JsonValue left, JsonValue right)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (left.Kind != right.Kind)
            return false;
        return left.Kind switch
        {
            JsonKind.Null => true,
            JsonKind.Boolean => left.Flag == right.Flag,
            JsonKind.Number => left.Text == right.Text || left.AsNumber().CompareTo(right.AsNumber()) == 0,
            JsonKind.Array => left.Items.Count == right.Items.Count && left.Items.Zip(right.Items).All(pair => Equal(pair.First, pair.Second)),
            JsonKind.Object => left.Members.Count == right.Members.Count
                && left.Members.Zip(right.Members).All(pair => pair.First.Key == pair.Second.Key && Equal(pair.First.Value, pair.Second.Value)),
            _ => left.Text == right.Text,
        };
    }

    /// <summary>jsonb's order of names: by bytes in UTF-8 after their number.</summary>
    public static int CompareKeys(string left, string right)
    {
        byte[] l = Encoding.UTF8.GetBytes(left), r = Encoding.UTF8.GetBytes(right);
        return l.Length != r.Length ? l.Length.CompareTo(r.Length) : l.AsSpan().SequenceCompareTo(r);
    }

    /// <summary>PostgreSQL's @&gt;: whether a value has everything that another has, at the same places of objects and anywhere in arrays.</summary>
    public static bool Contains(JsonValue outer, JsonValue inner)
    {
        // An array contains a scalar that is one of its elements, at the top only.
        if (outer.Kind == JsonKind.Array && inner.IsScalar)
            return outer.Items.Exists(item => Equal(item, inner));
        return ContainsNested(outer, inner);
    }

    private static bool ContainsNested(JsonValue outer, JsonValue inner)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (outer.Kind != inner.Kind)
            return false;
        return outer.Kind switch
        {
            JsonKind.Object => inner.Members.TrueForAll(member => outer.Find(member.Key) is { } found && ContainsNested(found, member.Value)),
            JsonKind.Array => inner.Items.TrueForAll(item => outer.Items.Exists(candidate => ContainsNested(candidate, item))),
            _ => Equal(outer, inner),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => JsonText.Write(this, JsonStyle.Spaced);
}
