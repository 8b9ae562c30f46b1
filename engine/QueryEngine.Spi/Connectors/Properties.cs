using System.Globalization;

namespace QueryEngine.Spi;

/// <summary>A property that a catalog may have. Names are in lower case with dashes: <c>connection-url</c>.</summary>
public sealed record PropertySpec(string Name, string Description)
{
    /// <summary>Whether a catalog without it is an error.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether the value is shown as <c>***</c> wherever it would be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The value where none is given.</summary>
    public string? Default { get; init; }

    /// <summary>What values look like.</summary>
    public PropertyType Type { get; init; }

    /// <summary>The smallest whole number.</summary>
    public long? Min { get; init; }

    /// <summary>The largest whole number.</summary>
    public long? Max { get; init; }

    /// <summary>The values of a <see cref="PropertyType.Choice"/>, in lower case.</summary>
    public ValueList<string> Choices { get; init; }

    /// <summary>Other names of it, as older versions or other products call it.</summary>
    public ValueList<string> Aliases { get; init; }

    /// <summary>Whether a name, dashes or underscores, means this property.</summary>
    public bool Matches(string name)
    {
        string normalized = name.Replace('_', '-');
        return Name.Equals(normalized, StringComparison.OrdinalIgnoreCase)
            || Aliases.Any(alias => alias.Replace('_', '-').Equals(normalized, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What values may be, for messages: <c>true or false</c>; null where any text will do.</summary>
    public string? Accepted => Type switch
    {
        PropertyType.Text => null,
        PropertyType.Boolean => "true or false",
        PropertyType.Integer when Min is null && Max is null => "a whole number",
        PropertyType.Integer when Max is null => $"a whole number from {Min}",
        PropertyType.Integer => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Min ?? long.MinValue} to {Max}"),
        _ => Choices.Count == 1 ? Choices[0] : $"{string.Join(", ", Choices.SkipLast(1))} or {Choices[^1]}",
    };

    /// <summary>Whether a value is one of the accepted ones.</summary>
    public bool Accepts(string value) => Type switch
    {
        PropertyType.Text => true,
        PropertyType.Boolean => value.ToLowerInvariant() is "true" or "false",
        PropertyType.Integer => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= (Min ?? long.MinValue) && number <= (Max ?? long.MaxValue),
        _ => Choices.Contains(value.ToLowerInvariant().Replace('_', '-')),
    };
}

/// <summary>What the values of a property look like.</summary>
public enum PropertyType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>One of some words.</summary>
    Choice,
}

/// <summary>Text that is never shown: <see cref="ToString"/> gives <c>***</c>.</summary>
public sealed record Secret(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>Properties of a catalog, checked against the specifications of its factory.</summary>
public sealed class PropertyBag
{
    private readonly Dictionary<string, string> _values;
    private readonly IReadOnlyList<PropertySpec> _specs;

    private PropertyBag(Dictionary<string, string> values, IReadOnlyList<PropertySpec> specs) => (_values, _specs) = (values, specs);

    /// <summary>Checks properties: unknown keys, values that are none of the accepted ones, keys given twice, missing required ones.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY, with a suggestion.</exception>
    public static PropertyBag Check(string owner, IReadOnlyList<PropertySpec> specs, IEnumerable<KeyValuePair<string, string>> properties)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in properties)
        {
            PropertySpec spec = specs.FirstOrDefault(spec => spec.Matches(name))
                ?? throw new QueryException(
                    ErrorCode.InvalidProperty,
                    $"{owner} has no property '{name}'",
                    Suggestion.DidYouMean(name.Replace('_', '-'), specs.Select(spec => spec.Name))
                        ?? (specs.Count == 0 ? "It has no properties." : $"It has {string.Join(", ", specs.Select(spec => spec.Name))}."));
            if (!spec.Accepts(value))
                throw Invalid(spec, value, spec.Accepted!);
            if (!values.TryAdd(spec.Name, spec.Type == PropertyType.Choice ? value.ToLowerInvariant().Replace('_', '-') : value))
                throw new QueryException(ErrorCode.InvalidProperty, $"{owner} is given property '{spec.Name}' twice", "Give it once, by one of its names.");
        }

        foreach (PropertySpec spec in specs)
            if (spec.Default is not null)
                values.TryAdd(spec.Name, spec.Default);
        if (specs.FirstOrDefault(spec => spec.IsRequired && !values.ContainsKey(spec.Name)) is { } missing)
            throw new QueryException(ErrorCode.InvalidProperty, $"{owner} needs property '{missing.Name}'", $"{missing.Name}: {missing.Description}");
        return new PropertyBag(values, specs);
    }

    /// <summary>The text of a property, or null.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>The text of a property that is required or has a default.</summary>
    public string Get(string name) =>
        Find(name) ?? throw new QueryException(ErrorCode.InvalidProperty, $"property '{name}' is missing");

    /// <summary>A secret, or null.</summary>
    public Secret? FindSecret(string name) => Find(name) is { } value ? new Secret(value) : null;

    /// <summary>A whole number of a range.</summary>
    public int GetInteger(string name, int min, int max) =>
        int.TryParse(Get(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw Invalid(name, $"a whole number from {min} to {max}");

    /// <summary>true or false.</summary>
    public bool GetBoolean(string name) => Get(name).ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => throw Invalid(name, "true or false"),
    };

    /// <summary>An error that names the property, its value (unless that is a secret) and the accepted form.</summary>
    public QueryException Invalid(string name, string accepted) =>
        Invalid(_specs.FirstOrDefault(spec => spec.Matches(name)) ?? new PropertySpec(name, ""), Find(name), accepted);

    private static QueryException Invalid(PropertySpec spec, string? value, string accepted) => new(
        ErrorCode.InvalidProperty, $"property '{spec.Name}' is {(spec.IsSecret ? "a secret of another form" : $"'{value}'")}", $"It takes {accepted}.");
}

/// <summary>"Did you mean".</summary>
public static class Suggestion
{
    /// <summary>A sentence with the nearest candidate, or null when none is near.</summary>
    public static string? DidYouMean(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());

            // Letters left out are the commonest slip: of two equally near names the longer one is meant.
            if (distance < name.Length && (distance < bestDistance || (distance == bestDistance && candidate.Length > best?.Length)))
                (best, bestDistance) = (candidate, distance);
        }

        return best is null ? null : $"Did you mean '{best}'?";
    }

    // Levenshtein, two rows.
    private static int Distance(string left, string right)
    {
        if (left.Length > 128 || right.Length > 128)
            return int.MaxValue;

        int[] above = [.. Enumerable.Range(0, right.Length + 1)];
        int[] row = new int[right.Length + 1];
        for (int l = 1; l <= left.Length; l++)
        {
            row[0] = l;
            for (int r = 1; r <= right.Length; r++)
                row[r] = Math.Min(Math.Min(above[r], row[r - 1]) + 1, above[r - 1] + (left[l - 1] == right[r - 1] ? 0 : 1));
            (above, row) = (row, above);
        }

        return above[right.Length];
    }
}
