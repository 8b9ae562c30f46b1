using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Statistics;

/// <summary>How many rows joins give.</summary>
internal static class JoinEstimates
{
    // Of what an outer join pads some rows are expected: who asks for them must not be believed to get none.
    private const double LeastPadded = 0.1;

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

        double found = Found(join, c => right.Distinct(c.Right) / left.Distinct(c.Left));
        if (join.Kind is JoinKind.Left or JoinKind.Full)
            Pad(columns, right.Columns.Keys, 1 - found);
        if (join.Kind is JoinKind.Right or JoinKind.Full)
            Pad(columns, left.Columns.Keys, 1 - Found(join, c => left.Distinct(c.Left) / right.Distinct(c.Right)));
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

    // The share of a side's rows that have a match.
    private static double Found(JoinNode join, Func<JoinCriterion, double> valuesThere) =>
        (join.Criteria.Count == 0 ? 0.5 : Math.Min(1, join.Criteria.Min(valuesThere))) * (join.Filter is null ? 1 : 0.8);

    private static void Pad(Dictionary<Column, ColumnEstimate> columns, IEnumerable<Column> padded, double share)
    {
        foreach (Column column in padded)
            columns[column] = columns[column] with { NullFraction = Math.Max(columns[column].NullFraction, Math.Max(share, LeastPadded)) };
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
