using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>Checks what every pass must keep: each node reads only what its sources give, and criteria compare one type.</summary>
public static class PlanValidator
{
    /// <summary>Throws an internal error that names the pass and the node.</summary>
    public static void Check(PlanNode plan, string pass) => new Walk(plan, pass).Check(plan, []);

    private sealed class Walk(PlanNode plan, string pass)
    {
        /// <summary>Checks a node and all below it; a subquery may also read the columns of the rows that it is evaluated for.</summary>
        public void Check(PlanNode node, HashSet<Column> outer)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            CheckReads(node, outer);
            CheckShape(node);
            if (node is ApplyNode apply)
            {
                Check(apply.Outer, outer);
                Check(apply.Subquery, [.. outer, .. apply.Outer.Columns]);
                return;
            }

            foreach (PlanNode source in node.Sources)
                Check(source, outer);
        }

        private void CheckReads(PlanNode node, HashSet<Column> outer)
        {
            HashSet<Column> given = [.. node.Sources.SelectMany(source => source.Columns)];
            foreach (Column column in NodeExpressions.Reads(node))
                if (!given.Contains(column) && !outer.Contains(column) && !NodeExpressions.Expressions(node).SelectMany(LambdaParameters).Contains(column))
                    throw Broken($"{node.GetType().Name} reads {column}, which none of its sources gives");
        }

        private void CheckShape(PlanNode node)
        {
            if (node is JoinNode join && join.Criteria.FirstOrDefault(criterion => criterion.Left.Type != criterion.Right.Type) is { } bad)
                throw Broken($"a join compares {bad.Left.Type} with {bad.Right.Type}: {bad}");
            if (node is JoinNode sided && sided.Criteria.FirstOrDefault(criterion => !sided.Left.Columns.Contains(criterion.Left) || !sided.Right.Columns.Contains(criterion.Right)) is { } turned)
                throw Broken($"a join's criterion does not name its left side first: {turned}");
            if (node is JoinNode { Lookup: { } lookup } looked && lookup.Columns.Any(column => !(looked.BuildsLeft ? looked.Left : looked.Right).Columns.Contains(column)))
                throw Broken("a lookup's keys are no columns of the side that is built");
            if (node is TableScanNode { Lookup: { } keys } scan && keys.Columns.Any(column => !scan.Columns.Contains(column)))
                throw Broken("a lookup's keys are no columns of the scan");
            if (node is UnionNode union && (union.Mapping.Count != union.Inputs.Count || union.Mapping.Any(columns => columns.Count != union.Outputs.Count)))
                throw Broken("a union's mapping does not have a column for each input and output");
            if (node is FilterNode { Predicate: { } predicate } && predicate.Type != SqlType.Boolean)
                throw Broken($"a filter's condition is {predicate.Type}: {predicate}");
        }

        private QueryException Broken(string how) => new(ErrorCode.Internal, $"after {pass}, {how}\n{PlanText.Draw(plan)}");
    }

    private static IEnumerable<Column> LambdaParameters(Expression expression) =>
        (expression is LambdaExpression lambda ? lambda.Parameters : Enumerable.Empty<Column>()).Concat(expression.Children.SelectMany(LambdaParameters));
}
