using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Joins;

/// <summary>The side of an outer join that looks much smaller becomes the right one, which is built: Left turns to Right and back.</summary>
internal static class ChooseBuildSides
{
    /// <summary>The plan with its joins turned.</summary>
    public static PlanNode Apply(PlanNode plan, Estimator estimator) => plan.RewriteBottomUp(node =>
    {
        if (node is not JoinNode { Kind: JoinKind.Inner or JoinKind.Left or JoinKind.Right or JoinKind.Full } join)
            return null;

        bool turns = estimator.Estimate(join.Right).Rows > 1.5 * estimator.Estimate(join.Left).Rows;
        return turns ? Turn(join) : null;
    });

    private static PlanNode Turn(JoinNode join)
    {
        JoinNode turned = join with
        {
            Kind = join.Kind switch
            {
                JoinKind.Left => JoinKind.Right,
                JoinKind.Right => JoinKind.Left,
                _ => join.Kind,
            },
            Left = join.Right,
            Right = join.Left,
            Criteria = join.Criteria.Select(criterion => criterion with { Left = criterion.Right, Right = criterion.Left }).ToValueList(),
        };
        return turned.Only(join.Columns);
    }
}
