using QueryEngine.Analysis.Expressions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Builds a plan upwards, step by step.</summary>
internal sealed class PlanBuilder(ColumnAllocator columns, PlanNode node)
{
    /// <summary>The plan so far.</summary>
    public PlanNode Node { get; private set; } = node;

    /// <summary>Puts a node on top, whose source is <see cref="Node"/>.</summary>
    public void Add(PlanNode top) => Node = top;

    /// <summary>Applies subqueries; their columns are there afterwards.</summary>
    public void Apply(IEnumerable<SubqueryUse> subqueries)
    {
        foreach (SubqueryUse subquery in subqueries)
            Node = subquery.Over(Node);
    }

    /// <summary>
    /// Keeps the rows for which the condition is true. What of it needs no subquery is tested first, so that subqueries are evaluated for fewer rows.
    /// </summary>
    public void Filter(Expression condition, IReadOnlyCollection<SubqueryUse> subqueries)
    {
        HashSet<Column> given = [.. subqueries.SelectMany(subquery => subquery.Mark is { } mark ? [mark] : subquery.Subquery.Columns)];
        ILookup<bool, Expression> conjuncts = Make.Conjuncts(condition).ToLookup(conjunct => conjunct.References().Any(given.Contains));
        Filter(Make.And(conjuncts[false]));
        Apply(subqueries);
        Filter(Make.And(conjuncts[true]));
    }

    /// <summary>Keeps the rows for which the condition is true.</summary>
    public void Filter(Expression condition)
    {
        if (condition != ConstantExpression.True)
            Node = new FilterNode(Node, condition);
    }

    /// <summary>Repeats each row for the elements of arrays, side by side as in PostgreSQL: the longest counts, and others are padded with NULL.</summary>
    public void Unnest(IReadOnlyCollection<UnnestUse> unnests)
    {
        if (unnests.Count == 0)
            return;
        ValueList<Column> replicated = Node.Columns;
        Column[] arrays = Compute(unnests.Select(unnest => unnest.Array));
        ValueList<UnnestItem> items = unnests.Zip(arrays, (unnest, array) => new UnnestItem(array, [unnest.Element])).ToValueList();
        Node = new UnnestNode(Node, replicated, items, Ordinality: null, IsOuter: false);
    }

    /// <summary>The columns that have the values of the expressions: those that are there, or new ones computed on top.</summary>
    public Column[] Compute(IEnumerable<Expression> expressions)
    {
        HashSet<Column> present = [.. Node.Columns];
        var computed = new Dictionary<Expression, Column>();
        var result = new List<Column>();
        foreach (Expression expression in expressions)
        {
            if (expression is ColumnExpression { Column: var column } && present.Contains(column))
            {
                result.Add(column);
                continue;
            }

            if (!computed.TryGetValue(expression, out Column? fresh))
                computed.Add(expression, fresh = columns.New(NameOf(expression), expression.Type));
            result.Add(fresh);
        }

        if (computed.Count > 0)
        {
            IEnumerable<Assignment> kept = Node.Columns.Select(column => new Assignment(column, column.Ref()));
            Node = new ProjectNode(Node, [.. kept, .. computed.Select(entry => new Assignment(entry.Value, entry.Key))]);
        }

        return [.. result];
    }

    /// <summary>The column that has the value of the expression.</summary>
    public Column Compute(Expression expression) => Compute([expression])[0];

    private static string NameOf(Expression expression) => expression switch
    {
        ColumnExpression column => column.Column.Name,
        CastExpression { Operand: ColumnExpression column } => column.Column.Name,
        CallExpression call => call.Function.TrimStart('$'),
        _ => "expr",
    };
}
