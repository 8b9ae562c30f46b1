using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>The top of a SELECT: projection, DISTINCT, order.</summary>
internal sealed class SelectOutput(AnalysisContext context, PlanBuilder builder, List<SelectColumn> names, AnalyzedExpression[] columns)
{
    /// <summary>Finishes the plan.</summary>
    public QueryPlan Finish(Tree.QuerySpecification select, List<AnalyzedSortItem> distinctOn, List<AnalyzedSortItem> order)
    {
        IEnumerable<AnalyzedExpression> extra = distinctOn.Concat(order).Select(item => item.Expression).OfType<AnalyzedExpression>();
        foreach (AnalyzedExpression expression in columns.Concat(extra))
            builder.Apply(expression.Subqueries);
        builder.Unnest([.. columns.Concat(extra).SelectMany(expression => expression.Unnests)]);

        Column[] outputs = Project([.. extra.Select(expression => expression.Expression)], out Dictionary<Expression, Column> computed);
        Column ColumnOf(AnalyzedSortItem item) => item.SelectColumn is { } column ? outputs[column] : computed[item.Expression!.Expression];
        ValueList<SortKey> keys = Keys(order, ColumnOf);

        if (distinctOn.Count > 0)
        {
            CheckDistinctOn(distinctOn, order, ColumnOf);
            KeepFirst(distinctOn.Select(ColumnOf).Distinct().ToValueList(), keys);
        }
        else if (select.IsDistinct)
            KeepDistinct(outputs, order, ColumnOf);
        if (keys.Count > 0)
            builder.Add(new SortNode(builder.Node, keys));
        return new QueryPlan(
            builder.Node,
            [.. outputs.Select((column, at) => new OutputColumn(names[at].Name, column) { IsUntypedText = columns[at].IsUntypedText })]);
    }

    /// <summary>The keys of an order, without those that an earlier one decides.</summary>
    public static ValueList<SortKey> Keys(IEnumerable<AnalyzedSortItem> order, Func<AnalyzedSortItem, Column> columnOf) =>
        order.Select(item => new SortKey(columnOf(item), item.Descending, item.NullsFirst)).DistinctBy(key => key.Column).ToValueList();

    // Columns that are there already are passed on, so that a column keeps its id from scan to output.
    private Column[] Project(Expression[] hidden, out Dictionary<Expression, Column> computed)
    {
        HashSet<Column> present = [.. builder.Node.Columns];
        computed = [];
        var assignments = new List<Assignment>();
        var outputs = new Column[columns.Length];
        for (int at = 0; at < columns.Length; at++)
            outputs[at] = ColumnOf(columns[at].Expression, names[at].Name, computed);
        foreach (Expression expression in hidden)
            ColumnOf(expression, "sort", computed);
        if (assignments.Exists(assignment => !assignment.IsIdentity) || assignments.Count < present.Count)
            builder.Add(new ProjectNode(builder.Node, assignments.ToValueList()));
        return outputs;

        Column ColumnOf(Expression expression, string name, Dictionary<Expression, Column> known)
        {
            if (known.TryGetValue(expression, out Column? column))
                return column;
            column = expression is ColumnExpression { Column: var source } && present.Contains(source) ? source : context.Columns.New(name, expression.Type);
            assignments.Add(new Assignment(column, expression));
            known.Add(expression, column);
            return column;
        }
    }

    private void KeepDistinct(Column[] outputs, List<AnalyzedSortItem> order, Func<AnalyzedSortItem, Column> columnOf)
    {
        HashSet<Column> distinct = [.. outputs];
        if (order.Find(item => !distinct.Contains(columnOf(item))) is { } hidden)
            throw new QueryException(
                ErrorCode.InvalidColumnReference, "with SELECT DISTINCT, what ORDER BY sorts by must be in the SELECT list", hidden.Position);
        builder.Add(new AggregateNode(builder.Node, distinct.ToValueList(), []));
    }

    // What comes first of each group is only said when the order begins with the groups.
    private static void CheckDistinctOn(List<AnalyzedSortItem> distinctOn, List<AnalyzedSortItem> order, Func<AnalyzedSortItem, Column> columnOf)
    {
        HashSet<Column> left = [.. distinctOn.Select(columnOf)];
        foreach (AnalyzedSortItem item in order)
        {
            if (left.Count == 0)
                return;
            if (!left.Remove(columnOf(item)) && !distinctOn.Exists(one => columnOf(one) == columnOf(item)))
                throw new QueryException(
                    ErrorCode.InvalidColumnReference, "ORDER BY must begin with what SELECT DISTINCT ON names", item.Position);
        }
    }

    // DISTINCT ON: the first row of each partition in the order.
    private void KeepFirst(ValueList<Column> partition, ValueList<SortKey> keys)
    {
        Column number = context.Columns.New("row_number", SqlType.BigInt);
        var call = new WindowCall(number, "row_number", [], SqlType.BigInt, WindowFrame.Default);
        builder.Add(new WindowNode(builder.Node, partition, keys, [call]));
        builder.Filter(Make.Equal(number.Ref(), new ConstantExpression(1L, SqlType.BigInt)));
    }
}
