using System.Collections.Frozen;
using QueryEngine.Spi;
using QueryEngine.Sql;

namespace QueryEngine.Analysis.Expressions;

/// <summary>
/// Arguments by name of the functions whose parameters have names that people know, most of them PostgreSQL's: <c>make_interval(days => 10)</c>.
/// A call by name becomes one by place.
/// </summary>
internal static class NamedArguments
{
    // name|other name, with what it is when left out, for those that others may follow.
    private static readonly FrozenDictionary<string, Parameter[]> _functions = new Dictionary<string, string>
    {
        ["concat_ws"] = "sep",
        ["corr"] = "y, x",
        ["covar_pop"] = "y, x",
        ["covar_samp"] = "y, x",
        ["date_bin"] = "stride, source, origin",
        ["date_part"] = "field, source",
        ["date_trunc"] = "field, source, time_zone",
        ["first_value"] = "value|expr|expression",
        ["json_extract_path"] = "from_json",
        ["jsonb_insert"] = "jsonb_in, path, replacement, insert_after",
        ["jsonb_path_exists"] = "target, path, vars = '{}', silent",
        ["jsonb_path_match"] = "target, path, vars = '{}', silent",
        ["jsonb_path_query"] = "target, path, vars = '{}', silent",
        ["jsonb_path_query_array"] = "target, path, vars = '{}', silent",
        ["jsonb_path_query_first"] = "target, path, vars = '{}', silent",
        ["jsonb_set"] = "jsonb_in, path, replacement, create_if_missing",
        ["jsonb_set_lax"] = "jsonb_in, path, replacement, create_if_missing = true, null_value_treatment",
        ["lag"] = "value|expr|expression, \"offset\" = 1, \"default\"",
        ["last_value"] = "value|expr|expression",
        ["lead"] = "value|expr|expression, \"offset\" = 1, \"default\"",
        ["left"] = "string|str, n",
        ["lpad"] = "string|str, length|n, fill|padding_str",
        ["make_date"] = "year, month, day",
        ["make_interval"] = "years = 0, months = 0, weeks = 0, days = 0, hours = 0, mins = 0, secs = 0",
        ["make_time"] = "hour, min, sec",
        ["make_timestamp"] = "year, month, mday, hour, min, sec",
        ["make_timestamptz"] = "year, month, mday, hour, min, sec, timezone",
        ["nth_value"] = "value|expr|expression, n",
        ["ntile"] = "num_buckets|n",
        ["percentile_cont"] = "fraction|percentile",
        ["percentile_disc"] = "fraction|percentile",
        ["regexp_count"] = "string|str, pattern|regexp, start, flags",
        ["regexp_instr"] = "string|str, pattern|regexp, start = 1, N = 1, endoption = 0, flags = '', subexpr",
        ["regexp_like"] = "string|str, pattern|regexp, flags",
        ["regexp_replace"] = "string|str, pattern|regexp, replacement, flags",
        ["regexp_substr"] = "string|str, pattern|regexp, start = 1, N = 1, flags = '', subexpr",
        ["repeat"] = "string|str, n",
        ["replace"] = "string|str, substr|from, replacement|to",
        ["reverse"] = "string|str",
        ["right"] = "string|str, n",
        ["rpad"] = "string|str, length|n, fill|padding_str",
        ["split_part"] = "string|str, delimiter, n|pos",
        ["starts_with"] = "string|str, prefix|substr",
        ["strpos"] = "string|str, substring|substr",
        ["substr"] = "string|str, start|start_pos, length|count",
        ["substring"] = "string|str, start|start_pos, length|count",
        ["translate"] = "string|str, \"from\"|chars, \"to\"|translation",
    }.ToFrozenDictionary(entry => entry.Key, entry => Parse(entry.Value));

    /// <summary>The call with its arguments in their places; itself when none has a name.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED, FUNCTION_NOT_FOUND or SYNTAX_ERROR.</exception>
    public static Tree.FunctionCall Place(Tree.FunctionCall call, string name)
    {
        int first = call.Arguments.IndexOf(call.Arguments.FirstOrDefault(argument => argument is Tree.NamedArgument)!);
        if (first < 0)
            return call;
        if (!_functions.TryGetValue(name, out Parameter[]? parameters))
            throw QueryException.NotSupported($"an argument by name for {name}", call.Arguments[first].Position, "Write the arguments in their order.");

        var placed = new Tree.Expression?[Math.Max(parameters.Length, first)];
        for (int at = 0; at < first; at++)
            placed[at] = call.Arguments[at];
        foreach (Tree.Expression argument in call.Arguments[first..])
        {
            if (argument is not Tree.NamedArgument named)
                throw new QueryException(ErrorCode.SyntaxError, "an argument without a name cannot follow one with a name", argument.Position);
            int place = Array.FindIndex(parameters, parameter => parameter.Names.Any(named.Name.Matches));
            if (place < 0)
                throw new QueryException(
                    ErrorCode.UndefinedFunction,
                    $"function {name} has no parameter '{named.Name.Value}'",
                    named.Position,
                    Suggestion.DidYouMean(named.Name.Value, parameters.SelectMany(parameter => parameter.Names)));
            if (placed[place] is not null)
                throw new QueryException(ErrorCode.SyntaxError, $"parameter '{named.Name.Value}' is given twice", named.Position);
            placed[place] = named.Value;
        }

        int count = Array.FindLastIndex(placed, argument => argument is not null) + 1;
        return call with { Arguments = [.. placed.Take(count).Select((argument, at) => argument ?? Default(parameters[at], name, call))] };
    }

    /// <summary>DuckDB's <c>struct_pack(a := 1)</c> as a row with names.</summary>
    public static Tree.RowConstructor ToRow(Tree.FunctionCall call)
    {
        Tree.NamedArgument[] fields = [.. call.Arguments.Cast<Tree.NamedArgument>()];
        return new Tree.RowConstructor([.. fields.Select(field => field.Value)]) { FieldNames = [.. fields.Select(field => field.Name)], Position = call.Position };
    }

    private static Tree.Expression Default(Parameter parameter, string name, Tree.FunctionCall call) => parameter.Default is { } text
        ? SqlParser.ParseExpression(text)
        : throw new QueryException(ErrorCode.UndefinedFunction, $"function {name} needs parameter '{parameter.Names[0]}'", call.Position);

    private static Parameter[] Parse(string text) => [.. text.Split(", ").Select(one =>
    {
        string[] sides = one.Split(" = ");
        return new Parameter([.. sides[0].Split('|').Select(name => name.Trim('"'))], sides.Length > 1 ? sides[1] : null);
    })];

    private sealed record Parameter(string[] Names, string? Default);
}
