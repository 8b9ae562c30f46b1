using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Statistics;

/// <summary>How many rows joins give.</summary>
internal static class JoinEstimates
{
    /// <summary>The estimate of a join of two estimated sides.</summary>
    public static PlanEstimate Estimate(JoinNode join, PlanEstimate left, PlanEstimate right)
    {
        var columns = new Dictionary<Column, ColumnEstimate>(left.Columns);
        double matches = left.Rows * right.Rows / Math.Max(Domain([.. join.Criteria.Select(c => (left.BaseDistinct(c.Left), right.BaseDistinct(c.Right)))], left.BaseRows, right.BaseRows), 1);
        if (join.Kind is not (JoinKind.Semi or JoinKind.Anti or JoinKind.Mark))
            foreach ((Column column, ColumnEstimate estimate) in right.Columns)
                columns[column] = estimate;
        var both = new PlanEstimate(matches, Math.Max(left.BaseRows, right.BaseRows), columns);
        if (join.Filter is { } filter)
            matches = Selectivity.Apply(both, Expressions.Conjuncts(filter)).Rows;

        double found = join.Criteria.Count == 0 ? 0.5 : Math.Min(1, join.Criteria.Min(c => right.Distinct(c.Right) / Math.Max(left.Distinct(c.Left), 1)));
        if (join.Filter is not null)
            found *= 0.8;
        double rows = join.Kind switch
        {
            JoinKind.Inner => matches,
            JoinKind.Left => Math.Max(matches, left.Rows),
            JoinKind.Right => Math.Max(matches, right.Rows),
            JoinKind.Full => Math.Max(matches, left.Rows + right.Rows),
            JoinKind.Semi => left.Rows * Math.Max(found, 0.01),
            JoinKind.Anti => left.Rows * Math.Max(1 - found, 0.1),
            JoinKind.Mark => left.Rows,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return both with { Rows = rows };
    }

    /// <summary>
    /// How many different keys the sides draw from. One column: the side with more values holds the domain. Several: together they are no more than
    /// the rows of the side they are a key of.
    /// </summary>
    public static double Domain(IReadOnlyList<(double Left, double Right)> criteria, double leftRows, double rightRows) => criteria.Count switch
    {
        0 => 1,
        1 => Math.Max(criteria[0].Left, criteria[0].Right),
        _ => Math.Min(
            Math.Min(criteria.Aggregate(1.0, (product, c) => product * c.Left), leftRows),
            Math.Min(criteria.Aggregate(1.0, (product, c) => product * c.Right), rightRows)),
    };
}
