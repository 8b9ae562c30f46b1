using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Joins;

/// <summary>
/// The side of a join that looks much smaller is built. It becomes the right one: Left turns to Right and back. Semi and Anti joins are told to build
/// their left side.
/// </summary>
internal static class ChooseBuildSides
{
    /// <summary>The plan with its joins turned.</summary>
    public static PlanNode Apply(PlanNode plan, Estimator estimator) => plan.RewriteBottomUp(node =>
    {
        if (node is not JoinNode { Kind: not JoinKind.Mark, Lookup: null } join)
            return null;

        bool isLeftSmaller = estimator.Estimate(join.Right).Rows > 1.5 * estimator.Estimate(join.Left).Rows;
        if (!isLeftSmaller)
            return null;
        if (join.Kind is JoinKind.Semi or JoinKind.Anti)
            return join.Criteria.Count > 0 ? join with { BuildsLeft = true } : null;
        return join.Turned().Only(join.Columns);
    });
}
