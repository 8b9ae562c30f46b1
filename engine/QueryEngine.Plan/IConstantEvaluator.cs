using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>
/// Computes expressions without columns, for constant folding. Execution implements it with the same kernels that run queries, so
/// a folded constant is what the query would have computed.
/// </summary>
public interface IConstantEvaluator
{
    /// <summary>The value of an expression without columns.</summary>
    /// <exception cref="QueryException">What the expression raises.</exception>
    ConstantExpression Evaluate(Expression expression, ConnectorSession session);

    /// <summary>Whether the expression gives the same value whenever it is evaluated in one query (no random(), no uuid()).</summary>
    bool IsDeterministic(Expression expression);
}
