using System.Collections.Frozen;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using QueryEngine.Functions.Scalar;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>
/// Turns expressions over a layout of columns into evaluators. Subexpressions that occur several times in what one compiler compiles are computed
/// once a batch.
/// </summary>
internal sealed class ExpressionCompiler
{
    // Looking for repetitions hashes every subtree: not worth it in statements of thousands of terms.
    private const int MaxNodesToShare = 2000;

    private static readonly FrozenSet<string> _neverRaise = new[]
    {
        OperatorNames.Equal, OperatorNames.NotEqual, OperatorNames.Less, OperatorNames.LessOrEqual, OperatorNames.Greater,
        OperatorNames.GreaterOrEqual, "lower", "upper", "length", "trim", "ltrim", "rtrim", "starts_with", "ends_with", "reverse",
    }.ToFrozenSet();

    private readonly IFunctionBinder _binder;
    private readonly Dictionary<Column, int> _layout;
    private readonly Dictionary<Expression, int> _repeated = [];

    public ExpressionCompiler(IFunctionBinder binder, IEnumerable<Column> layout)
    {
        _binder = binder;
        _layout = [];
        foreach (Column column in layout)
            _layout.TryAdd(column, _layout.Count);
    }

    /// <summary>Compiles expressions that are evaluated over the same rows.</summary>
    public Evaluator[] Compile(params IReadOnlyList<Expression> expressions)
    {
        FindRepeated(expressions);
        return [.. expressions.Select(Compile)];
    }

    /// <summary>Compiles the terms of an AND as a filter.</summary>
    public RowFilter CompileFilter(Expression predicate, IEnumerable<Expression> alsoEvaluated)
    {
        Expression[] conjuncts = [.. Expressions.Conjuncts(predicate)];
        FindRepeated([.. conjuncts, .. alsoEvaluated]);
        return new RowFilter([.. conjuncts.Select(CompileConjunct)]);
    }

    private Conjunct CompileConjunct(Expression conjunct)
    {
        if (ComparisonConjunct.TryCreate(conjunct, this) is { } comparison)
            return comparison;
        return new ExpressionConjunct(Compile(conjunct));
    }

    /// <summary>Compiles one expression; those that share with it must have been seen before.</summary>
    internal Evaluator Compile(Expression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Evaluator evaluator = CompileNode(expression);
        if (DictionaryEvaluator.Fits(evaluator))
            evaluator = new DictionaryEvaluator(evaluator);
        return _repeated.TryGetValue(expression, out int slot) ? new SharedEvaluator(evaluator, slot) : evaluator;
    }

    private Evaluator CompileNode(Expression expression) => expression switch
    {
        ColumnExpression column => new ColumnEvaluator(PlaceOf(column.Column), column.Type),
        ConstantExpression constant => new ConstantValueEvaluator(constant.Value, constant.Type),
        CallExpression call => CompileCall(call),
        SpecialExpression special => CompileSpecial(special),
        CastExpression cast => CompileCast(cast),
        FieldExpression field => new FieldEvaluator(Compile(field.Operand), field.Field, field.Type),
        LambdaExpression => throw new InvalidOperationException("a lambda stands where no function takes it"),
        _ => throw new UnreachableException($"no evaluator for {expression.GetType().Name}"),
    };

    private int PlaceOf(Column column) => _layout.TryGetValue(column, out int place)
        ? place
        : throw new InvalidOperationException($"column {column} is not among ({string.Join(", ", _layout.Keys)})");

    private Evaluator CompileCall(CallExpression call)
    {
        ValueList<SqlType> types = call.Arguments.Select(argument => argument.Type).ToValueList();
        ScalarFunction function = _binder.Scalar(call.Function, types, call.Type);
        if (function is HigherOrderFunction higherOrder)
        {
            Evaluator?[] arguments = [.. call.Arguments.Select(argument => argument is LambdaExpression ? null : Compile(argument))];
            CompiledLambda?[] lambdas = [.. call.Arguments.Select(argument => argument is LambdaExpression lambda ? CompileLambda(lambda) : null)];
            return new HigherOrderEvaluator(higherOrder, arguments, lambdas);
        }

        bool likeConstant = call.Function == OperatorNames.Like && call.Arguments.Skip(1).All(argument => argument is ConstantExpression);
        return new CallEvaluator(function, [.. call.Arguments.Select(Compile)], !likeConstant && !_neverRaise.Contains(call.Function));
    }

    private CompiledLambda CompileLambda(LambdaExpression lambda)
    {
        var inner = new ExpressionCompiler(_binder, _layout.OrderBy(entry => entry.Value).Select(entry => entry.Key).Concat(lambda.Parameters));
        Evaluator body = inner.Compile([lambda.Body])[0];
        return new CompiledLambda(body, [.. body.Columns.Where(column => column < _layout.Count)]);
    }

    private CallEvaluator CompileCast(CastExpression cast) =>
        new(_binder.Cast(cast.Operand.Type, cast.Target, cast.IsTry), [Compile(cast.Operand)], mayRaise: !cast.IsTry && MayRaise(cast));

    // Widening whole numbers and reading text as text cannot fail.
    private static bool MayRaise(CastExpression cast) =>
        !(cast.Operand.Type.IsInteger && cast.Target.IsInteger && cast.Target.Kind >= cast.Operand.Type.Kind)
        && !(cast.Operand.Type.IsInteger && cast.Target.Kind == TypeKind.Double)
        && !(cast.Operand.Type.Kind is TypeKind.Varchar or TypeKind.Char && cast.Target is VarcharType { Length: null });

    private Evaluator CompileSpecial(SpecialExpression special)
    {
        if (special.Form == SpecialForm.In)
            return CompileIn(special);

        Evaluator[] operands = [.. special.Arguments.Select(Compile)];
        return special.Form switch
        {
            SpecialForm.And => new LogicEvaluator(operands, isAnd: true),
            SpecialForm.Or => new LogicEvaluator(operands, isAnd: false),
            SpecialForm.Not => new NotEvaluator(operands[0]),
            SpecialForm.IsNull => new IsNullEvaluator(operands[0]),
            SpecialForm.IsDistinctFrom => new IsDistinctEvaluator(operands[0], operands[1], EqualOf(operands[0].Type)),
            SpecialForm.Case => new CaseEvaluator(operands, special.Type),
            SpecialForm.Coalesce => new CoalesceEvaluator(operands, special.Type),
            SpecialForm.Try => new TryEvaluator(operands[0]),
            SpecialForm.Row => new RowEvaluator(operands, special.Type),
            SpecialForm.Array => new ArrayEvaluator(operands, special.Type),
            _ => throw new UnreachableException($"no evaluator for {special.Form}"),
        };
    }

    private Evaluator CompileIn(SpecialExpression special)
    {
        Evaluator operand = Compile(special.Arguments[0]);
        IEnumerable<Expression> candidates = special.Arguments.Skip(1);
        if (candidates.All(candidate => candidate is ConstantExpression))
            return new InSetEvaluator(operand, candidates.Select(candidate => ((ConstantExpression)candidate).Value));
        return new InListEvaluator(operand, [.. candidates.Select(Compile)], EqualOf(operand.Type));
    }

    private ScalarFunction EqualOf(SqlType type) => _binder.Scalar(OperatorNames.Equal, [type, type], SqlType.Boolean);

    private void FindRepeated(IReadOnlyList<Expression> expressions)
    {
        int nodes = 0;
        var seen = new HashSet<Expression>();
        foreach (Expression expression in expressions)
            Visit(expression);

        void Visit(Expression expression)
        {
            if (expression is ColumnExpression or ConstantExpression or LambdaExpression || ++nodes > MaxNodesToShare)
                return;
            RuntimeHelpers.EnsureSufficientExecutionStack();
            if (!seen.Add(expression))
            {
                if (IsRepeatable(expression))
                    _repeated.TryAdd(expression, _repeated.Count);
                return;
            }

            foreach (Expression child in expression.Children)
                Visit(child);
        }
    }

    // Two calls of random() are two numbers.
    private bool IsRepeatable(Expression expression)
    {
        if (expression is LambdaExpression)
            return false;
        if (expression is CallExpression call && call.Arguments.All(argument => argument is not LambdaExpression)
            && !_binder.Scalar(call.Function, call.Arguments.Select(argument => argument.Type).ToValueList(), call.Type).IsDeterministic)
            return false;
        return expression.Children.All(IsRepeatable);
    }
}
