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

    private PropertyBag(Dictionary<string, string> values) => _values = values;

    /// <summary>Checks properties: unknown keys, missing required ones.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY, with a suggestion.</exception>
    public static PropertyBag Check(string owner, IReadOnlyList<PropertySpec> specs, IEnumerable<KeyValuePair<string, string>> properties)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertySpec spec in specs)
            if (spec.Default is not null)
                values[spec.Name] = spec.Default;
        foreach ((string name, string value) in properties)
        {
            string normalized = name.Replace('_', '-');
            PropertySpec spec = specs.FirstOrDefault(spec => spec.Name.Equals(normalized, StringComparison.OrdinalIgnoreCase))
                ?? throw new QueryException(
                    ErrorCode.InvalidProperty,
                    $"{owner} has no property '{name}'",
                    Suggestion.DidYouMean(name, specs.Select(spec => spec.Name))
                        ?? $"It has {string.Join(", ", specs.Select(spec => spec.Name))}.");
            values[spec.Name] = value;
        }

        if (specs.FirstOrDefault(spec => spec.IsRequired && !values.ContainsKey(spec.Name)) is { } missing)
            throw new QueryException(ErrorCode.InvalidProperty, $"{owner} needs property '{missing.Name}'", $"{missing.Name}: {missing.Description}");
        return new PropertyBag(values);
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

    /// <summary>An error that names the property, its value and the accepted form.</summary>
    public QueryException Invalid(string name, string accepted) =>
        new(ErrorCode.InvalidProperty, $"property '{name}' is '{Find(name)}'", $"It takes {accepted}.");
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
