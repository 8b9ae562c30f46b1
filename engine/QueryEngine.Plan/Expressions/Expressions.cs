using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>Short ways to make and take apart expressions.</summary>
public static class Expressions
{
    /// <summary>The column as an expression.</summary>
    public static ColumnExpression Ref(this Column column) => new(column);

    /// <summary>left = right, of one type.</summary>
    public static CallExpression Equal(Expression left, Expression right) => Compare(OperatorNames.Equal, left, right);

    /// <summary>A comparison of two operands of one type.</summary>
    public static CallExpression Compare(string function, Expression left, Expression right) => new(function, [left, right], SqlType.Boolean);

    /// <summary>NOT operand.</summary>
    public static Expression Not(Expression operand) =>
        operand is SpecialExpression { Form: SpecialForm.Not } not ? not.Arguments[0] : new SpecialExpression(SpecialForm.Not, [operand], SqlType.Boolean);

    /// <summary>operand IS NULL.</summary>
    public static SpecialExpression IsNull(Expression operand) => new(SpecialForm.IsNull, [operand], SqlType.Boolean);

    /// <summary>All of the conditions, flattened; TRUE for none of them.</summary>
    public static Expression And(params IEnumerable<Expression> conditions)
    {
        Expression[] conjuncts = [.. conditions.SelectMany(Conjuncts).Distinct()];
        if (conjuncts.Contains(ConstantExpression.False))
            return ConstantExpression.False;
        return conjuncts.Length switch
        {
            0 => ConstantExpression.True,
            1 => conjuncts[0],
            _ => new SpecialExpression(SpecialForm.And, [.. conjuncts], SqlType.Boolean),
        };
    }

    /// <summary>Any of the conditions, flattened; FALSE for none of them.</summary>
    public static Expression Or(params IEnumerable<Expression> conditions)
    {
        Expression[] terms = [.. conditions.SelectMany(Disjuncts)];
        return terms.Length switch
        {
            0 => ConstantExpression.False,
            1 => terms[0],
            _ => new SpecialExpression(SpecialForm.Or, [.. terms], SqlType.Boolean),
        };
    }

    /// <summary>The terms of an AND; none for TRUE; else the condition itself.</summary>
    public static IEnumerable<Expression> Conjuncts(Expression condition) => condition switch
    {
        SpecialExpression { Form: SpecialForm.And } and => and.Arguments.SelectMany(Conjuncts),
        ConstantExpression { Value: true } => [],
        _ => [condition],
    };

    /// <summary>The terms of an OR; none for FALSE; else the condition itself.</summary>
    public static IEnumerable<Expression> Disjuncts(Expression condition) => condition switch
    {
        SpecialExpression { Form: SpecialForm.Or } or => or.Arguments.SelectMany(Disjuncts),
        ConstantExpression { Value: false } => [],
        _ => [condition],
    };
}
