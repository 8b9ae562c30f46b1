using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>Calls of scalar, aggregate and window functions.</content>
internal sealed partial class ExpressionAnalyzer
{
    private Expression AnalyzeCall(Tree.FunctionCall call)
    {
        if (TryInline(call) is { } inlined)
            return inlined;
        string name = call.Name.Last.Folded;
        if (name == "struct_pack" && call.Arguments.All(argument => argument is Tree.NamedArgument))
            return Analyze(NamedArguments.ToRow(call));
        call = NamedArguments.Place(call, name);
        if (call.IsVariadic)
            call = Spread(call, name);
        if (OfCollected(call, name) is { } collected)
            return AnalyzeCall(collected);
        if (call.Over is not null)
            return AnalyzeWindowCall(call, name);
        if (HypotheticalSets.Contains(call, name))
            return Analyze(HypotheticalSets.Rewrite(call, name));
        if (name == "grouping")
            return AnalyzeGrouping(call);
        if (name == "unnest" || (sink.Unnests is not null && (name == "generate_series" || SetFunctions.TryGet(call) is not null)))
            return AnalyzeSetReturning(call, name);
        if (context.Functions.IsAggregate(name) && !(context.Functions.IsScalar(name) && !IsAggregateForm(call)))
            return AnalyzeAggregate(call, name);
        if (context.Functions.IsWindow(name))
            throw new QueryException(ErrorCode.WindowingError, $"window function {name} needs an OVER clause", call.Position);
        if (IsAggregateForm(call) || call.IsStar)
        {
            // An unknown function is the better message.
            if (!context.Functions.IsScalar(name))
                Resolve(call, () => context.Functions.ResolveScalar(name, []));
            throw new QueryException(
                ErrorCode.WrongObjectType, $"DISTINCT, ORDER BY, FILTER and * are for aggregate functions, and {name} is none", call.Position);
        }

        return AnalyzeSpecial(call, name) ?? AnalyzeScalarCall(call, name);
    }

    // f(a, VARIADIC ARRAY[b, c]) is f(a, b, c); other arrays are spread when they are analyzed.
    private Tree.FunctionCall Spread(Tree.FunctionCall call, string name)
    {
        if (call.Arguments[^1] is Tree.ArrayConstructor array)
            return call with { IsVariadic = false, Arguments = [.. call.Arguments[..^1], .. array.Items] };
        return call.Over is null && !context.Functions.IsAggregate(name)
            ? call
            : throw QueryException.NotSupported("VARIADIC of something that is not ARRAY[...]", call.Arguments[^1].Position);
    }

    /// <summary>unnest or generate_series: the sink repeats the row for each element, the expression sees one.</summary>
    private ColumnExpression AnalyzeSetReturning(Tree.FunctionCall call, string name)
    {
        if (sink.Unnests is null)
            throw new QueryException(ErrorCode.NotSupported, $"{name} is not allowed in {sink.Clause}", call.Position, "Put it into FROM.");
        Tree.Expression collection = name != "unnest" ? SetFunctions.TryGet(call) ?? UnnestSource.SequenceOf(call)
            : call.Arguments is [var only] ? only
            : throw new QueryException(ErrorCode.UndefinedFunction, "unnest of several arrays may stand only in FROM", call.Position);
        var inner = new ExpressionAnalyzer(context, scope, new ExpressionSink($"the argument of {name}")
        {
            Subqueries = sink.Subqueries,
            Aggregates = sink.Aggregates,
            Windows = sink.Windows,
        });
        Expression array = inner.Analyze(collection);
        if (array.Type is UnknownType)
            array = new CastExpression(array, SqlType.Array(SqlType.Unknown));
        if (array.Type is not ArrayType { Element: var element })
            throw QueryException.NotSupported($"unnest of {array.Type} in an expression", call.Position, "Put it into FROM.");

        // Rows would be taken apart into columns: wrapped into rows of one field, they come out whole.
        if (element is RowType)
            array = Wrapped(array, element);
        if (sink.GroupedUnnests.Concat(sink.Unnests).FirstOrDefault(known => known.Array == array) is { } known)
            return known.Element.Ref();
        Column column = context.Columns.New(name, element);
        sink.Unnests.Add(new UnnestUse(array, column));
        return column.Ref();
    }

    private CallExpression Wrapped(Expression array, SqlType element)
    {
        Column item = context.Columns.New("element", element);
        var wrapper = new RowType([new RowField("element", element)]);
        var lambda = new LambdaExpression([item], new SpecialExpression(SpecialForm.Row, [item.Ref()], wrapper));
        FunctionResolution resolution = context.Functions.ResolveScalar(
            "transform", [ArgumentType.Of(array.Type), new ArgumentType(SqlType.Unknown) { LambdaArity = 1, LambdaType = _ => wrapper }]);
        return new CallExpression(resolution.Name, [array, lambda], SqlType.Array(wrapper));
    }

    private static bool IsAggregateForm(Tree.FunctionCall call) =>
        call.IsDistinct || call.Filter is not null || call.OrderBy.Length > 0 || call.WithinGroup.Length > 0;

    /// <summary>Calls that do not evaluate all of their arguments; null for others.</summary>
    private Expression? AnalyzeSpecial(Tree.FunctionCall call, string name)
    {
        switch (name, call.Arguments.Length)
        {
            case ("coalesce" or "ifnull" or "nvl", >= 1):
                Expression[] values = _coercer.Unify([.. call.Arguments.Select(Operand)], name.ToUpperInvariant());
                return new SpecialExpression(SpecialForm.Coalesce, values.ToValueList(), values[0].Type);

            case ("nullif", 2):
                Operand value = Operand(call.Arguments[0]), other = Operand(call.Arguments[1]);
                SqlType result = value.IsUntypedText ? Coercer.Common([value, other]) ?? SqlType.Varchar : value.Type;
                return Case(
                    [Compare(Tree.ComparisonOperator.Equal, value, other, call.Position)],
                    [ConstantExpression.Null(result), _coercer.To(value, result)]);

            case ("if" or "iif", 2 or 3):
                Expression condition = _coercer.ToBoolean(Operand(call.Arguments[0]), "the condition of IF");
                Operand otherwise = call.Arguments.Length == 3
                    ? Operand(call.Arguments[2])
                    : new Operand(ConstantExpression.Null(SqlType.Unknown), call.Position);
                return Case([condition], _coercer.Unify([Operand(call.Arguments[1]), otherwise], "IF"));

            case ("try", 1):
                Expression tried = Analyze(call.Arguments[0]);
                return new SpecialExpression(SpecialForm.Try, [tried], tried.Type);

            case ("current_role", 0) when context.Tables.Metadata.States.Find(context.Query)?.Role is { } role:
                return new ConstantExpression(role, SqlType.Varchar);

            default:
                return null;
        }
    }

    private Expression AnalyzeScalarCall(Tree.FunctionCall call, string name)
    {
        // PostgreSQL: the name of a type is also a function that casts to it.
        if (call.Arguments is [not Tree.LambdaExpression] && !context.Functions.IsScalar(name) && SqlTypeParser.TryParse(name) is not null)
            return Analyze(new Tree.CastExpression(call.Arguments[0], new Tree.NamedType(call.Name, []) { Position = call.Position }, IsTry: false) { Position = call.Position });
        if (name == "typeof" && call.Arguments.Length == 1)
            return new ConstantExpression(Analyze(call.Arguments[0]).Type.ToString(), SqlType.Varchar);

        var operands = new Operand[call.Arguments.Length];
        var types = new ArgumentType[operands.Length];
        for (int at = 0; at < operands.Length; at++)
        {
            if (call.Arguments[at] is Tree.LambdaExpression lambda)
            {
                types[at] = new ArgumentType(SqlType.Unknown)
                {
                    LambdaArity = lambda.Parameters.Length,
                    LambdaType = parameters => AnalyzeLambda(lambda, parameters).Type,
                };
                continue;
            }

            operands[at] = Operand(call.Arguments[at]);
            if (LengthInDialect(name, operands) is { } length)
                return length;
            types[at] = ArgumentOf(operands[at]);
        }

        CharType? concatenated = ConcatInDialect(name, operands);
        for (int at = 0; at < operands.Length && IsTrino; at++)
        {
            if (types[at].LambdaArity is not null || operands[at].Type is not CharType)
                continue;
            operands[at] = PaddedInDialect(operands[at]);
            types[at] = ArgumentOf(operands[at]);
        }

        if (call.IsVariadic)
            return Call(name, call.Position, [.. operands[..^1], .. Spread(operands[^1])]);
        FunctionResolution resolution = Resolve(call, () => context.Functions.ResolveScalar(InDialect(name, types), types));
        var arguments = new Expression[operands.Length];
        for (int at = 0; at < arguments.Length; at++)
        {
            arguments[at] = call.Arguments[at] is Tree.LambdaExpression lambda
                ? AnalyzeLambda(lambda, resolution.LambdaParameterTypes[at]!.Value, resolution.ParameterTypes[at])
                : _coercer.To(operands[at], resolution.ParameterTypes[at]);
        }

        var result = new CallExpression(resolution.Name, arguments.ToValueList(), resolution.ReturnType);
        return concatenated is null ? result : new CastExpression(result, concatenated);
    }

    // VARIADIC array: the elements as arguments of their own.
    private static IEnumerable<Operand> Spread(Operand array) => array.Expression switch
    {
        SpecialExpression { Form: SpecialForm.Array } constructor => constructor.Arguments.Select(item => new Operand(item, array.Position)),
        ConstantExpression { ValueType: ArrayType type, Value: ValueList<object?> items } => items.Select(item => new Operand(new ConstantExpression(item, type.Element), array.Position)),
        _ => throw QueryException.NotSupported("VARIADIC of an array whose length is not known", array.Position),
    };

    private LambdaExpression AnalyzeLambda(Tree.LambdaExpression lambda, ValueList<SqlType> parameters, SqlType? result = null)
    {
        Column[] columns = [.. lambda.Parameters.Select((parameter, at) => context.Columns.New(parameter.Folded, parameters[at]))];
        var inner = new NameScope(scope, [.. columns.Select(column => new Field(column.Name, column))], scope.CommonTables) { IsLambda = true };
        var body = new ExpressionAnalyzer(context, inner, new ExpressionSink("a lambda") { AllowsSubqueries = false });
        Operand operand = body.Operand(lambda.Body);
        Expression typed = result is null or UnknownType ? Coercer.Finish(operand.Expression) : _coercer.To(operand, result);
        return new LambdaExpression(columns.ToValueList(), typed);
    }

    private Expression AnalyzeGrouping(Tree.FunctionCall call)
    {
        if (call.Arguments.Length == 0)
            throw new QueryException(ErrorCode.SyntaxError, "grouping takes at least one key", call.Position);
        (Operand[] keys, ExpressionSink? taker) = AtLevel(
            analyzer => call.Arguments.Select(argument => new Operand(analyzer.Analyze(argument), argument.Position)).ToArray());
        return taker?.Aggregates is { } collector
            ? collector.AddGrouping([.. keys], context.Columns.New("grouping", SqlType.Integer)).Ref()
            : throw new QueryException(ErrorCode.GroupingError, $"grouping is not allowed in {taker?.Clause ?? "FROM"}", call.Position);
    }

    private Expression AnalyzeAggregate(Tree.FunctionCall call, string name)
    {
        if (call is { Arguments: [Tree.ArrayConstructor { Items.Length: > 0 } several], WithinGroup.Length: 1 } && name is "percentile_cont" or "percentile_disc")
        {
            Operand[] each = [.. several.Items.Select(item => new Operand(AnalyzeAggregate(call with { Arguments = [item] }, name), item.Position))];
            return new SpecialExpression(
                SpecialForm.Array, each.Select(one => one.Expression).ToValueList(), SqlType.Array(each[0].Type));
        }

        if (call.NullTreatment == Tree.NullTreatment.Ignore)
            throw QueryException.NotSupported("IGNORE NULLS of an aggregate", call.Position, "Filter the nulls out: FILTER (WHERE ... IS NOT NULL).");
        (AggregateUse use, ExpressionSink? taker) = AtLevel(analyzer => analyzer.AggregateOf(call, name));
        return taker?.Aggregates is { } collector
            ? collector.Add(use, context.Columns).Ref()
            : throw new QueryException(ErrorCode.GroupingError, $"aggregate function {name} is not allowed in {taker?.Clause ?? "FROM"}", call.Position);
    }

    /// <summary>
    /// An aggregate, and the sink of the query to which it belongs: the innermost one of which its arguments name a column; this one when they name
    /// none (SQL:2016 6.9, syntax rule 6). No sink: it stands in FROM of that query.
    /// </summary>
    private (T Result, ExpressionSink? Taker) AtLevel<T>(Func<ExpressionAnalyzer, T> analyze)
    {
        List<bool> named = [];
        for (NameScope? around = scope; around is not null; around = around.Outer)
        {
            named.Add(around.IsNamed);
            around.IsNamed = false;
        }

        NameScope? level = scope;
        T result;
        var subqueries = new List<SubqueryUse>();
        try
        {
            result = AnalyzeIn(scope, subqueries);
            while (level is not null && (level.IsLambda || !level.IsNamed))
                level = level.Outer;
        }
        finally
        {
            int at = 0;
            for (NameScope? around = scope; around is not null; around = around.Outer)
                around.IsNamed |= named[at++];
        }

        ExpressionSink? taker = sink;
        if (level is not null && level != scope.Query)
        {
            subqueries.Clear();
            result = AnalyzeIn(level, subqueries);
            taker = level.Sink;
        }

        taker?.Aggregates?.InputSubqueries.AddRange(subqueries);
        return (result, taker);

        T AnalyzeIn(NameScope where, List<SubqueryUse> found)
        {
            // Columns inside an aggregate need not be grouped.
            (Dictionary<Column, SourcePosition>? positions, where.Positions) = (where.Positions, null);
            try
            {
                return analyze(new ExpressionAnalyzer(context, where, new ExpressionSink("the argument of an aggregate") { Subqueries = found }));
            }
            finally
            {
                where.Positions = positions;
            }
        }
    }

    /// <summary>The call as an aggregate; this analyzer is that of its arguments.</summary>
    private AggregateUse AggregateOf(Tree.FunctionCall call, string name)
    {
        Operand[] operands = OperandsOfAggregate(call, name, out ImmutableArray<Tree.SortItem> order);
        FunctionResolution resolution = Resolve(call, () => context.Functions.ResolveAggregate(name, [.. operands.Select(ArgumentOf)]));
        ValueList<SortExpression> keys = order.Select(SortKeyOf).ToValueList();
        for (int key = 0; key < keys.Count && call.IsDistinct; key++)
            if (!operands.Any(operand => operand.Expression == keys[key].Expression))
                throw new QueryException(
                    ErrorCode.InvalidColumnReference, "with DISTINCT, an aggregate can be ordered by its arguments only", order[key].Position);
        Expression? filter = call.Filter is null ? null : _coercer.ToBoolean(Operand(call.Filter), "the condition of FILTER");
        return new AggregateUse(
            resolution.Name,
            operands.Select((operand, at) => Guarded(_coercer.To(operand, resolution.ParameterTypes[at]), filter)).ToValueList(),
            resolution.ParameterTypes,
            resolution.ReturnType)
        {
            IsDistinct = call.IsDistinct,
            Filter = filter,
            OrderBy = keys.Select(key => key with { Expression = Guarded(key.Expression, filter) }).ToValueList(),
        };
    }

    // Only computed for rows that FILTER lets pass: sum(10 / x) FILTER (WHERE x <> 0) divides by no zero. A condition that gives another answer each time must stand once.
    private Expression Guarded(Expression input, Expression? filter) =>
        filter is null || input is ColumnExpression || !input.References().Any() || Volatility.IsVolatile(filter, context.Functions)
            ? input
            : new SpecialExpression(SpecialForm.Case, [filter, input, ConstantExpression.Null(input.Type)], input.Type);

    // percentile_cont(0.5) WITHIN GROUP (ORDER BY x) is percentile_cont(x, 0.5); of listagg and its kin it is just the order.
    private Operand[] OperandsOfAggregate(Tree.FunctionCall call, string name, out ImmutableArray<Tree.SortItem> order)
    {
        Operand[] operands = [.. call.Arguments.Select(Operand)];
        order = call.OrderBy;
        if (call.WithinGroup.Length == 0)
            return operands;
        if (call.OrderBy.Length > 0)
            throw new QueryException(ErrorCode.SyntaxError, "a call with WITHIN GROUP has no other ORDER BY", call.OrderBy[0].Position);
        if (name is "listagg" or "string_agg" or "array_agg")
        {
            order = call.WithinGroup;
            return operands;
        }

        Tree.SortItem item = call.WithinGroup is [var only]
            ? only
            : throw QueryException.NotSupported("WITHIN GROUP by several keys", call.WithinGroup[1].Position);
        if (item.IsDescending && operands.Length > 0)
        {
            var one = new Operand(new ConstantExpression(1, SqlType.Integer), call.Position);
            operands[0] = operands[0] with { Expression = Call(OperatorNames.Subtract, call.Position, [one, operands[0]]) };
        }

        return [Operand(item.Expression), .. operands];
    }

    private SortExpression SortKeyOf(Tree.SortItem item) => new(Analyze(item.Expression), item.IsDescending, item.NullsFirst ?? item.IsDescending);

    private FunctionResolution Resolve(Tree.FunctionCall call, Func<FunctionResolution> resolve)
    {
        try
        {
            return resolve();
        }
        catch (QueryException error)
        {
            throw error.At(call.Position);
        }
    }
}
