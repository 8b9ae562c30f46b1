using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>Operators: comparisons, arithmetic, ranges, lists and patterns.</content>
internal sealed partial class ExpressionAnalyzer
{
    private static string ComparisonFunction(Tree.ComparisonOperator comparison) => comparison switch
    {
        Tree.ComparisonOperator.Equal => OperatorNames.Equal,
        Tree.ComparisonOperator.NotEqual => OperatorNames.NotEqual,
        Tree.ComparisonOperator.LessThan => OperatorNames.Less,
        Tree.ComparisonOperator.LessThanOrEqual => OperatorNames.LessOrEqual,
        Tree.ComparisonOperator.GreaterThan => OperatorNames.Greater,
        _ => OperatorNames.GreaterOrEqual,
    };

    private static string BinaryFunction(Tree.BinaryOperator binary) => binary switch
    {
        Tree.BinaryOperator.Add => OperatorNames.Add,
        Tree.BinaryOperator.Subtract => OperatorNames.Subtract,
        Tree.BinaryOperator.Multiply => OperatorNames.Multiply,
        Tree.BinaryOperator.Divide => OperatorNames.Divide,
        Tree.BinaryOperator.IntegerDivide => "div",
        Tree.BinaryOperator.Modulo => OperatorNames.Modulus,
        Tree.BinaryOperator.Power => "power",
        Tree.BinaryOperator.Concat => OperatorNames.Concat,
        Tree.BinaryOperator.BitwiseAnd => "bitwise_and",
        Tree.BinaryOperator.BitwiseOr => "bitwise_or",
        Tree.BinaryOperator.BitwiseXor => "bitwise_xor",
        Tree.BinaryOperator.ShiftLeft => "$shift_left",
        Tree.BinaryOperator.ShiftRight => "$shift_right",
        Tree.BinaryOperator.JsonGet => "json_get",
        _ => "json_get_text",
    };

    // Chains are deep to the left: they are walked in a loop, so that long ones do not take the stack.
    private Expression AnalyzeBinary(Tree.BinaryExpression binary)
    {
        var chain = new Stack<Tree.BinaryExpression>();
        Tree.Expression leftmost = binary;
        while (leftmost is Tree.BinaryExpression inner)
        {
            chain.Push(inner);
            leftmost = inner.Left;
        }

        if (chain.Count > MaxChain)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a chain of {chain.Count} operators is longer than {MaxChain}", binary.Position);
        Operand left = Operand(leftmost);
        while (chain.TryPop(out Tree.BinaryExpression? next))
            left = new Operand(Call(BinaryFunction(next.Operator), next.Position, [left, Operand(next.Right)]), next.Position);
        return left.Expression;
    }

    private const int MaxChain = 5_000;

    private Expression AnalyzeUnary(Tree.UnaryExpression unary)
    {
        switch (unary.Operator, unary.Operand)
        {
            case (Tree.UnaryOperator.Minus, Tree.IntegerLiteral integer):
                return Literals.Integer(integer.Digits, isNegative: true, integer.Position);
            case (Tree.UnaryOperator.Minus, Tree.DecimalLiteral number):
                return Literals.Decimal(number.Text, isNegative: true, number.Position);
            case (Tree.UnaryOperator.Minus, Tree.DoubleLiteral number):
                return Literals.Double(number.Text, isNegative: true, number.Position);
        }

        Operand operand = Operand(unary.Operand);
        if (unary.Operator == Tree.UnaryOperator.Plus)
        {
            return operand.Type.IsNumeric || operand.Type is UnknownType
                ? operand.Expression
                : throw new QueryException(ErrorCode.UndefinedFunction, $"operator + does not exist for {operand.Type}", unary.Position);
        }

        if (operand.Expression is ConstantExpression { Value: null })
            return operand.Expression;
        return Call(unary.Operator == Tree.UnaryOperator.Minus ? OperatorNames.Negate : "bitwise_not", unary.Position, [operand]);
    }

    private Expression AnalyzeComparison(Tree.ComparisonExpression comparison)
    {
        if (comparison is { Left: Tree.RowConstructor left, Right: Tree.RowConstructor right })
        {
            if (left.Items.Length != right.Items.Length)
                throw new QueryException(
                    ErrorCode.SyntaxError, $"a row of {left.Items.Length} is compared with a row of {right.Items.Length}", right.Position);
            return CompareRows(comparison.Operator, [.. left.Items.Select(Operand)], [.. right.Items.Select(Operand)], comparison.Position);
        }

        return Compare(comparison.Operator, Operand(comparison.Left), Operand(comparison.Right), comparison.Position);
    }

    /// <summary>left operator right, for values.</summary>
    private Expression Compare(Tree.ComparisonOperator comparison, Operand left, Operand right, SourcePosition position)
    {
        if (Coercer.Common([left, right]) is not { } type || HoldsSketch(type))
            throw new QueryException(
                ErrorCode.UndefinedFunction,
                $"operator {Symbol(comparison)} does not exist for {left.Type} and {right.Type}",
                position,
                "Cast one side to the type of the other.");
        (Expression l, Expression r) = (ToCompared(left, type), ToCompared(right, type));
        if (comparison is Tree.ComparisonOperator.IsDistinctFrom or Tree.ComparisonOperator.IsNotDistinctFrom)
            return Negate(
                new SpecialExpression(SpecialForm.IsDistinctFrom, [l, r], SqlType.Boolean),
                comparison == Tree.ComparisonOperator.IsNotDistinctFrom);
        if (type is MapType && comparison is not (Tree.ComparisonOperator.Equal or Tree.ComparisonOperator.NotEqual))
            throw new QueryException(ErrorCode.UndefinedFunction, $"operator {Symbol(comparison)} does not exist for {type}", position);
        return CompareInDialect(ComparisonFunction(comparison), l, r) ?? Make.Compare(ComparisonFunction(comparison), l, r);
    }

    // A written date beyond all timestamps is later or earlier than each of them, as in PostgreSQL.
    private Expression ToCompared(Operand operand, SqlType type)
    {
        bool mayBeBeyond = operand.Type is DateType && type is TimestampType or TimestampWithTimeZoneType;
        return mayBeBeyond && context.Constants.Evaluate(operand.Expression) is { Value: int and (> LastDay or < -LastDay) and var day }
            ? new ConstantExpression(day > 0 ? long.MaxValue : long.MinValue, type)
            : _coercer.To(operand, type);
    }

    // Days of 64 bits of microseconds.
    private const int LastDay = 106_751_990;

    // The bytes of a sketch say nothing of what it counted.
    private static bool HoldsSketch(SqlType type) => type switch
    {
        SketchType => true,
        ArrayType array => HoldsSketch(array.Element),
        MapType map => HoldsSketch(map.Key) || HoldsSketch(map.Value),
        RowType row => row.Fields.Any(field => HoldsSketch(field.Type)),
        _ => false,
    };

    /// <summary>Rows are equal where all fields are, and less where the first different field is.</summary>
    private Expression CompareRows(Tree.ComparisonOperator comparison, Operand[] left, Operand[] right, SourcePosition position)
    {
        switch (comparison)
        {
            case Tree.ComparisonOperator.Equal or Tree.ComparisonOperator.IsNotDistinctFrom:
                return Make.And(left.Zip(right, (l, r) => Compare(comparison, l, r, position)));
            case Tree.ComparisonOperator.NotEqual or Tree.ComparisonOperator.IsDistinctFrom:
                return Make.Or(left.Zip(right, (l, r) => Compare(comparison, l, r, position)));
            default:
                Tree.ComparisonOperator strict = comparison is Tree.ComparisonOperator.LessThan or Tree.ComparisonOperator.LessThanOrEqual
                    ? Tree.ComparisonOperator.LessThan
                    : Tree.ComparisonOperator.GreaterThan;
                Expression result = Compare(comparison, left[^1], right[^1], position);
                for (int field = left.Length - 2; field >= 0; field--)
                    result = Make.Or(
                        Compare(strict, left[field], right[field], position),
                        Make.And(Compare(Tree.ComparisonOperator.Equal, left[field], right[field], position), result));
                return result;
        }
    }

    private Expression AnalyzeBetween(Tree.BetweenExpression between)
    {
        Operand value = Operand(between.Value), low = Operand(between.Low), high = Operand(between.High);
        if (Coercer.Common([value, low, high]) is { } common)
            (value, low, high) = (Typed(value, common), Typed(low, common), Typed(high, common));
        Expression test = Within(low, high);
        if (between.IsSymmetric)
            test = Make.Or(test, Within(high, low));
        return Negate(test, between.IsNegated);

        Operand Typed(Operand operand, SqlType type) => operand with { Expression = _coercer.To(operand, type) };

        Expression Within(Operand from, Operand to) => Make.And(
            Compare(Tree.ComparisonOperator.GreaterThanOrEqual, value, from, between.Position),
            Compare(Tree.ComparisonOperator.LessThanOrEqual, value, to, between.Position));
    }

    private Expression AnalyzeInList(Tree.InListExpression inList)
    {
        if (inList.Value is Tree.RowConstructor row)
            return Negate(Make.Or(inList.Items.Select(item => RowEquals(row, item))), inList.IsNegated);

        var operands = new List<Operand>(inList.Items.Length + 1) { Operand(inList.Value) };
        foreach (Tree.Expression item in inList.Items)
            operands.Add(Operand(item));
        Expression[] unified = _coercer.Unify(operands, "IN");
        Expression test = unified.Length == 2
            ? Make.Equal(unified[0], unified[1])
            : new SpecialExpression(SpecialForm.In, unified.ToValueList(), SqlType.Boolean);
        return Negate(test, inList.IsNegated);
    }

    private Expression RowEquals(Tree.RowConstructor row, Tree.Expression item)
    {
        if (item is not Tree.RowConstructor candidate || candidate.Items.Length != row.Items.Length)
            throw new QueryException(ErrorCode.SyntaxError, $"a row of {row.Items.Length} can be IN rows of as many only", item.Position);
        return CompareRows(
            Tree.ComparisonOperator.Equal, [.. row.Items.Select(Operand)], [.. candidate.Items.Select(Operand)], item.Position);
    }

    private Expression AnalyzePattern(Tree.PatternExpression pattern)
    {
        string function = pattern.Kind switch
        {
            Tree.PatternKind.Like => OperatorNames.Like,
            Tree.PatternKind.ILike => "$ilike",
            Tree.PatternKind.SimilarTo => "$similar",
            Tree.PatternKind.Regex => "$regex",
            _ => "$regex_ignore_case",
        };
        if (pattern.Quantifier is { } quantifier)
            return AnalyzeQuantifiedPattern(pattern, function, quantifier);

        Operand[] operands = pattern.Escape is null
            ? [Operand(pattern.Value), Operand(pattern.Pattern)]
            : [Operand(pattern.Value), Operand(pattern.Pattern), Operand(pattern.Escape)];
        return Negate(Call(function, pattern.Position, operands), pattern.IsNegated);
    }

    private Expression AnalyzeQuantifiedPattern(Tree.PatternExpression pattern, string function, Tree.Quantifier quantifier)
    {
        if (pattern.Pattern is not Tree.ArrayConstructor array)
            throw QueryException.NotSupported("a pattern with ANY or ALL of something that is not ARRAY[...]", pattern.Pattern.Position);
        Operand value = Operand(pattern.Value);
        IEnumerable<Expression> tests = array.Items.Select(item =>
            Negate(Call(function, pattern.Position, [value, Operand(item)]), pattern.IsNegated));
        return quantifier == Tree.Quantifier.Any ? Make.Or(tests) : Make.And(tests);
    }

    private Expression AnalyzeOperator(Tree.OperatorExpression expression)
    {
        Operand[] operands = expression.Left is null ? [Operand(expression.Right)] : [Operand(expression.Left), Operand(expression.Right)];
        string? function = TextSearchFunction(expression.Symbol, operands) ?? (expression.Symbol, expression.Left is null) switch
        {
            ("@>", false) => "array_contains_all",
            ("<@", false) => "array_contained_by",
            ("&&", false) => "list_has_any",
            ("#>", false) => "$json_path",
            ("#>>", false) => "$json_path_text",
            ("#-", false) => "jsonb_delete_path",
            ("@?", false) => "$json_path_exists",
            ("@@", false) => "$json_path_match",
            ("?", false) => "jsonb_exists",
            ("?|", false) => "jsonb_exists_any",
            ("?&", false) => "jsonb_exists_all",
            ("^@", false) => "starts_with",
            ("@", true) => "abs",
            ("|/", true) => "sqrt",
            ("||/", true) => "cbrt",
            ("!!", true) => "factorial",
            _ => null,
        };
        if (function is null)
            throw QueryException.NotSupported($"operator {expression.Symbol}", expression.Position);
        return Call(function, expression.Position, operands);
    }

    // Operators that mean something else for documents and queries of text search.
    private static string? TextSearchFunction(string symbol, Operand[] operands)
    {
        bool isSearch = operands.Any(operand => operand.Type is TextSearchType);
        bool isVector = operands.Any(operand => operand.Type.Kind == TypeKind.TsVector);
        bool isText = operands is [var left, var right] && left.Type.IsText && (right.Type.IsText || right.IsUntypedText);
        return (symbol, operands.Length) switch
        {
            ("!!", 1) when isSearch => "tsquery_not",
            ("&&", 2) when isSearch => "tsquery_and",
            ("@@", 2) when isVector => "$ts_match",
            ("@@", 2) when isSearch || isText => "$text_match",
            _ => null,
        };
    }

    private static string Symbol(Tree.ComparisonOperator comparison) => comparison switch
    {
        Tree.ComparisonOperator.IsDistinctFrom => "IS DISTINCT FROM",
        Tree.ComparisonOperator.IsNotDistinctFrom => "IS NOT DISTINCT FROM",
        _ => OperatorNames.Symbol(ComparisonFunction(comparison))!,
    };

    /// <summary>A call of a scalar function with operands that are analyzed already.</summary>
    private CallExpression Call(string function, SourcePosition position, Operand[] operands)
    {
        FunctionResolution resolution;
        try
        {
            ArgumentType[] types = [.. operands.Select(ArgumentOf)];
            resolution = context.Functions.ResolveScalar(InDialect(function, types), types);
        }
        catch (QueryException error)
        {
            throw error.At(position);
        }

        return new CallExpression(
            resolution.Name, operands.Select((operand, at) => _coercer.To(operand, resolution.ParameterTypes[at])).ToValueList(), resolution.ReturnType);
    }

    private static ArgumentType ArgumentOf(Operand operand) =>
        operand.IsUntypedText ? new ArgumentType(SqlType.Unknown) { IsUntypedLiteral = true } : ArgumentType.Of(operand.Type);
}
