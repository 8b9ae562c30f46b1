using QueryEngine.Analysis.Scopes;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// PIVOT as the query that it means.
/// <code>
/// t PIVOT (sum(x) FOR k IN ('a', 'b') GROUP BY g)  =>  (SELECT g, sum(x) FILTER (WHERE k = 'a') AS a, sum(x) FILTER (WHERE k = 'b') AS b FROM t GROUP BY g)
/// </code>
/// Without GROUP BY the rows are grouped by all columns that PIVOT does not name.
/// </summary>
internal static class PivotRewriter
{
    private const int MaxColumns = 1_600;

    /// <summary>The query; <paramref name="fields"/> are the columns of the source.</summary>
    public static Tree.SubqueryRelation Rewrite(Tree.PivotRelation pivot, ImmutableArray<Field> fields)
    {
        ImmutableArray<Tree.Expression> keys = pivot.GroupBy.Length > 0 ? pivot.GroupBy : OtherColumns(pivot, fields);
        var items = ImmutableArray.CreateBuilder<Tree.SelectItem>();
        items.AddRange(keys.Select(key => new Tree.SelectExpression(key, Alias: null) { Position = key.Position }));
        foreach ((Tree.Expression condition, string name) in Combinations(pivot))
            foreach (Tree.NamedExpression aggregate in pivot.Aggregates)
                items.Add(Column(pivot, aggregate, condition, name));
        if (items.Count > MaxColumns)
            throw new QueryException(ErrorCode.StatementTooComplex, $"PIVOT gives {items.Count} columns, more than {MaxColumns}", pivot.Position);

        var select = new Tree.QuerySpecification(items.DrainToImmutable())
        {
            Position = pivot.Position,
            From = [pivot.Source],
            GroupBy = keys.IsEmpty ? null : new Tree.GroupByClause(IsAll: false, IsDistinct: false, [new Tree.GroupingColumns(keys) { Position = pivot.Position }]) { Position = pivot.Position },
        };
        return new Tree.SubqueryRelation(new Tree.Query(select) { Position = pivot.Position }, IsLateral: false) { Position = pivot.Position };
    }

    private static ImmutableArray<Tree.Expression> OtherColumns(Tree.PivotRelation pivot, ImmutableArray<Field> fields)
    {
        string[] named = [.. pivot.Aggregates.Select(aggregate => aggregate.Expression).Concat(pivot.Columns.Select(column => column.Column))
            .SelectMany(SyntaxWalk.Descendants).OfType<Tree.ColumnReference>().Select(reference => reference.Name.Last.Folded)];
        return [.. fields.Where(field => field.Name is not null && !named.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
            .Select(field => (Tree.Expression)Reference(field, pivot.Position))];
    }

    private static Tree.ColumnReference Reference(Field field, SourcePosition position)
    {
        var name = new Tree.Identifier(field.Name!, IsQuoted: true) { Position = position };
        return new Tree.ColumnReference(new Tree.QualifiedName([name]) { Position = position }) { Position = position };
    }

    // Every value of the first column with every value of the second, and so on.
    private static List<(Tree.Expression Condition, string Name)> Combinations(Tree.PivotRelation pivot)
    {
        List<(ImmutableArray<Tree.Expression> Terms, string Name)> combinations = [([], "")];
        foreach (Tree.PivotColumn column in pivot.Columns)
        {
            if ((long)combinations.Count * column.Values.Length > MaxColumns)
                throw new QueryException(ErrorCode.StatementTooComplex, $"PIVOT gives more than {MaxColumns} columns", column.Position);
            combinations = [.. combinations.SelectMany(
                _ => column.Values,
                (combination, value) => (combination.Terms.Add(Equal(column.Column, value.Expression)), Join(combination.Name, NameOf(value))))];
        }

        return [.. combinations.Select(combination => (
            combination.Terms is [var only] ? only : new Tree.LogicalExpression(Tree.LogicalOperator.And, combination.Terms) { Position = pivot.Position },
            combination.Name))];
    }

    // A NULL among the values takes the rows without one.
    private static Tree.ComparisonExpression Equal(Tree.Expression column, Tree.Expression value) =>
        new(Tree.ComparisonOperator.IsNotDistinctFrom, column, value) { Position = value.Position };

    private static string Join(string left, string right) => left.Length == 0 ? right : $"{left}_{right}";

    private static string NameOf(Tree.NamedExpression value) => value.Alias?.Folded ?? value.Expression switch
    {
        Tree.StringLiteral text => text.Value,
        Tree.ColumnReference column => column.Name.Last.Value,
        var other => Sql.SqlFormatter.Format(other),
    };

    private static Tree.SelectExpression Column(Tree.PivotRelation pivot, Tree.NamedExpression aggregate, Tree.Expression condition, string name)
    {
        if (aggregate.Expression is not Tree.FunctionCall { Over: null } call)
            throw new QueryException(ErrorCode.SyntaxError, "PIVOT takes calls of aggregate functions", aggregate.Position);
        if (aggregate.Alias is { } alias)
            name = Join(name, alias.Folded);
        else if (pivot.Aggregates.Length > 1)
            name = Join(name, call.Name.Last.Folded);
        Tree.Expression filter = call.Filter is null
            ? condition
            : new Tree.LogicalExpression(Tree.LogicalOperator.And, [call.Filter, condition]) { Position = aggregate.Position };
        return new Tree.SelectExpression(call with { Filter = filter }, new Tree.Identifier(name, IsQuoted: true) { Position = aggregate.Position })
        {
            Position = aggregate.Position,
        };
    }
}
