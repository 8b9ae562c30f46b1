using QueryEngine.Analysis.Queries;
using QueryEngine.Plan;

namespace QueryEngine.Analysis.Expressions;

/// <summary>A subquery in an expression, to be applied below the node that evaluates the expression.</summary>
internal sealed record SubqueryUse(ApplyKind Kind, PlanNode Subquery)
{
    /// <summary>The boolean column of Exists and Quantified.</summary>
    public Column? Mark { get; init; }

    /// <summary>The comparison of Quantified.</summary>
    public Expression? Comparison { get; init; }

    /// <summary>Whether Quantified is ALL.</summary>
    public bool IsAll { get; init; }

    /// <summary>The node that evaluates it over <paramref name="outer"/>.</summary>
    public ApplyNode Over(PlanNode outer) => new(Kind, outer, Subquery) { Mark = Mark, Comparison = Comparison, IsAll = IsAll };
}

/// <summary>A set-returning function in an expression: the row is repeated for each element of the array, which <see cref="Element"/> holds.</summary>
internal sealed record UnnestUse(Expression Array, Column Element);

/// <summary>
/// Where the analysis of an expression puts what cannot stay in it: subqueries, aggregates, window functions. In the expression a column
/// stands for each.
/// </summary>
internal sealed class ExpressionSink(string clause)
{
    /// <summary>The clause, as messages name it: "WHERE".</summary>
    public string Clause => clause;

    /// <summary>Subqueries, in the order in which they must be applied.</summary>
    public List<SubqueryUse> Subqueries { get; init; } = [];

    /// <summary>Whether subqueries may stand here.</summary>
    public bool AllowsSubqueries { get; init; } = true;

    /// <summary>Takes aggregates; null where they may not stand.</summary>
    public AggregateCollector? Aggregates { get; init; }

    /// <summary>Takes window functions; null where they may not stand.</summary>
    public WindowCollector? Windows { get; init; }

    /// <summary>Takes set-returning functions (unnest, generate_series); null where they may not stand.</summary>
    public List<UnnestUse>? Unnests { get; init; }

    /// <summary>Set-returning functions of GROUP BY: a call over the same array is the same element.</summary>
    public IReadOnlyList<UnnestUse> GroupedUnnests { get; init; } = [];

    /// <summary>Names of output columns that stand for expressions where no input column has the name (ORDER BY).</summary>
    public Func<Tree.Identifier, Expression?>? Aliases { get; init; }
}
