using System.Collections.Frozen;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <summary>The names of the parameters of those functions of the catalog whose arguments can be given by name, as PostgreSQL names them.</summary>
internal static class NamedParameters
{
    // Behind = stands what a parameter is when it is not given.
    private static readonly FrozenDictionary<string, string[]> _names = new Dictionary<string, string[]>
    {
        ["make_interval"] = ["years=0", "months=0", "weeks=0", "days=0", "hours=0", "mins=0", "secs=0"],
        ["make_date"] = ["year", "month", "day"],
        ["make_time"] = ["hour", "min", "sec"],
        ["make_timestamp"] = ["year", "month", "mday", "hour", "min", "sec"],
        ["make_timestamptz"] = ["year", "month", "mday", "hour", "min", "sec", "timezone"],
        ["jsonb_set"] = ["jsonb_in", "path", "replacement", "create_if_missing=true"],
        ["jsonb_insert"] = ["jsonb_in", "path", "replacement", "insert_after=false"],
        ["jsonb_path_exists"] = ["target", "path"],
        ["jsonb_path_query"] = ["target", "path"],
        ["jsonb_path_query_array"] = ["target", "path"],
        ["jsonb_path_query_first"] = ["target", "path"],
        ["regexp_replace"] = ["string", "pattern", "replacement", "flags"],
        ["regexp_count"] = ["string", "pattern", "start", "flags"],
        ["regexp_like"] = ["string", "pattern", "flags"],
        ["regexp_instr"] = ["string", "pattern", "start", "N", "endoption", "flags", "subexpr"],
        ["regexp_substr"] = ["string", "pattern", "start", "N", "flags", "subexpr"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The call with all arguments by place.</summary>
    /// <exception cref="QueryException">UNDEFINED_FUNCTION for a name that is none, or comes twice; SYNTAX_ERROR for an argument by place after one by name.</exception>
    public static Tree.FunctionCall ByPlace(Tree.FunctionCall call, string name)
    {
        if (!_names.TryGetValue(name, out string[]? parameters))
            throw new QueryException(
                ErrorCode.NotSupported, $"the parameters of {name} have no names", call.Arguments.First(argument => argument is Tree.NamedArgument).Position, "Give its arguments by their places.");
        var given = new Tree.Expression?[parameters.Length];
        bool isNamed = false;
        for (int at = 0; at < call.Arguments.Length; at++)
        {
            Tree.Expression argument = call.Arguments[at];
            int place = at;
            if (argument is Tree.NamedArgument named)
            {
                isNamed = true;
                place = Array.FindIndex(parameters, parameter => named.Name.Matches(NameOf(parameter)));
                if (place < 0)
                    throw Undefined($"{name} has no parameter '{named.Name.Value}'", named.Name.Position, Suggestion.DidYouMean(named.Name.Value, parameters.Select(NameOf)));
                argument = named.Value;
            }
            else if (isNamed)
            {
                throw new QueryException(ErrorCode.SyntaxError, "arguments by place come before those by name", argument.Position);
            }

            if (place >= given.Length)
                throw Undefined($"{name} has {given.Length} parameters, but {call.Arguments.Length} values are given", argument.Position);
            if (given[place] is not null)
                throw Undefined($"parameter '{NameOf(parameters[place])}' of {name} is given twice", call.Arguments[at].Position);
            given[place] = argument;
        }

        int count = Array.FindLastIndex(given, argument => argument is not null) + 1;
        for (int place = 0; place < count; place++)
            given[place] ??= parameters[place].Contains('=', StringComparison.Ordinal)
                ? Sql.SqlParser.ParseExpression(parameters[place].Split('=')[1])
                : throw Undefined($"parameter '{NameOf(parameters[place])}' of {name} is not given", call.Position);
        return call with { Arguments = [.. given.Take(count)!] };
    }

    private static string NameOf(string parameter) => parameter.Split('=')[0];

    private static QueryException Undefined(string message, SourcePosition position, string? hint = null) => new(ErrorCode.UndefinedFunction, message, position, hint);
}
