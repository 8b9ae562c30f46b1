using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Replaces expressions in the plan of a subquery, for columns of the query around it that have another meaning once that is grouped. Nodes
/// name columns of their own inputs only; what they read from around is in expressions.
/// </summary>
internal static class PlanRewriter
{
    /// <summary>The columns that expressions in the plan name, its own and those of queries around it.</summary>
    public static HashSet<Column> References(PlanNode node)
    {
        HashSet<Column> columns = [];
        Rewrite(node, expression =>
        {
            columns.UnionWith(expression.References());
            return expression;
        });
        return columns;
    }

    /// <summary>Whether the plan may give other rows when it is run again: random() and the like, anywhere in it, and samples.</summary>
    public static bool HasVolatile(PlanNode node, Functions.FunctionCatalog functions)
    {
        bool isVolatile = HasSample(node);
        Rewrite(node, expression =>
        {
            isVolatile |= Expressions.Volatility.IsVolatile(expression, functions);
            return expression;
        });
        return isVolatile;
    }

    private static bool HasSample(PlanNode node) => node is SampleNode || node.Sources.Any(HasSample);

    /// <summary>The plan with every expression rewritten.</summary>
    public static PlanNode Rewrite(PlanNode node, Func<Expression, Expression> rewrite)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        ValueList<PlanNode> sources = node.Sources.Select(source => Rewrite(source, rewrite)).ToValueList();
        PlanNode result = sources.Count == 0 ? node : node.WithSources(sources);
        return result switch
        {
            FilterNode filter => filter with { Predicate = rewrite(filter.Predicate) },
            ProjectNode project => project with
            {
                Assignments = project.Assignments.Select(assignment => assignment with { Expression = rewrite(assignment.Expression) }).ToValueList(),
            },
            JoinNode { Filter: { } condition } join => join with { Filter = rewrite(condition) },
            ApplyNode { Comparison: { } comparison } apply => apply with { Comparison = rewrite(comparison) },
            ValuesNode values => values with { Rows = values.Rows.Select(row => row.Select(rewrite).ToValueList()).ToValueList() },
            _ => result,
        };
    }
}
