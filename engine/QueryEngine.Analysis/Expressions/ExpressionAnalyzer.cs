using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <summary>Expressions as written -> typed expressions over the columns of a scope.</summary>
internal sealed partial class ExpressionAnalyzer(AnalysisContext context, NameScope scope, ExpressionSink sink)
{
    private readonly Coercer _coercer = new(context.Constants);

    /// <summary>The expression with a type of its own.</summary>
    public Expression Analyze(Tree.Expression expression) => Coercer.Finish(AnalyzeRaw(expression));

    /// <summary>The expression as a condition.</summary>
    public Expression AnalyzeCondition(Tree.Expression expression) =>
        _coercer.ToBoolean(Operand(expression), $"the condition of {sink.Clause}");

    /// <summary>The expression and its place; a text literal has no type yet.</summary>
    public Operand Operand(Tree.Expression expression) => new(AnalyzeRaw(expression), expression.Position);

    private Expression AnalyzeRaw(Tree.Expression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return expression switch
        {
            Tree.ColumnReference column => AnalyzeColumn(column),
            Tree.Literal literal => AnalyzeLiteral(literal),
            Tree.BinaryExpression binary => AnalyzeBinary(binary),
            Tree.ComparisonExpression comparison => AnalyzeComparison(comparison),
            Tree.LogicalExpression logical => AnalyzeLogical(logical),
            Tree.FunctionCall call => AnalyzeCall(call),
            Tree.NotExpression not => Make.Not(_coercer.ToBoolean(Operand(not.Operand), "the operand of NOT")),
            Tree.IsNullExpression isNull => Negate(Make.IsNull(Analyze(isNull.Value)), isNull.IsNegated),
            Tree.IsBooleanExpression isBoolean => AnalyzeIsBoolean(isBoolean),
            Tree.UnaryExpression unary => AnalyzeUnary(unary),
            Tree.OperatorExpression other => AnalyzeOperator(other),
            Tree.BetweenExpression between => AnalyzeBetween(between),
            Tree.InListExpression inList => AnalyzeInList(inList),
            Tree.InSubqueryExpression inSubquery => AnalyzeInSubquery(inSubquery),
            Tree.ExistsExpression exists => AnalyzeExists(exists),
            Tree.SubqueryExpression subquery => AnalyzeScalarSubquery(subquery),
            Tree.ArraySubqueryExpression array => AnalyzeArraySubquery(array),
            Tree.QuantifiedComparison quantified => AnalyzeQuantified(quantified),
            Tree.PatternExpression pattern => AnalyzePattern(pattern),
            Tree.CaseExpression @case => AnalyzeCase(@case),
            Tree.CastExpression { Type: Tree.NamedType { Name.Last.Folded: "jsonpath" } } path => Call("jsonpath", path.Position, [Operand(path.Value)]),
            Tree.CastExpression { Type: Tree.NamedType { Name.Last: { IsQuoted: true, Value: "char" }, Parameters.Length: 0 } } one => Call("$char", one.Position, [Operand(one.Value)]),
            Tree.CastExpression cast => AnalyzeCast(cast.Value, TypeResolver.Resolve(cast.Type), cast.IsTry, cast.Position),
            Tree.AtTimeZoneExpression zone => AnalyzeAtTimeZone(zone),
            Tree.CollateExpression collate => AnalyzeCollate(collate),
            Tree.ArrayConstructor array => AnalyzeArray(array),
            Tree.RowConstructor row => AnalyzeRow(row),
            Tree.MapConstructor map => AnalyzeMap(map),
            Tree.SubscriptExpression subscript => AnalyzeSubscript(subscript),
            Tree.SliceExpression slice => AnalyzeSlice(slice),
            Tree.FieldAccess field => NameScope.AccessField(Analyze(field.Value), field.Field),
            Tree.ParameterExpression parameter => AnalyzeParameter(parameter),
            Tree.IntervalExpression interval => AnalyzeInterval(interval),
            Tree.LambdaExpression => throw new QueryException(
                ErrorCode.SyntaxError, "a lambda may stand only as an argument of a function that takes one", expression.Position),
            Tree.DefaultExpression => throw new QueryException(
                ErrorCode.SyntaxError, "DEFAULT may stand only as a value to insert", expression.Position),
            Tree.NamedArgument => throw QueryException.NotSupported("an argument by name", expression.Position),
            Tree.IsJsonExpression json => AnalyzeIsJson(json),
            Tree.JsonPathExpression json => AnalyzeJsonPath(json),
            Tree.JsonObjectExpression json => AnalyzeJsonObject(json),
            Tree.JsonArrayExpression json => AnalyzeJsonArray(json),
            _ => throw QueryException.NotSupported("this expression", expression.Position),
        };
    }

    private static Expression Negate(Expression expression, bool isNegated) => isNegated ? Make.Not(expression) : expression;

    private Expression AnalyzeColumn(Tree.ColumnReference reference)
    {
        if (scope.Resolve(reference.Name) is { } column)
            return column;

        Tree.QualifiedName name = reference.Name;
        if (name.Parts.Length == 1 && sink.Aliases?.Invoke(name.Parts[0]) is { } aliased)
            return aliased;
        if (name.Parts.Length == 1 && WholeRow(name.Parts[0]) is { } row)
            return row;
        throw UndefinedColumn(name);
    }

    // PostgreSQL: the name of a relation is its row.
    private SpecialExpression? WholeRow(Tree.Identifier name)
    {
        bool isOuter = false;
        for (NameScope? around = scope; around is not null; isOuter |= !around.IsLambda, around = around.Outer)
        {
            Field[] fields = [.. around.OfRelation(new[] { name }).Where(field => !field.IsHidden)];
            if (fields.Length == 0)
                continue;
            around.IsNamed = true;
            foreach (Field field in fields)
            {
                around.Positions?[field.Column] = name.Position;
                if (isOuter)
                    around.Correlated.Add(field.Column);
            }

            var type = new RowType(fields.Select(field => new RowField(field.Name, field.Column.Type)).ToValueList());
            return new SpecialExpression(SpecialForm.Row, fields.Select(field => (Expression)field.Column.Ref()).ToValueList(), type);
        }

        return null;
    }

    private QueryException UndefinedColumn(Tree.QualifiedName name)
    {
        string text = string.Join('.', name.Parts.Select(part => part.Value));
        if (name.Parts.Length > 1)
        {
            for (NameScope? around = scope; around is not null; around = around.Outer)
            {
                Field[] fields = [.. around.OfRelation(name.Parts.AsMemory()[..^1])];
                if (fields.Length > 0)
                    return new QueryException(
                        ErrorCode.UndefinedColumn,
                        $"column '{name.Last.Value}' does not exist in {name.Parts[^2].Value}",
                        name.Last.Position,
                        Suggestion.DidYouMean(name.Last.Value, fields.Select(field => field.Name).OfType<string>()));
            }

            IEnumerable<string> relations = scope.Fields.Select(field => field.Relation?.Name).OfType<string>().Distinct();
            return new QueryException(
                ErrorCode.UndefinedTable,
                $"there is no '{name.Parts[^2].Value}' in FROM to take '{text}' from",
                name.Position,
                Suggestion.DidYouMean(name.Parts[^2].Value, relations));
        }

        string? hint = scope.Suggest(name.Last);
        if (hint is null && name.Last.IsQuoted)
            hint = "Text is written in single quotes; double quotes are for names.";
        return new QueryException(ErrorCode.UndefinedColumn, $"column '{text}' does not exist", name.Position, hint);
    }

    private SpecialExpression AnalyzeLogical(Tree.LogicalExpression logical)
    {
        SpecialForm form = logical.Operator == Tree.LogicalOperator.And ? SpecialForm.And : SpecialForm.Or;
        var terms = new List<Expression>(logical.Terms.Length);
        foreach (Tree.Expression term in logical.Terms)
        {
            Expression analyzed = _coercer.ToBoolean(Operand(term), $"an operand of {form.ToString().ToUpperInvariant()}");
            if (analyzed is SpecialExpression nested && nested.Form == form)
                terms.AddRange(nested.Arguments);
            else
                terms.Add(analyzed);
        }

        return new SpecialExpression(form, terms.ToValueList(), SqlType.Boolean);
    }

    private Expression AnalyzeIsBoolean(Tree.IsBooleanExpression expression)
    {
        Expression value = _coercer.ToBoolean(Operand(expression.Value), "the operand of IS");
        Expression test = expression.Truth is { } truth
            ? Make.Not(new SpecialExpression(SpecialForm.IsDistinctFrom, [value, truth ? ConstantExpression.True : ConstantExpression.False], SqlType.Boolean))
            : Make.IsNull(value);
        return Negate(test, expression.IsNegated);
    }

    private Expression AnalyzeLiteral(Tree.Literal literal) => literal switch
    {
        Tree.NullLiteral => ConstantExpression.Null(SqlType.Unknown),
        Tree.BooleanLiteral boolean => boolean.Value ? ConstantExpression.True : ConstantExpression.False,
        Tree.IntegerLiteral integer => Literals.Integer(integer.Digits, isNegative: false, integer.Position),
        Tree.DecimalLiteral number => Literals.Decimal(number.Text, isNegative: false, number.Position),
        Tree.DoubleLiteral number => Literals.Double(number.Text, isNegative: false, number.Position),
        Tree.StringLiteral text => Literals.Text(text.Value),
        Tree.BinaryLiteral binary => new ConstantExpression(ValueList.Create(binary.Bytes.AsSpan()), SqlType.Varbinary),
        Tree.TypedLiteral typed => AnalyzeTypedLiteral(typed),
        Tree.IntervalLiteral interval => Literals.Interval(interval.Text, interval.IsNegative, interval.Start, interval.End, interval.Position),
        Tree.BitLiteral bits => new ConstantExpression(bits.Bits, new BitType(bits.Bits.Length > 0 ? bits.Bits.Length : null, IsVarying: bits.Bits.Length == 0)),
        _ => throw QueryException.NotSupported("this literal", literal.Position),
    };

    // DECIMAL '1.50' has the digits that it is written with.
    private Expression AnalyzeTypedLiteral(Tree.TypedLiteral literal)
    {
        if (literal.Type is Tree.NamedType { Parameters.Length: 0, Name.Last.Folded: "decimal" or "numeric" } && Literals.TryParseDecimal(literal.Text.Trim()) is { } number)
            return number;
        SqlType type = TypeResolver.Resolve(literal.Type);
        if (type is IntervalType && literal.Type is Tree.IntervalType interval)
            return Literals.Interval(literal.Text, isNegative: false, interval.Start, interval.End, literal.Position);
        return _coercer.To(new Operand(Literals.Text(literal.Text), literal.Position), type);
    }

    private ConstantExpression AnalyzeParameter(Tree.ParameterExpression parameter)
    {
        if (parameter.Name is { } name)
        {
            return context.Parameters.Named.TryGetValue(name, out ParameterValue? named)
                ? Constant(named)
                : throw new QueryException(
                    ErrorCode.UndefinedParameter,
                    $"there is no value for parameter '{name}'",
                    parameter.Position,
                    Suggestion.DidYouMean(name, context.Parameters.Named.Keys));
        }

        if (context.Parameters.Types is { } types && parameter.Index <= context.Parameters.Positional.Count)
            return types.Stand(parameter.Index);
        return parameter.Index <= context.Parameters.Positional.Count
            ? Constant(context.Parameters.Positional[parameter.Index - 1])
            : throw new QueryException(
                ErrorCode.UndefinedParameter,
                $"there is no value for parameter ${parameter.Index}: {context.Parameters.Positional.Count} were given",
                parameter.Position);

        // Text that the client gave without a type takes one as a literal would.
        static ConstantExpression Constant(ParameterValue value) =>
            value is { Value: string, Type: VarcharType { Length: null } } ? new(value.Value, SqlType.Unknown) : new(value.Value, value.Type);
    }

    private Expression AnalyzeInterval(Tree.IntervalExpression interval)
    {
        Operand count = Operand(interval.Value);
        if (!count.Type.IsNumeric && count.Type is not UnknownType)
            throw new QueryException(ErrorCode.TypeMismatch, $"an interval is a number of {interval.Field}s, not {count.Type}", count.Position);
        ConstantExpression unit = Literals.Interval("1", isNegative: false, interval.Field, null, interval.Position);
        return Call(OperatorNames.Multiply, interval.Position, [new Operand(unit, interval.Position), count]);
    }
}
