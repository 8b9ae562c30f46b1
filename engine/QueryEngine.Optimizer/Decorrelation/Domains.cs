using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>
/// Finds where the domain of a subquery comes from. The rows around a subquery often hold the joins of other subqueries already: copying those too would
/// double the plan with each of them.
/// </summary>
internal static class Domains
{
    /// <summary>The smallest part of the outer rows that has the same combinations of the columns: steps that add columns and lose no row are left out.</summary>
    public static PlanNode Provider(PlanNode outer, ValueList<Column> columns)
    {
        while (Below(outer, columns) is { } below)
            outer = below;
        return outer;
    }

    // A filter stays: the subquery may fail for a row that it would have dropped.
    private static PlanNode? Below(PlanNode node, ValueList<Column> columns) => node switch
    {
        ProjectNode project when columns.All(column => project.Source.Columns.Contains(column)) => project.Source,
        JoinNode { Kind: JoinKind.Mark or JoinKind.Left } join when columns.All(column => join.Left.Columns.Contains(column)) => join.Left,
        JoinNode { Kind: JoinKind.Inner, Criteria.Count: 0, Filter: null } join
            when columns.All(column => join.Left.Columns.Contains(column)) && Cardinality.IsExactlyOne(join.Right) => join.Left,
        WindowNode window when columns.All(column => window.Source.Columns.Contains(column)) => window.Source,
        _ => null,
    };
}
