using System.Runtime.CompilerServices;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Joins;

/// <summary>
/// Puts trees of inner joins into the cheapest order that the estimates know: dynamic programming over bushy trees up to
/// <see cref="MaxExact"/> inputs, else the pair with the smallest result first. The smaller side of each join becomes the right one, which is built.
/// </summary>
internal static class ReorderJoins
{
    private const int MaxExact = 10;

    /// <summary>The plan with its inner joins reordered.</summary>
    public static PlanNode Apply(PlanNode node, Estimator estimator, OptimizerContext context)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is not JoinNode { Kind: JoinKind.Inner, Lookup: null } root)
            return node.MapSources(source => Apply(source, estimator, context));

        var inputs = new List<PlanNode>();
        var conditions = new List<Expression>();
        Flatten(root, inputs, conditions);
        PlanNode[] leaves = [.. inputs.Select(input => Apply(input, estimator, context))];
        if (leaves.Length > 60)
            return node.MapSources(source => Apply(source, estimator, context));

        var graph = new JoinGraph(leaves, conditions, estimator);
        JoinTree best = leaves.Length <= MaxExact ? DynamicProgramming.Solve(graph) : GreedyOrder.Solve(graph);
        return Build(best, graph, context).Only(root.Columns);
    }

    /// <summary>The inputs of a tree of inner joins, and all of its conditions.</summary>
    internal static void Flatten(PlanNode node, List<PlanNode> inputs, List<Expression> conditions)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case JoinNode { Kind: JoinKind.Inner, Lookup: null } join:
                Flatten(join.Left, inputs, conditions);
                Flatten(join.Right, inputs, conditions);
                conditions.AddRange(Expressions.Conjuncts(join.Filter ?? ConstantExpression.True));
                foreach (JoinCriterion criterion in join.Criteria)
                    conditions.Add(criterion.IsNullSafe
                        ? Expressions.Not(new SpecialExpression(SpecialForm.IsDistinctFrom, [criterion.Left.Ref(), criterion.Right.Ref()], SqlType.Boolean))
                        : Expressions.Equal(criterion.Left.Ref(), criterion.Right.Ref()));
                break;

            // A projection that only chooses columns hides nothing.
            case ProjectNode { Source: JoinNode { Kind: JoinKind.Inner, Lookup: null } inner } project when project.Assignments.All(assignment => assignment.IsIdentity):
                Flatten(inner, inputs, conditions);
                break;
            default:
                inputs.Add(node);
                break;
        }
    }

    private static PlanNode Build(JoinTree tree, JoinGraph graph, OptimizerContext context)
    {
        if (tree.Left is null || tree.Right is null)
            return graph.Inputs[System.Numerics.BitOperations.TrailingZeroCount(tree.Members)];

        (JoinTree probe, JoinTree build) = tree.Left.Rows >= tree.Right.Rows ? (tree.Left, tree.Right) : (tree.Right, tree.Left);
        return JoinConditions.Build(
            JoinKind.Inner, Build(probe, graph, context), Build(build, graph, context), [], graph.Between(probe.Members, build.Members), context.Columns);
    }
}
