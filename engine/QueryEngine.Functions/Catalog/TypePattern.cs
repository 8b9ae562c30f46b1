using QueryEngine.Spi;

namespace QueryEngine.Functions.Catalog;

/// <summary>A type with variables: <c>T</c>, <c>array(T)</c>, <c>map(K, V)</c>, <c>lambda(T, T -> U)</c>, any concrete type, or <c>any</c> for all of them.</summary>
internal abstract record TypePattern
{
    /// <summary>A type variable: one capital letter.</summary>
    public sealed record Variable(char Name) : TypePattern;

    /// <summary>A type without variables.</summary>
    public sealed record Concrete(SqlType Type) : TypePattern;

    /// <summary>An array of a pattern.</summary>
    public sealed record ArrayOf(TypePattern Element) : TypePattern;

    /// <summary>A map of patterns.</summary>
    public sealed record MapOf(TypePattern Key, TypePattern Value) : TypePattern;

    /// <summary>Any type at all: <c>any</c>.</summary>
    public sealed record Anything : TypePattern;

    /// <summary>A lambda.</summary>
    public sealed record LambdaOf(ValueList<TypePattern> Parameters, TypePattern Result) : TypePattern;

    /// <summary>Reads <c>parameters -> result</c>; the separator of parameters is a comma at the outermost level.</summary>
    public static (ValueList<TypePattern> Parameters, TypePattern Result) ParseSignature(string text)
    {
        int arrow = text.LastIndexOf("->", StringComparison.Ordinal);
        return (SplitOutermost(text[..arrow]).Select(Parse).ToValueList(), Parse(text[(arrow + 2)..].Trim()));
    }

    /// <summary>The type of the pattern with its variables replaced; null when some have no type yet.</summary>
    public SqlType? Substitute(IReadOnlyDictionary<char, SqlType> types) => this switch
    {
        Variable variable => types.GetValueOrDefault(variable.Name),
        Concrete concrete => concrete.Type,
        ArrayOf array => array.Element.Substitute(types) is { } element ? SqlType.Array(element) : null,
        MapOf map => map.Key.Substitute(types) is { } key && map.Value.Substitute(types) is { } value ? SqlType.Map(key, value) : null,
        LambdaOf lambda => lambda.Result.Substitute(types),
        _ => null,
    };

    /// <summary>Learns the variables from an argument's type; false when the shapes differ or no common type exists.</summary>
    public bool Unify(SqlType type, Dictionary<char, SqlType> types)
    {
        if (type is UnknownType)
            return true;
        switch (this)
        {
            case Variable variable:
                SqlType? common = types.TryGetValue(variable.Name, out SqlType? known) ? Coercion.CommonType(known, type) : type;
                if (common is null)
                    return false;
                types[variable.Name] = common;
                return true;
            case ArrayOf array:
                if (type is not ArrayType arrayType)
                    return false;
                if (arrayType.Element is UnknownType && array.Element is Variable unknown)
                    types.TryAdd(unknown.Name, SqlType.Unknown);
                return array.Element.Unify(arrayType.Element, types);
            case MapOf map:
                return type is MapType mapType && map.Key.Unify(mapType.Key, types) && map.Value.Unify(mapType.Value, types);
            default:
                return true;
        }
    }

    /// <summary>The variables of a pattern that is no lambda.</summary>
    public static IEnumerable<char> VariablesOf(TypePattern pattern) => pattern switch
    {
        Variable variable => [variable.Name],
        ArrayOf array => VariablesOf(array.Element),
        MapOf map => VariablesOf(map.Key).Concat(VariablesOf(map.Value)),
        _ => [],
    };

    private static TypePattern Parse(string text)
    {
        text = text.Trim();
        if (text.Length == 1 && char.IsAsciiLetterUpper(text[0]))
            return new Variable(text[0]);
        if (text == "any")
            return new Anything();
        if (text.StartsWith("array(", StringComparison.Ordinal))
            return new ArrayOf(Parse(text[6..^1]));
        if (text.StartsWith("map(", StringComparison.Ordinal) && SplitOutermost(text[4..^1]).ToArray() is [var key, var value])
            return new MapOf(Parse(key), Parse(value));
        if (text.StartsWith("lambda(", StringComparison.Ordinal))
        {
            (ValueList<TypePattern> parameters, TypePattern result) = ParseSignature(text[7..^1]);
            return new LambdaOf(parameters, result);
        }

        return new Concrete(SqlTypeParser.Parse(text));
    }

    private static IEnumerable<string> SplitOutermost(string text)
    {
        int depth = 0, start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[at] == ',' && depth == 0)
            {
                yield return text[start..at].Trim();
                start = at + 1;
            }
        }

        if (text[start..].Trim().Length > 0)
            yield return text[start..].Trim();
    }
}
