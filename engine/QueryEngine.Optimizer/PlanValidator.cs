using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>Checks what every pass must keep: each node reads only what its sources give, and criteria compare one type.</summary>
public static class PlanValidator
{
    /// <summary>Throws an internal error that names the pass and the node.</summary>
    public static void Check(PlanNode plan, string pass)
    {
        foreach (PlanNode node in plan.Descendants())
        {
            HashSet<Column> given = [.. node.Sources.SelectMany(source => source.Columns)];
            HashSet<Column> lambdas = [.. NodeExpressions.Expressions(node).SelectMany(LambdaParameters)];
            foreach (Column column in NodeExpressions.Reads(node))
                if (!given.Contains(column) && !lambdas.Contains(column))
                    throw new QueryException(
                        ErrorCode.Internal, $"after {pass}, {node.GetType().Name} reads {column}, which none of its sources gives\n{PlanText.Draw(plan)}");
            if (node is JoinNode join && join.Criteria.FirstOrDefault(criterion => criterion.Left.Type != criterion.Right.Type) is { } bad)
                throw new QueryException(ErrorCode.Internal, $"after {pass}, a join compares {bad.Left.Type} with {bad.Right.Type}: {bad}");
        }
    }

    private static IEnumerable<Column> LambdaParameters(Expression expression) =>
        (expression is LambdaExpression lambda ? lambda.Parameters : Enumerable.Empty<Column>()).Concat(expression.Children.SelectMany(LambdaParameters));
}
