using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>
/// Rewrites quantified comparisons to what joins can do.
/// <code>
/// x op ALL (S)                =>  NOT (x negated-op ANY (S))
/// x = ANY (S), S correlated   =>  CASE WHEN EXISTS (S where y = x) THEN true WHEN EXISTS (S where x or y is null) THEN null ELSE false END
/// x &lt; ANY (S)                 =>  x &lt; max of S, with S's NULLs and emptiness minded
/// </code>
/// What stays a quantified apply is x = ANY over an uncorrelated subquery of one column.
/// </summary>
internal static class QuantifiedComparison
{
    /// <summary>An equivalent plan with the same columns.</summary>
    public static PlanNode Rewrite(ApplyNode apply, OptimizerContext context)
    {
        if (apply.IsAll)
            return NegateAny(apply, context);

        bool isEquality = apply.Comparison is CallExpression { Function: OperatorNames.Equal };
        bool isCorrelated = NodeExpressions.FreeColumns(apply.Subquery).Count > 0;
        if (isEquality && !isCorrelated && SidesAreSeparate(apply))
            return apply;
        return apply.Comparison is CallExpression { Arguments.Count: 2 } call && OperatorNames.IsComparison(call.Function)
            && call.Function is not (OperatorNames.Equal or OperatorNames.NotEqual) && apply.Subquery.Columns.Count == 1 && SidesAreSeparate(apply)
            ? OrderedAny(apply, call, context)
            : ThreeValued(apply, context);
    }

    private static bool SidesAreSeparate(ApplyNode apply) =>
        apply.Comparison is CallExpression { Arguments: [var left, var right] }
        && ((left.ReadsOnly(apply.Outer.ColumnSet()) && right.ReadsOnly(apply.Subquery.ColumnSet()))
            || (right.ReadsOnly(apply.Outer.ColumnSet()) && left.ReadsOnly(apply.Subquery.ColumnSet())));

    private static ProjectNode NegateAny(ApplyNode apply, OptimizerContext context)
    {
        Column any = context.Columns.Like(apply.Mark!);
        Expression negated = SimplifyNot(apply.Comparison!);
        PlanNode inner = Rewrite(apply with { IsAll = false, Mark = any, Comparison = negated }, context);
        return WithMark(apply, inner, Expressions.Not(any.Ref()));
    }

    private static Expression SimplifyNot(Expression comparison) => comparison is CallExpression call
        ? call.Function switch
        {
            OperatorNames.Equal => call with { Function = OperatorNames.NotEqual },
            OperatorNames.NotEqual => call with { Function = OperatorNames.Equal },
            OperatorNames.Less => call with { Function = OperatorNames.GreaterOrEqual },
            OperatorNames.LessOrEqual => call with { Function = OperatorNames.Greater },
            OperatorNames.Greater => call with { Function = OperatorNames.LessOrEqual },
            OperatorNames.GreaterOrEqual => call with { Function = OperatorNames.Less },
            _ => Expressions.Not(comparison),
        }
        : Expressions.Not(comparison);

    // Any comparison at all: is there a row for which it is true, and if not, one for which it is unknown?
    private static ProjectNode ThreeValued(ApplyNode apply, OptimizerContext context)
    {
        Column isTrue = context.Columns.New("any_true", SqlType.Boolean);
        Column isNull = context.Columns.New("any_null", SqlType.Boolean);
        PlanNode first = new ApplyNode(ApplyKind.Exists, apply.Outer, new FilterNode(apply.Subquery, apply.Comparison!)) { Mark = isTrue };
        PlanNode copy = PlanCopy.Copy(apply.Subquery, context.Columns, out IReadOnlyDictionary<Column, Column> copies);
        Expression comparison = apply.Comparison!.Substitute(copies.ToDictionary(pair => pair.Key, pair => (Expression)pair.Value.Ref()));
        PlanNode second = new ApplyNode(ApplyKind.Exists, first, new FilterNode(copy, Expressions.IsNull(comparison))) { Mark = isNull };
        return WithMark(apply, second, new SpecialExpression(
            SpecialForm.Case,
            [isTrue.Ref(), ConstantExpression.True, isNull.Ref(), ConstantExpression.Null(SqlType.Boolean), ConstantExpression.False],
            SqlType.Boolean));
    }

    // x < ANY (S): true if x < max(S); else NULL if S has a NULL or x is NULL and S has rows; else false.
    private static ProjectNode OrderedAny(ApplyNode apply, CallExpression comparison, OptimizerContext context)
    {
        Column value = apply.Subquery.Columns[0];
        bool outerIsLeft = comparison.Arguments[0].ReadsOnly(apply.Outer.ColumnSet());
        string function = outerIsLeft ? comparison.Function : OperatorNames.Flip(comparison.Function);
        (Expression outer, Expression inner) = outerIsLeft ? (comparison.Arguments[0], comparison.Arguments[1]) : (comparison.Arguments[1], comparison.Arguments[0]);
        Column compared = context.Columns.New(value.Name, inner.Type);
        PlanNode source = new ProjectNode(apply.Subquery, [new Assignment(compared, inner)]);

        string extreme = function is OperatorNames.Less or OperatorNames.LessOrEqual ? "max" : "min";
        Column bound = context.Columns.New(extreme, inner.Type);
        Column rows = context.Columns.New("rows", SqlType.BigInt);
        Column values = context.Columns.New("values", SqlType.BigInt);
        PlanNode aggregate = new AggregateNode(
            source,
            [],
            [
                new Aggregation(bound, new AggregateCall(extreme, [compared.Ref()], inner.Type)),
                new Aggregation(rows, new AggregateCall("count", [], SqlType.BigInt)),
                new Aggregation(values, new AggregateCall("count", [compared.Ref()], SqlType.BigInt)),
            ]);
        PlanNode joined = new ApplyNode(ApplyKind.Scalar, apply.Outer, aggregate);
        Expression holds = Expressions.Compare(function, outer, bound.Ref());
        Expression isEmpty = Expressions.Equal(rows.Ref(), new ConstantExpression(0L, SqlType.BigInt));
        Expression isUnknown = Expressions.Or(
            Expressions.IsNull(outer), Expressions.Compare(OperatorNames.NotEqual, rows.Ref(), values.Ref()));
        return WithMark(apply, joined, new SpecialExpression(
            SpecialForm.Case,
            [isEmpty, ConstantExpression.False, holds, ConstantExpression.True, isUnknown, ConstantExpression.Null(SqlType.Boolean), ConstantExpression.False],
            SqlType.Boolean));
    }

    private static ProjectNode WithMark(ApplyNode apply, PlanNode source, Expression mark) =>
        new(source, [.. apply.Outer.Columns.Select(column => new Assignment(column, column.Ref())), new Assignment(apply.Mark!, mark)]);
}
