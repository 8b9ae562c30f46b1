using System.Runtime.CompilerServices;
using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>
/// Takes the correlated conditions out of a subquery, where they stand in filters and inner joins that only projections separate from the top.
/// <code>
/// Project[a]                                Project[a, k]          and  k = outer.k
///   Filter[k = outer.k AND b > 1]    =>       Filter[b > 1]
///     Scan[s]                                   Scan[s]
/// </code>
/// </summary>
internal static class CorrelationPullUp
{
    /// <summary>A subquery without correlation and the conditions that were taken out, over its columns and the outer's.</summary>
    public sealed record Pulled(PlanNode Node, IReadOnlyList<Expression> Conjuncts);

    /// <summary>The parts, or null when correlation is elsewhere too.</summary>
    public static Pulled? TryPull(PlanNode node, IReadOnlySet<Column> outer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!NodeExpressions.FreeColumns(node).Overlaps(outer))
            return new Pulled(node, []);
        return node switch
        {
            FilterNode filter => PullFilter(filter, outer),
            ProjectNode project => PullProject(project, outer),
            JoinNode join => PullJoin(join, outer),
            SortNode sort => TryPull(sort.Source, outer),
            AggregateNode { Aggregations.Count: 0 } distinct => PullDistinct(distinct, outer),
            _ => null,
        };
    }

    private static Pulled? PullFilter(FilterNode filter, IReadOnlySet<Column> outer)
    {
        if (TryPull(filter.Source, outer) is not { } pulled)
            return null;

        ILookup<bool, Expression> conjuncts = Expressions.Conjuncts(filter.Predicate).ToLookup(conjunct => conjunct.ReadsAny(outer));
        return new Pulled(pulled.Node.Where(conjuncts[false]), [.. pulled.Conjuncts, .. conjuncts[true]]);
    }

    private static Pulled? PullProject(ProjectNode project, IReadOnlySet<Column> outer)
    {
        if (project.Assignments.Any(assignment => assignment.Expression.ReadsAny(outer)) || TryPull(project.Source, outer) is not { } pulled)
            return null;

        // What the conditions read here must reach the top; they may read columns of queries further out too.
        HashSet<Column> given = project.ColumnSet();
        HashSet<Column> below = pulled.Node.ColumnSet();
        IEnumerable<Assignment> needed = pulled.Conjuncts.SelectMany(conjunct => conjunct.References())
            .Where(column => below.Contains(column) && given.Add(column))
            .Select(column => new Assignment(column, column.Ref()));
        return pulled with { Node = new ProjectNode(pulled.Node, [.. project.Assignments, .. needed]) };
    }

    private static Pulled? PullJoin(JoinNode join, IReadOnlySet<Column> outer)
    {
        bool preservesLeftOnly = join.Kind is JoinKind.Left or JoinKind.Semi or JoinKind.Anti or JoinKind.Mark;
        if (join.Kind != JoinKind.Inner && !preservesLeftOnly)
            return null;
        if (TryPull(join.Left, outer) is not { } left)
            return null;

        // A condition of the other side, or of ON, of an outer or semi join decides which rows are padded: it can't leave.
        if (preservesLeftOnly)
        {
            bool correlated = NodeExpressions.FreeColumns(join.Right).Overlaps(outer) || join.Filter?.ReadsAny(outer) == true;
            return correlated ? null : left with { Node = join with { Left = left.Node } };
        }

        if (TryPull(join.Right, outer) is not { } right)
            return null;
        ILookup<bool, Expression> conjuncts = Expressions.Conjuncts(join.Filter ?? ConstantExpression.True).ToLookup(conjunct => conjunct.ReadsAny(outer));
        Expression? filter = conjuncts[false].Any() ? Expressions.And(conjuncts[false]) : null;
        JoinNode pulled = join with { Left = left.Node, Right = right.Node, Filter = filter };
        return new Pulled(pulled, [.. left.Conjuncts, .. right.Conjuncts, .. conjuncts[true]]);
    }

    // DISTINCT over more columns gives each row at least once more; where it is asked whether a row is there, or rows are made distinct again, that
    // is harmless only if the conditions read no further column.
    private static Pulled? PullDistinct(AggregateNode distinct, IReadOnlySet<Column> outer) =>
        TryPull(distinct.Source, outer) is { } pulled
        && pulled.Conjuncts.SelectMany(conjunct => conjunct.References()).All(column => outer.Contains(column) || distinct.Keys.Contains(column))
            ? pulled with { Node = distinct with { Source = pulled.Node } }
            : null;
}
