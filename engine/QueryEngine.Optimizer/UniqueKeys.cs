using System.Runtime.CompilerServices;
using QueryEngine.Plan;

namespace QueryEngine.Optimizer;

/// <summary>What of a plan's rows is known to be different in each.</summary>
internal static class UniqueKeys
{
    /// <summary>Whether no two rows of the node agree in all of these columns, NULLs counted as equal.</summary>
    public static bool IsUnique(PlanNode node, IReadOnlySet<Column> columns)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case AggregateNode { Step: AggregateStep.Single } aggregate:
                return aggregate.Keys.All(columns.Contains);
            case EnforceSingleRowNode or ValuesNode { Rows.Count: <= 1 } or LimitNode { Count: <= 1 } or TopNNode { Count: <= 1, WithTies: false }:
                return true;
            case AssignUniqueIdNode unique when columns.Contains(unique.Id):
                return true;
            case FilterNode or LimitNode or SortNode or TopNNode or AssignUniqueIdNode or WindowNode or SampleNode:
                return IsUnique(node.Sources[0], columns);
            case ProjectNode project:
                return IsUnique(
                    project.Source,
                    project.Assignments.Where(assignment => columns.Contains(assignment.Column)).Select(assignment => assignment.Expression)
                        .OfType<ColumnExpression>().Select(passed => passed.Column).ToHashSet());
            case JoinNode { Kind: JoinKind.Semi or JoinKind.Anti or JoinKind.Mark } join:
                return IsUnique(join.Left, columns);
            case JoinNode { Kind: JoinKind.Inner or JoinKind.Left } join:
                return IsUnique(join.Left, columns) && MatchesOnce(join);
            default:
                return false;
        }
    }

    /// <summary>Whether no left row of a join has more than one match.</summary>
    public static bool MatchesOnce(JoinNode join) => IsUnique(join.Right, join.Criteria.Select(criterion => criterion.Right).ToHashSet());
}
