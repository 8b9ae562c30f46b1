using System.Runtime.CompilerServices;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Joins;

/// <summary>
/// Connects joins to the scans of their probe side: the keys of the built side, known before the probe begins, narrow what the scan reads. Only for joins
/// that drop probe rows without a match, and where the built side does not look much larger than the scan.
/// </summary>
internal sealed class AddDynamicFilters(Estimator estimator)
{
    // Estimates of filters over groups are far too high more often than not, and a filter that drops nothing is given up after a few batches.
    private const int BuildRowsPerScanned = 4;

    private int _lastFilter;

    /// <summary>The plan with its filters.</summary>
    public PlanNode Apply(PlanNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        PlanNode mapped = node.MapSources(Apply);
        return mapped is JoinNode join && (join.BuildsLeft || join.Kind is JoinKind.Inner or JoinKind.Right or JoinKind.Semi) ? Connect(join) : mapped;
    }

    private JoinNode Connect(JoinNode join)
    {
        double built = estimator.Estimate(join.BuildsLeft ? join.Left : join.Right).Rows;
        foreach (JoinCriterion criterion in join.Criteria)
        {
            if (criterion.IsNullSafe)
                continue;
            int filterId = _lastFilter + 1;
            (PlanNode probe, Column key, Column builtKey) = join.BuildsLeft
                ? (join.Right, criterion.Right, criterion.Left)
                : (join.Left, criterion.Left, criterion.Right);
            if (Narrow(probe, key, filterId, built) is not { } narrowed)
                continue;
            _lastFilter = filterId;
            join = join with
            {
                Left = join.BuildsLeft ? join.Left : narrowed,
                Right = join.BuildsLeft ? narrowed : join.Right,
                DynamicFilters = join.DynamicFilters.Add(new DynamicFilterTarget(filterId, builtKey)),
            };
        }

        return join;
    }

    /// <summary>The node with the scan that the column comes from told of the filter; null when there is none to tell.</summary>
    private PlanNode? Narrow(PlanNode node, Column column, int filterId, double built)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case TableScanNode { Lookup: null } scan:
                return scan.Columns.Contains(column) && estimator.Estimate(scan).Rows * BuildRowsPerScanned >= built
                    ? scan with { DynamicFilters = scan.DynamicFilters.Add(new DynamicFilterTarget(filterId, column)) }
                    : null;
            case FilterNode or SortNode or AssignUniqueIdNode:
                return Narrow(node.Sources[0], column, filterId, built) is { } source ? node.WithSources([source]) : null;
            case ProjectNode project:
                return project.Assignments.FirstOrDefault(assignment => assignment.Column == column)?.Expression is ColumnExpression passed
                    && Narrow(project.Source, passed.Column, filterId, built) is { } input ? project with { Source = input } : null;
            case AggregateNode { Step: not AggregateStep.Final } aggregate when aggregate.Keys.Contains(column):
                return Narrow(aggregate.Source, column, filterId, built) is { } rows ? aggregate with { Source = rows } : null;
            case JoinNode { Kind: JoinKind.Inner or JoinKind.Left or JoinKind.Semi or JoinKind.Anti or JoinKind.Mark } join when join.Left.Columns.Contains(column):
                return Narrow(join.Left, column, filterId, built) is { } left ? join with { Left = left } : null;
            case JoinNode { Kind: JoinKind.Inner or JoinKind.Right } join when join.Right.Columns.Contains(column):
                return Narrow(join.Right, column, filterId, built) is { } right ? join with { Right = right } : null;
            default:
                return null;
        }
    }
}
