using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>Puts conditions into joins: equalities between the sides become criteria, the rest the filter.</summary>
internal static class JoinConditions
{
    /// <summary>A join with these conditions, and projections below it for criteria that are more than columns.</summary>
    public static JoinNode Build(
        JoinKind kind, PlanNode left, PlanNode right, ValueList<JoinCriterion> criteria, IEnumerable<Expression> conjuncts, ColumnAllocator columns)
    {
        HashSet<Column> leftColumns = left.ColumnSet();
        HashSet<Column> rightColumns = right.ColumnSet();
        var equalities = criteria.ToList();
        var rest = new List<Expression>();
        foreach (Expression conjunct in conjuncts)
        {
            if (Split(conjunct, leftColumns, rightColumns) is not { } sides)
            {
                rest.Add(conjunct);
                continue;
            }

            (left, Column leftKey) = left.WithColumn(sides.Left, columns);
            (right, Column rightKey) = right.WithColumn(sides.Right, columns);
            equalities.Add(new JoinCriterion(leftKey, rightKey) { IsNullSafe = sides.IsNullSafe });
        }

        return new JoinNode(kind, left, right, equalities.Distinct().ToValueList(), rest.Count == 0 ? null : Expressions.And(rest));
    }

    /// <summary>
    /// All conditions as equalities of an outer and an inner expression, or null when one is not: when it reads a query further out, for instance.
    /// </summary>
    public static IReadOnlyList<(Expression Outer, Expression Inner)>? Equalities(
        IReadOnlyList<Expression> conjuncts, IReadOnlySet<Column> outer, IReadOnlySet<Column> inner)
    {
        var equalities = new List<(Expression, Expression)>();
        foreach (Expression conjunct in conjuncts)
        {
            if (conjunct is not CallExpression { Function: OperatorNames.Equal, Arguments: [var left, var right] })
                return null;
            if (left.ReadsOnly(outer) && right.ReadsOnly(inner))
                equalities.Add((left, right));
            else if (right.ReadsOnly(outer) && left.ReadsOnly(inner))
                equalities.Add((right, left));
            else
                return null;
        }

        return equalities;
    }

    /// <summary>The node with a column that holds the expression; the node itself where the expression is one of its columns.</summary>
    public static (PlanNode Node, Column Column) WithColumn(this PlanNode node, Expression expression, ColumnAllocator columns)
    {
        if (expression is ColumnExpression existing)
            return (node, existing.Column);

        Column column = columns.New("expr", expression.Type);
        ValueList<Assignment> assignments = [.. node.Columns.Distinct().Select(passed => new Assignment(passed, passed.Ref())), new Assignment(column, expression)];
        return (new ProjectNode(node, assignments), column);
    }

    /// <summary>A projection to these columns, unless the node has just them.</summary>
    public static PlanNode Only(this PlanNode node, ValueList<Column> columns) =>
        node.Columns == columns ? node : ProjectNode.Choose(node, columns.Distinct());

    private static (Expression Left, Expression Right, bool IsNullSafe)? Split(Expression conjunct, HashSet<Column> left, HashSet<Column> right)
    {
        (Expression first, Expression second, bool isNullSafe) = conjunct switch
        {
            CallExpression { Function: OperatorNames.Equal, Arguments: [var l, var r] } => (l, r, false),
            SpecialExpression { Form: SpecialForm.Not, Arguments: [SpecialExpression { Form: SpecialForm.IsDistinctFrom, Arguments: [var l, var r] }] } => (l, r, true),
            _ => (conjunct, conjunct, false),
        };
        if (ReferenceEquals(first, second) || first.Type != second.Type || !first.References().Any() || !second.References().Any())
            return null;
        if (first.ReadsOnly(left) && second.ReadsOnly(right))
            return (first, second, isNullSafe);
        return first.ReadsOnly(right) && second.ReadsOnly(left) ? (second, first, isNullSafe) : null;
    }
}
