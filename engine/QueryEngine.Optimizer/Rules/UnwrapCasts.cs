using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// Compares a column itself instead of what it is widened to, so that sources, statistics and row-group bounds see it.
/// <code>
/// cast(day AS timestamp) &lt; timestamp '2020-01-01 12:00'   =>  day &lt;= date '2020-01-01'
/// cast(i AS bigint) = 5                                     =>  i = 5
/// cast(i AS bigint) = 3000000000                            =>  i IS NULL AND NULL (false, or NULL)
/// cast(n AS decimal(18, 4)) > 1.2345                        =>  n > 1.23
/// </code>
/// Fires for casts that lose nothing and keep the order. Does not fire on char (blanks at its end do not count), on bigint to double (two numbers
/// become one), or where a time zone has a say.
/// </summary>
internal sealed class UnwrapCasts : PlanPass
{
    // A list this long is a semi join in the making, and every item costs a cast.
    private const int MaxItems = 10_000;

    // Beyond, timestamps are nanoseconds, which reach from 1677 to 2262 only.
    private const int MaxMicroseconds = 6;

    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        plan.RewriteBottomUp(node => NodeExpressions.Map(node, expression => Unwrap(expression, context)));

    /// <summary>The expression of equal value with fewer casts.</summary>
    public static Expression Unwrap(Expression expression, OptimizerContext context) => expression.Rewrite(node => node switch
    {
        CallExpression { Arguments: [CastExpression cast, ConstantExpression { Value: not null } constant] } call
            when OperatorNames.IsComparison(call.Function) && IsLossless(cast.Operand.Type, cast.Type) => Compare(call.Function, cast.Operand, constant, context),
        SpecialExpression { Form: SpecialForm.IsDistinctFrom, Arguments: [CastExpression cast, ConstantExpression { Value: not null } constant] } special
            when IsLossless(cast.Operand.Type, cast.Type) => Distinct(special, cast.Operand, constant, context),
        SpecialExpression { Form: SpecialForm.In, Arguments: [CastExpression cast, ..] } list
            when list.Arguments.Count <= MaxItems && IsLossless(cast.Operand.Type, cast.Type) => In(list, cast.Operand, context),
        _ => null,
    });

    /// <summary>Whether different values stay different and in order, and none fails to convert.</summary>
    private static bool IsLossless(SqlType from, SqlType to) => (from, to) switch
    {
        (IntegerType, IntegerType) => Digits(from) < Digits(to),
        (IntegerType, DecimalType target) => target.Precision - target.Scale >= Digits(from),
        (IntegerType, FloatType) => to.Kind == TypeKind.Double ? Digits(from) <= 10 : Digits(from) <= 5,
        (FloatType, FloatType) => from.Kind == TypeKind.Real && to.Kind == TypeKind.Double,
        (DecimalType source, DecimalType target) => target.Scale >= source.Scale && target.Precision - target.Scale >= source.Precision - source.Scale,
        (VarcharType source, VarcharType target) => source.Length is { } length && (target.Length is null || target.Length >= length),
        (DateType, TimestampType target) => target.Precision <= MaxMicroseconds,
        (TimestampType source, TimestampType target) => target.Precision >= source.Precision && (target.Precision <= MaxMicroseconds || source.Precision > MaxMicroseconds),
        (TimeType source, TimeType target) => target.Precision >= source.Precision,
        _ => false,
    };

    private static int Digits(SqlType integer) => integer.Kind switch
    {
        TypeKind.TinyInt => 3,
        TypeKind.SmallInt => 5,
        TypeKind.Integer => 10,
        _ => 19,
    };

    private static Expression? Compare(string function, Expression operand, ConstantExpression constant, OptimizerContext context)
    {
        if (Nearest(operand.Type, constant, context) is not var (near, order))
            return null;
        if (near is not null && order == 0)
            return Expressions.Compare(function, operand, near);
        switch (function)
        {
            case OperatorNames.Equal:
                return Never(operand);
            case OperatorNames.NotEqual:
                return Always(operand);
            case OperatorNames.Less or OperatorNames.LessOrEqual when near is null:
                return order < 0 ? Always(operand) : Never(operand);
            case OperatorNames.Greater or OperatorNames.GreaterOrEqual when near is null:
                return order < 0 ? Never(operand) : Always(operand);

            // The constant lies between two neighbours of the narrow type: below it means up to the lower one.
            case OperatorNames.Less or OperatorNames.LessOrEqual:
                return Expressions.Compare(order < 0 ? OperatorNames.LessOrEqual : OperatorNames.Less, operand, near!);
            case OperatorNames.Greater or OperatorNames.GreaterOrEqual:
                return Expressions.Compare(order < 0 ? OperatorNames.Greater : OperatorNames.GreaterOrEqual, operand, near!);
            default:
                return null;
        }
    }

    private static Expression? Distinct(SpecialExpression special, Expression operand, ConstantExpression constant, OptimizerContext context)
    {
        if (Nearest(operand.Type, constant, context) is not var (near, order))
            return null;
        return near is not null && order == 0 ? special with { Arguments = [operand, near] } : ConstantExpression.True;
    }

    // Candidates that no value can equal go; a NULL among them stays, for it makes misses unknown.
    private static Expression? In(SpecialExpression list, Expression operand, OptimizerContext context)
    {
        var candidates = new List<Expression>();
        foreach (Expression item in list.Arguments.Skip(1))
        {
            if (item is not ConstantExpression constant)
                return null;
            if (constant.Value is null)
                candidates.Add(ConstantExpression.Null(operand.Type));
            else if (Nearest(operand.Type, constant, context) is not var (near, order))
                return null;
            else if (near is not null && order == 0)
                candidates.Add(near);
        }

        return candidates.Count switch
        {
            0 => Never(operand),
            1 => Expressions.Equal(operand, candidates[0]),
            _ => list with { Arguments = [operand, .. candidates] },
        };
    }

    /// <summary>
    /// A value of the narrow type next to the constant, and how it compares with it; no value where the constant is outside of all of them, with the
    /// order of all of them; null where that cannot be told.
    /// </summary>
    private static (ConstantExpression? Near, int Order)? Nearest(SqlType type, ConstantExpression constant, OptimizerContext context)
    {
        if (type is VarcharType { Length: { } length })
        {
            // What is longer than all is between two of them, which are not worth finding.
            bool fits = ((string)constant.Value!).EnumerateRunes().Count() <= length;
            return fits ? (new ConstantExpression(constant.Value, type), 0) : null;
        }

        if (Cast(constant, type, context) is not { } near)
        {
            // Floating-point types have infinities beyond what is too large for them.
            if (!constant.Type.IsNumeric || type is FloatType || Cast(new ConstantExpression(0, SqlType.Integer), constant.Type, context) is not { } zero)
                return null;
            return (null, -BoxedValue.Compare(constant.Value!, zero.Value!));
        }

        return Cast(near, constant.Type, context) is { } back ? (near, BoxedValue.Compare(back.Value!, constant.Value!)) : null;
    }

    private static ConstantExpression? Cast(ConstantExpression constant, SqlType type, OptimizerContext context)
    {
        try
        {
            return context.Constants.Evaluate(new CastExpression(constant, type), context.Session) is { Value: not null } cast ? cast : null;
        }
        catch (QueryException)
        {
            return null;
        }
    }

    // False, and NULL for NULL.
    private static SpecialExpression Never(Expression operand) =>
        new(SpecialForm.And, [Expressions.IsNull(operand), ConstantExpression.Null(SqlType.Boolean)], SqlType.Boolean);

    // True, and NULL for NULL.
    private static SpecialExpression Always(Expression operand) =>
        new(SpecialForm.Or, [Expressions.Not(Expressions.IsNull(operand)), ConstantExpression.Null(SqlType.Boolean)], SqlType.Boolean);
}
