using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// Folds constants and applies the laws of AND, OR, NOT and CASE in every expression.
/// <code>
/// x = 1 + 2                        =>  x = 3
/// (a AND b) OR (a AND c)           =>  a AND (b OR c)
/// NOT (x &lt; y)                      =>  x >= y
/// x AND TRUE, CASE WHEN TRUE ...   =>  x, ...
/// </code>
/// What raises an error when folded stays: the row that would raise may never come (CASE WHEN x &lt;&gt; 0 THEN 1 / 0 END).
/// </summary>
internal sealed class SimplifyExpressions : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        plan.RewriteBottomUp(node => NodeExpressions.Map(node, expression => Simplify(expression, context)));

    /// <summary>The simpler expression of equal value.</summary>
    public static Expression Simplify(Expression expression, OptimizerContext context) => expression.Rewrite(node => SimplifyNode(node, context));

    private static Expression? SimplifyNode(Expression node, OptimizerContext context)
    {
        if (IsFoldable(node) && TryFold(node, context) is { } constant)
            return constant;

        return node switch
        {
            SpecialExpression { Form: SpecialForm.And } and => SimplifyAnd(and),
            SpecialExpression { Form: SpecialForm.Or } or => SimplifyOr(or),
            SpecialExpression { Form: SpecialForm.Not } not => SimplifyNot(not),
            SpecialExpression { Form: SpecialForm.Case } @case => SimplifyCase(@case),
            SpecialExpression { Form: SpecialForm.Coalesce } coalesce => SimplifyCoalesce(coalesce),
            CastExpression { IsTry: false } cast when cast.Operand.Type == cast.Type => cast.Operand,
            CallExpression call when OperatorNames.IsComparison(call.Function) => SimplifyComparison(call),
            _ => null,
        };
    }

    private static bool IsFoldable(Expression node) =>
        node is CallExpression or SpecialExpression or CastExpression or FieldExpression
        && node.Children.All(child => child is ConstantExpression);

    private static ConstantExpression? TryFold(Expression node, OptimizerContext context)
    {
        if (!context.Constants.IsDeterministic(node))
            return null;
        try
        {
            return context.Constants.Evaluate(node, context.Session);
        }
        catch (QueryException)
        {
            return null;
        }
    }

    private static Expression? SimplifyAnd(SpecialExpression and)
    {
        Expression simpler = Expressions.And(and.Arguments);
        return simpler.Equals(and) ? null : simpler;
    }

    private static Expression? SimplifyOr(SpecialExpression or)
    {
        Expression[] terms = [.. Expressions.Disjuncts(or).Distinct()];
        if (terms.Contains(ConstantExpression.True))
            return ConstantExpression.True;

        // A long list of terms is no place for a common factor, and looking for one is quadratic.
        if (terms.Length is > 1 and <= 64)
        {
            HashSet<Expression> common = [.. Expressions.Conjuncts(terms[0])];
            foreach (Expression term in terms.Skip(1))
                common.IntersectWith(Expressions.Conjuncts(term));
            if (common.Count > 0)
            {
                IEnumerable<Expression> rests = terms.Select(term => Expressions.And(Expressions.Conjuncts(term).Where(conjunct => !common.Contains(conjunct))));
                Expression rest = rests.Contains(ConstantExpression.True) ? ConstantExpression.True : Expressions.Or(rests);
                return Expressions.And(Expressions.Conjuncts(terms[0]).Where(common.Contains).Append(rest));
            }
        }

        return MergeEqualities(terms) ?? (terms.Length == or.Arguments.Count ? null : Expressions.Or(terms));
    }

    // x = 1 OR x = 2 OR x IN (3, 4)  =>  x IN (1, 2, 3, 4)
    private static Expression? MergeEqualities(Expression[] terms)
    {
        Expression? tested = null;
        var candidates = new List<Expression>();
        foreach (Expression term in terms)
        {
            (Expression? value, IEnumerable<Expression> constants) = term switch
            {
                CallExpression { Function: OperatorNames.Equal, Arguments: [var left, ConstantExpression right] } => (left, [right]),
                SpecialExpression { Form: SpecialForm.In } list when list.Arguments.Skip(1).All(item => item is ConstantExpression) =>
                    (list.Arguments[0], list.Arguments.Skip(1)),
                _ => (null, Enumerable.Empty<Expression>()),
            };
            if (value is null or ConstantExpression || (tested is not null && !tested.Equals(value)))
                return null;
            tested = value;
            candidates.AddRange(constants);
        }

        return terms.Length < 2 ? null : new SpecialExpression(SpecialForm.In, [tested!, .. candidates.Distinct()], SqlType.Boolean);
    }

    private static Expression? SimplifyNot(SpecialExpression not) => not.Arguments[0] switch
    {
        SpecialExpression { Form: SpecialForm.Not } inner => inner.Arguments[0],
        CallExpression call when Negate(call.Function) is { } negated => call with { Function = negated },
        _ => null,
    };

    private static string? Negate(string comparison) => comparison switch
    {
        OperatorNames.Equal => OperatorNames.NotEqual,
        OperatorNames.NotEqual => OperatorNames.Equal,
        OperatorNames.Less => OperatorNames.GreaterOrEqual,
        OperatorNames.LessOrEqual => OperatorNames.Greater,
        OperatorNames.Greater => OperatorNames.LessOrEqual,
        OperatorNames.GreaterOrEqual => OperatorNames.Less,
        _ => null,
    };

    private static Expression? SimplifyCase(SpecialExpression @case)
    {
        var kept = new List<Expression>();
        for (int branch = 0; branch + 1 < @case.Arguments.Count; branch += 2)
        {
            switch (@case.Arguments[branch])
            {
                case ConstantExpression { Value: true }:
                    kept.Add(@case.Arguments[branch + 1]);
                    return Rebuild(kept, @case);
                case ConstantExpression:
                    break;
                default:
                    kept.Add(@case.Arguments[branch]);
                    kept.Add(@case.Arguments[branch + 1]);
                    break;
            }
        }

        if (kept.Count + 1 == @case.Arguments.Count)
            return null;
        kept.Add(@case.Arguments[^1]);
        return Rebuild(kept, @case);
    }

    private static Expression Rebuild(List<Expression> operands, SpecialExpression @case) =>
        operands.Count == 1 ? operands[0] : @case with { Arguments = operands.ToValueList() };

    private static Expression? SimplifyCoalesce(SpecialExpression coalesce)
    {
        var kept = new List<Expression>();
        foreach (Expression operand in coalesce.Arguments)
        {
            if (operand is ConstantExpression { Value: null })
                continue;
            kept.Add(operand);
            if (operand is ConstantExpression)
                break;
        }

        if (kept.Count == coalesce.Arguments.Count)
            return null;
        return kept.Count switch
        {
            0 => ConstantExpression.Null(coalesce.Type),
            1 => kept[0],
            _ => coalesce with { Arguments = kept.ToValueList() },
        };
    }

    // The column goes left and the constant right, so that later passes look in one place only.
    private static Expression? SimplifyComparison(CallExpression call) => call.Arguments switch
    {
        [ConstantExpression { Value: null }, _] or [_, ConstantExpression { Value: null }] => ConstantExpression.Null(SqlType.Boolean),
        [ConstantExpression constant, var other] when other is not ConstantExpression =>
            Expressions.Compare(OperatorNames.Flip(call.Function), other, constant),
        _ => null,
    };
}
