using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>Walks over plans.</summary>
internal static class PlanExtensions
{
    /// <summary>The node over mapped sources; the same instance when none changed.</summary>
    public static PlanNode MapSources(this PlanNode node, Func<PlanNode, PlanNode> map)
    {
        ValueList<PlanNode> sources = node.Sources;
        if (sources.Count == 0)
            return node;

        var mapped = new PlanNode[sources.Count];
        bool changed = false;
        for (int source = 0; source < mapped.Length; source++)
        {
            mapped[source] = map(sources[source]);
            changed |= !ReferenceEquals(mapped[source], sources[source]);
        }

        return changed ? node.WithSources(ValueList.Create<PlanNode>(mapped)) : node;
    }

    /// <summary>The plan with every node that <paramref name="rewrite"/> answers for replaced; children first.</summary>
    public static PlanNode RewriteBottomUp(this PlanNode node, Func<PlanNode, PlanNode?> rewrite)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        PlanNode mapped = node.MapSources(source => source.RewriteBottomUp(rewrite));
        return rewrite(mapped) ?? mapped;
    }

    /// <summary>The node and all below it.</summary>
    public static IEnumerable<PlanNode> Descendants(this PlanNode node)
    {
        var stack = new Stack<PlanNode>();
        stack.Push(node);
        while (stack.TryPop(out PlanNode? next))
        {
            yield return next;
            foreach (PlanNode source in next.Sources)
                stack.Push(source);
        }
    }

    /// <summary>Whether every column that the expression reads is among these.</summary>
    public static bool ReadsOnly(this Expression expression, IReadOnlySet<Column> columns) =>
        expression.References().All(columns.Contains);

    /// <summary>Whether the expression reads some of these columns.</summary>
    public static bool ReadsAny(this Expression expression, IReadOnlySet<Column> columns) =>
        expression.References().Any(columns.Contains);

    /// <summary>The columns of a node as a set.</summary>
    public static HashSet<Column> ColumnSet(this PlanNode node) => [.. node.Columns];

    /// <summary>The node with a filter above it, unless the conditions say nothing.</summary>
    public static PlanNode Where(this PlanNode node, params IEnumerable<Expression> conditions)
    {
        Expression predicate = Expressions.And(conditions);
        return predicate is ConstantExpression { Value: true } ? node : new FilterNode(node, predicate);
    }
}
