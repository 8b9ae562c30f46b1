using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// INTERSECT and EXCEPT as null-safe semi and anti joins of distinct rows; with ALL, equal rows are numbered first, so that the n-th copy
/// on one side meets the n-th on the other.
/// </summary>
internal sealed class RewriteSetOperations : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) =>
        plan.RewriteBottomUp(node => node is SetOperationNode set ? Rewrite(set, context) : null);

    private static ProjectNode Rewrite(SetOperationNode set, OptimizerContext context)
    {
        // Columns may repeat on a side (select a, a): give each place its own.
        (PlanNode left, ValueList<Column> leftColumns) = Place(set.Left, set.LeftColumns, context);
        (PlanNode right, ValueList<Column> rightColumns) = Place(set.Right, set.RightColumns, context);
        ValueList<JoinCriterion> criteria = leftColumns
            .Zip(rightColumns, (l, r) => new JoinCriterion(l, r) { IsNullSafe = true }).ToValueList();
        if (set.IsAll)
        {
            (left, Column leftNumber) = Number(left, leftColumns, context);
            (right, Column rightNumber) = Number(right, rightColumns, context);
            criteria = criteria.Add(new JoinCriterion(leftNumber, rightNumber));
        }
        else
        {
            left = new AggregateNode(left, leftColumns, []);
        }

        JoinKind kind = set.Operation == SetOperation.Intersect ? JoinKind.Semi : JoinKind.Anti;
        return new ProjectNode(
            new JoinNode(kind, left, right, criteria),
            set.Outputs.Zip(leftColumns, (output, column) => new Assignment(output, column.Ref())).ToValueList());
    }

    private static (PlanNode Node, ValueList<Column> Columns) Place(PlanNode node, ValueList<Column> columns, OptimizerContext context)
    {
        ValueList<Column> places = columns.Select(context.Columns.Like).ToValueList();
        return (new ProjectNode(node, places.Zip(columns, (place, column) => new Assignment(place, column.Ref())).ToValueList()), places);
    }

    private static (PlanNode Node, Column Number) Number(PlanNode node, ValueList<Column> columns, OptimizerContext context)
    {
        Column number = context.Columns.New("copy", SqlType.BigInt);
        return (new WindowNode(node, columns, [], [new WindowCall(number, "row_number", [], SqlType.BigInt, WindowFrame.Default)]), number);
    }
}
