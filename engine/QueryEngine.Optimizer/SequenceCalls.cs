using QueryEngine.Plan;

namespace QueryEngine.Optimizer;

/// <summary>Finds calls that need the sequences, which only the process knows that the statement came to.</summary>
public static class SequenceCalls
{
    /// <summary>Whether a plan calls one of their functions.</summary>
    public static bool IsUsedBy(PlanNode plan) => plan.Descendants().SelectMany(NodeExpressions.Expressions).Any(Uses);

    private static bool Uses(Expression expression) =>
        expression is CallExpression { Function: "nextval" or "currval" or "lastval" or "setval" } || expression.Children.Any(Uses);
}
