using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>SQL/JSON: its clauses become words for the functions that do the work.</content>
internal sealed partial class ExpressionAnalyzer
{
    private Expression AnalyzeIsJson(Tree.IsJsonExpression test)
    {
        string modes = test.Kind switch
        {
            Tree.JsonItemKind.AnyArray => "array",
            Tree.JsonItemKind.AnyObject => "object",
            Tree.JsonItemKind.AnyScalar => "scalar",
            _ => "value",
        };
        if (test.HasUniqueKeys)
            modes += " unique";
        return Negate(Call("$is_json", test.Position, [Operand(test.Value), Word(modes, test.Position)]), test.IsNegated);
    }

    private Expression AnalyzeJsonPath(Tree.JsonPathExpression json)
    {
        Operand[] input = [Operand(json.Input), Operand(json.Path), PassingOf(json)];
        if (json.Function == Tree.JsonPathFunction.Exists)
        {
            string mode = json.OnError?.Kind switch
            {
                Tree.JsonBehaviorKind.Error => "error",
                Tree.JsonBehaviorKind.True => "true",
                Tree.JsonBehaviorKind.Unknown => "unknown",
                _ => "false",
            };
            return Returning(Call("$json_exists", json.Position, [.. input, Word(mode, json.Position)]), json, SqlType.Boolean);
        }

        bool isValue = json.Function == Tree.JsonPathFunction.Value;
        SqlType type = json.Returning is { } returning ? TypeResolver.Resolve(returning) : isValue ? SqlType.Varchar : SqlType.Jsonb;
        string function = isValue ? "$json_value" : "$json_query";
        Operand modes = Word(ModesOf(json), json.Position);
        CallExpression value = Call(function, json.Position, [.. input, modes]);

        bool raises = json.OnError?.Kind == Tree.JsonBehaviorKind.Error;
        Expression typed = type == SqlType.Varchar ? value : new CastExpression(isValue ? value : AsJson(value, type, raises), type, IsTry: !raises);
        Expression? onEmpty = BehaviorOf(json.OnEmpty, type), onError = BehaviorOf(json.OnError, type);
        if (onEmpty is null && onError is null)
            return typed;

        CallExpression state = Call(function + "_state", json.Position, [.. input, modes]);
        Expression isFailedCast = Make.And(Make.Not(Make.IsNull(value)), Make.IsNull(typed));
        var conditions = new List<Expression>();
        var results = new List<Expression>();
        if (onEmpty is not null)
        {
            conditions.Add(Make.Equal(state, new ConstantExpression(1L, SqlType.BigInt)));
            results.Add(onEmpty);
        }

        if (onError is not null)
        {
            conditions.Add(Make.Or(Make.Equal(state, new ConstantExpression(2L, SqlType.BigInt)), isFailedCast));
            results.Add(onError);
        }

        return Case(conditions, [.. results, typed]);
    }

    // The text of JSON_QUERY is JSON; what is not text is made of that.
    private static CastExpression AsJson(CallExpression value, SqlType type, bool raises) =>
        new(value, type.IsText || type is JsonType ? type : SqlType.Json, IsTry: !raises);

    private static string ModesOf(Tree.JsonPathExpression json)
    {
        var modes = new List<string>();
        if (json.OnEmpty?.Kind == Tree.JsonBehaviorKind.Error)
            modes.Add("empty");
        if (json.OnError?.Kind == Tree.JsonBehaviorKind.Error)
            modes.Add("error");
        if (json.Wrapper is Tree.JsonWrapper.Unconditional)
            modes.Add("wrap");
        else if (json.Wrapper is Tree.JsonWrapper.Conditional)
            modes.Add("conditional");
        if (json.KeepQuotes == false)
            modes.Add("omit");
        return string.Join(' ', modes);
    }

    // What stands for a result that is empty or an error; null for NULL and for raising.
    private Expression? BehaviorOf(Tree.JsonBehavior? behavior, SqlType type) => behavior?.Kind switch
    {
        Tree.JsonBehaviorKind.Default => _coercer.To(Operand(behavior.Default!), type),
        Tree.JsonBehaviorKind.EmptyArray => _coercer.To(new Operand(Literals.Text("[]"), behavior.Position), type),
        Tree.JsonBehaviorKind.EmptyObject => _coercer.To(new Operand(Literals.Text("{}"), behavior.Position), type),
        _ => null,
    };

    private Operand PassingOf(Tree.JsonPathExpression json)
    {
        Operand[] members = [.. json.Passing.SelectMany(item => new[] { Word(item.Name.Value, item.Position), Operand(item.Value) })];
        return new Operand(Call("jsonb_build_object", json.Position, members), json.Position);
    }

    private static Expression Returning(Expression value, Tree.JsonPathExpression json, SqlType natural)
    {
        SqlType type = json.Returning is { } returning ? TypeResolver.Resolve(returning) : natural;
        return type == natural ? value : new CastExpression(value, type, IsTry: false);
    }

    private Expression AnalyzeJsonObject(Tree.JsonObjectExpression json)
    {
        string modes = (json.NullOnNull == false ? "absent " : string.Empty) + (json.HasUniqueKeys ? "unique" : string.Empty);
        Operand[] members = [.. json.Members.SelectMany(member => new[] { Operand(member.Key), Operand(member.Value) })];
        return Built(Call("$json_object", json.Position, [Word(modes, json.Position), .. members]), json.Returning);
    }

    private Expression AnalyzeJsonArray(Tree.JsonArrayExpression json)
    {
        string modes = json.NullOnNull == true ? string.Empty : "absent";
        if (json.Items is [Tree.SubqueryExpression subquery])
        {
            Expression array = Analyze(new Tree.ArraySubqueryExpression(subquery.Query) { Position = subquery.Position });
            return Built(Call("$json_array_of", json.Position, [Word(modes, json.Position), new Operand(array, json.Position)]), json.Returning);
        }

        return Built(Call("$json_array", json.Position, [Word(modes, json.Position), .. json.Items.Select(Operand)]), json.Returning);
    }

    private static Expression Built(CallExpression json, Tree.TypeName? returning) =>
        returning is null || TypeResolver.Resolve(returning) is var type && type == json.Type ? json : new CastExpression(json, TypeResolver.Resolve(returning), IsTry: false);

    private static Operand Word(string text, SourcePosition position) => new(new ConstantExpression(text, SqlType.Varchar), position);

    /// <summary>
    /// json_agg and its kin are functions of array_agg: <c>json_agg(x ORDER BY y)</c> is <c>$json_agg(array_agg(x ORDER BY y))</c>. Null for others.
    /// </summary>
    private static Tree.FunctionCall? OfCollected(Tree.FunctionCall call, string name)
    {
        (string Function, int Arguments)? rewritten = name switch
        {
            "json_agg" or "json_group_array" => ("$json_agg", 1),
            "json_agg_strict" => ("$json_agg_strict", 1),
            "jsonb_agg" => ("$jsonb_agg", 1),
            "jsonb_agg_strict" => ("$jsonb_agg_strict", 1),
            "json_object_agg" or "json_group_object" => ("$json_object_agg", 2),
            "json_object_agg_strict" => ("$json_object_agg_strict", 2),
            "json_object_agg_unique" => ("$json_object_agg_unique", 2),
            "jsonb_object_agg" => ("$jsonb_object_agg", 2),
            _ => null,
        };
        if (rewritten is not var (function, count) || call.Arguments.Length != count)
            return null;
        return new Tree.FunctionCall(
            Named(function, call.Position), [.. call.Arguments.Select(argument => call with { Name = Named("array_agg", call.Position), Arguments = [argument] })])
        { Position = call.Position };
    }

    private static Tree.QualifiedName Named(string name, SourcePosition position) =>
        new([new Tree.Identifier(name, IsQuoted: false) { Position = position }]) { Position = position };
}
