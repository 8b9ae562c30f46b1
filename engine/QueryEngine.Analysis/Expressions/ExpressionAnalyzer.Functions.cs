using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>Calls of functions written in SQL: f(a) => the body of f with a in the place of its parameter.</content>
internal sealed partial class ExpressionAnalyzer
{
    /// <summary>The body of a function over the columns that stand for its parameters.</summary>
    public static (Column[] Parameters, Expression Body) AnalyzeBody(AnalysisContext context, CallableFunction function)
    {
        Tree.CreateFunctionStatement statement = function.Statement;
        foreach (var name in statement.Parameters.GroupBy(parameter => parameter.Name.Folded).Where(same => same.Count() > 1))
            throw new QueryException(ErrorCode.DuplicateColumn, $"parameter '{name.Key}' is there more than once", name.Last().Position);
        Column[] parameters = [.. statement.Parameters.Select((parameter, at) => context.Columns.New(parameter.Name.Folded, function.ParameterTypes[at]))];
        var relation = new RelationName(statement.Name.Last.Folded);
        NameScope scope = new(null, [.. parameters.Select(column => new Field(column.Name, column) { Relation = relation })], CommonTables.None);
        var around = context.Query;
        context.Query = function.Context;
        try
        {
            var analyzer = new ExpressionAnalyzer(context, scope, new ExpressionSink("the body of a function") { AllowsSubqueries = false });
            Operand body = analyzer.Operand(statement.Body);
            if (!body.IsUntypedText && !Coercion.CanCoerce(body.Type, function.ReturnType))
                throw new QueryException(
                    ErrorCode.TypeMismatch, $"the body of {function} is {body.Type}, which does not become {function.ReturnType} without a cast", body.Position, "Cast it.");
            return (parameters, analyzer._coercer.To(body, function.ReturnType));
        }
        finally
        {
            context.Query = around;
        }
    }

    /// <summary>The call of a function written in SQL; null when the name means another one.</summary>
    private Expression? TryInline(Tree.FunctionCall call)
    {
        IReadOnlyList<CallableFunction> named = context.SqlFunctions.Find(call.Name, context.Query);
        if (named.Count == 0)
            return null;
        if (call.Over is not null || call.IsStar || call.IsVariadic || IsAggregateForm(call))
            throw new QueryException(
                ErrorCode.WrongObjectType, $"OVER, DISTINCT, ORDER BY, FILTER, VARIADIC and * are not for {call.Name.Last.Value}, a function written in SQL", call.Position);

        Operand[] operands = [.. call.Arguments.Select(argument => Operand(argument is Tree.NamedArgument given ? given.Value : argument))];
        (CallableFunction function, int[] places) = Choose(call, named, operands);
        if (context.SqlFunctions.Calls.Contains(function))
            throw new QueryException(ErrorCode.InvalidRecursion, $"function {function} calls itself", call.Position);
        var arguments = new Expression[operands.Length];
        for (int at = 0; at < arguments.Length; at++)
            arguments[places[at]] = _coercer.To(operands[at], function.ParameterTypes[places[at]]);
        context.SqlFunctions.Calls.Push(function);
        try
        {
            (Column[] parameters, Expression body) = AnalyzeBody(context, function);
            return Inline(function, parameters, arguments, body);
        }
        catch (QueryException error) when (!function.IsInline && error.Position != call.Position)
        {
            // Places in the function's text are no places in the statement.
            throw new QueryException(error.Code, $"in function {function}: {error.Message}", call.Position, error.Hint, error);
        }
        finally
        {
            context.SqlFunctions.Calls.Pop();
        }
    }

    private Expression Inline(CallableFunction function, Column[] parameters, Expression[] arguments, Expression body)
    {
        if (function.Statement.IsStrict && parameters.Length > 0)
            body = Case(
                [Make.Or(parameters.Select(parameter => (Expression)Make.IsNull(parameter.Ref())))], [ConstantExpression.Null(body.Type), body]);
        if (!arguments.Any(argument => Volatility.IsVolatile(argument, context.Functions)))
            return body.Substitute(parameters.Zip(arguments).ToDictionary(pair => pair.First, pair => pair.Second));

        // random() must be drawn once, however often the body names it: transform(ARRAY[row], row -> body)[1].
        var type = new RowType(parameters.Select(parameter => new RowField(parameter.Name, parameter.Type)).ToValueList());
        Column row = context.Columns.New("arguments", type);
        Expression taken = body.Substitute(parameters.Select((parameter, at) => (parameter, Field: (Expression)new FieldExpression(row.Ref(), at, parameter.Type)))
            .ToDictionary(pair => pair.parameter, pair => pair.Field));
        var whole = new SpecialExpression(SpecialForm.Array, [new SpecialExpression(SpecialForm.Row, arguments.ToValueList(), type)], SqlType.Array(type));
        FunctionResolution resolution = context.Functions.ResolveScalar(
            "transform", [ArgumentType.Of(whole.Type), new ArgumentType(SqlType.Unknown) { LambdaArity = 1, LambdaType = _ => body.Type }]);
        var results = new CallExpression(resolution.Name, [whole, new LambdaExpression([row], taken)], SqlType.Array(body.Type));
        return Call("element_at", function.Statement.Position, [new Operand(results, function.Statement.Position), new Operand(new ConstantExpression(1L, SqlType.BigInt), function.Statement.Position)]);
    }

    /// <summary>The function that takes the arguments with the fewest conversions, and which parameter each argument is for.</summary>
    private static (CallableFunction Function, int[] Places) Choose(Tree.FunctionCall call, IReadOnlyList<CallableFunction> named, Operand[] operands)
    {
        CallableFunction? best = null;
        int[] bestPlaces = [];
        int bestCost = int.MaxValue;
        foreach (CallableFunction function in named)
        {
            if (PlacesOf(call, function) is not { } places)
                continue;
            int cost = 0;
            for (int at = 0; at < operands.Length && cost >= 0; at++)
            {
                SqlType target = function.ParameterTypes[places[at]];
                cost = operands[at].Type == target || (operands[at].IsUntypedText && target is VarcharType) ? cost
                    : operands[at].IsUntypedText || Coercion.CanCoerce(operands[at].Type, target) ? cost + 1
                    : -1;
            }

            if (cost >= 0 && cost < bestCost)
                (best, bestPlaces, bestCost) = (function, places, cost);
        }

        string types = string.Join(", ", operands.Select(operand => operand.IsUntypedText ? "varchar" : operand.Type.ToString()));
        return best is not null
            ? (best, bestPlaces)
            : throw new QueryException(
                ErrorCode.UndefinedFunction, $"function {call.Name.Last.Value}({types}) does not exist", call.Position, $"There is {string.Join(", ", named)}.");
    }

    // Arguments by name come after those by place, and each parameter has one.
    private static int[]? PlacesOf(Tree.FunctionCall call, CallableFunction function)
    {
        ImmutableArray<Tree.FunctionParameter> parameters = function.Statement.Parameters;
        if (call.Arguments.Length != parameters.Length)
            return null;
        var places = new int[parameters.Length];
        for (int at = 0; at < places.Length; at++)
        {
            places[at] = call.Arguments[at] is Tree.NamedArgument { Name: var name }
                ? parameters.ToList().FindIndex(parameter => name.Matches(parameter.Name.Folded))
                : at;
            if (places[at] < 0 || places.AsSpan(0, at).Contains(places[at]))
                return null;
        }

        return places;
    }
}
