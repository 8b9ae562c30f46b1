using System.Collections.Frozen;

namespace QueryEngine.Sql.Parsing;

/// <summary>Functions that take a lambda; <c>x -&gt; 'text'</c> elsewhere is a step into a JSON document.</summary>
internal static class LambdaFunctions
{
    // In a class of its own, so that only statements with an arrow pay for the table.
    private static readonly FrozenSet<string> _names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "all_match", "any_match", "apply", "array_sort", "filter", "list_apply", "list_filter", "list_reduce",
        "list_transform", "map_filter", "map_zip_with", "none_match", "reduce", "reduce_agg", "regexp_replace", "transform",
        "transform_keys", "transform_values", "zip_with");

    /// <summary>Whether the function takes a lambda.</summary>
    public static bool Contains(string function) => _names.Contains(function);
}
