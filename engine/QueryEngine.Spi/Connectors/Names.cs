namespace QueryEngine.Spi;

/// <summary>The name of a table within a catalog, as the source writes it.</summary>
public readonly record struct SchemaTableName(string Schema, string Table)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Table}";
}

/// <summary>A name in a statement: a quoted one (<see cref="IsExact"/>) means itself, an unquoted one matches whatever the case.</summary>
public readonly record struct RequestedName(string Text, bool IsExact = false)
{
    /// <summary>Whether a name of the source is meant.</summary>
    public bool Matches(string name) => string.Equals(name, Text, IsExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The one candidate that is meant, or null when none is. Among several of an unquoted name, the one in lower case wins.
    /// </summary>
    /// <exception cref="QueryException">AMBIGUOUS_TABLE, naming the candidates.</exception>
    public string? Choose(IEnumerable<string> candidates)
    {
        RequestedName requested = this;
        string[] matches = [.. candidates.Where(requested.Matches).Distinct(StringComparer.Ordinal)];
        if (matches.Length <= 1)
            return matches.FirstOrDefault();
        string lower = Text.ToLowerInvariant();
        return matches.Contains(lower, StringComparer.Ordinal)
            ? lower
            : throw new QueryException(
                ErrorCode.AmbiguousTable,
                $"name '{Text}' may mean {string.Join(", ", matches.Select(name => $"\"{name}\""))}",
                "Write the name in double quotes, in its own case.");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
