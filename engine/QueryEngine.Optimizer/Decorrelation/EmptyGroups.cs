using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>What an aggregate without rows gives, where a left join has put NULL in its place.</summary>
internal static class EmptyGroups
{
    /// <summary>A projection to <paramref name="columns"/> in which counts that are NULL for want of a group are 0.</summary>
    public static PlanNode Mend(PlanNode joined, AggregateNode aggregate, ValueList<Column> columns)
    {
        HashSet<Column> counts = [.. aggregate.Aggregations.Where(aggregation => aggregation.Call.IsZeroWhenEmpty).Select(aggregation => aggregation.Output)];
        return new ProjectNode(joined, columns.Distinct().Select(column => new Assignment(column, counts.Contains(column) ? OrZero(column) : column.Ref())).ToValueList());
    }

    private static SpecialExpression OrZero(Column column) =>
        new(SpecialForm.Coalesce, [column.Ref(), new ConstantExpression(0L, column.Type)], column.Type);
}
