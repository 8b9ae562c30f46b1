using System.Collections.Frozen;

namespace QueryEngine.Analysis.Queries;

/// <summary>Functions that give a set of rows: as scalar functions they give an array, whose elements are the rows in FROM and as a column of SELECT.</summary>
internal static class SetFunctions
{
    private static readonly FrozenSet<string> _names = FrozenSet.Create(
        "generate_subscripts", "json_array_elements", "json_array_elements_text", "json_each", "json_each_text", "json_object_keys",
        "json_populate_recordset", "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys",
        "jsonb_path_query", "jsonb_path_query_tz", "jsonb_populate_recordset", "pg_timezone_names", "regexp_split_to_table", "string_to_table");

    /// <summary>The array whose elements a call stands for; null when it is a call of another function.</summary>
    public static Tree.FunctionCall? TryGet(Tree.FunctionCall call)
    {
        string name = call.Name.Last.Folded;
        if (_names.Contains(name))
            return call;

        // PostgreSQL's rows of matches; elsewhere the name is DuckDB's test whether there is a match.
        return name == "regexp_matches"
            ? call with { Name = new Tree.QualifiedName([new Tree.Identifier("$regexp_matches", IsQuoted: false) { Position = call.Position }]) { Position = call.Position } }
            : null;
    }
}
