using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// SEARCH and CYCLE of a recursive table, as the standard defines them by what they stand for: columns that carry the way by which a row was found.
/// t(a) AS (first UNION ALL step) SEARCH DEPTH FIRST BY a SET o => t(a, o) AS (SELECT a, ARRAY[ROW(a)] FROM (first) UNION ALL SELECT a, o || ARRAY[ROW(a)] FROM (step, t.o)).
/// </summary>
internal static class RecursionRewriter
{
    private const string First = "$first";
    private const string Step = "$step";

    /// <summary>The union of the table with the columns that its clauses add.</summary>
    public static Tree.SetOperation Rewrite(Tree.CommonTable table, Tree.SetOperation union)
    {
        SourcePosition position = (table.Search?.Position ?? table.Cycle?.Position)!.Value;
        if (union.Inputs is not [var first, Tree.QuerySpecification step] || step.GroupBy is not null || step.IsDistinct || step.Having is not null)
            throw QueryException.NotSupported("SEARCH or CYCLE of a recursion that is not one query UNION a SELECT without DISTINCT and GROUP BY", position);
        if (step.Items.Any(item => item is not Tree.SelectExpression))
            throw QueryException.NotSupported("SEARCH or CYCLE with * in the recursive query", position, "Write the columns.");
        Tree.Identifier[] columns = table.Columns.Length > 0
            ? [.. table.Columns]
            : throw QueryException.NotSupported("SEARCH or CYCLE of a table without names of its columns", position, "Write them after its name.");
        Tree.Identifier self = SelfOf(table, step) ?? throw QueryException.NotSupported("SEARCH or CYCLE of a recursion that reads itself in a subquery", position);

        var (atFirst, later, carried) = (new StringBuilder(), new StringBuilder(), new List<Tree.Identifier>());
        if (table.Search is { } search)
            AddSearch(search, columns, atFirst, later, carried);
        Tree.Expression? goesOn = table.Cycle is { } cycle ? AddCycle(cycle, columns, self, atFirst, later, carried) : null;

        string names = string.Join(", ", columns.AsEnumerable());
        string text = $"SELECT {names}{atFirst} FROM (TABLE \"{First}\") AS \"{First}\" ({names}) UNION ALL "
            + $"SELECT {names}{later} FROM (TABLE \"{Step}\") AS \"{Step}\" ({names}, {string.Join(", ", carried)})";
        Tree.QuerySpecification carrying = step with
        {
            Items = [.. step.Items, .. carried.Select(column => (Tree.SelectItem)new Tree.SelectExpression(Column(self, column), null) { Position = position })],
            Where = goesOn is null ? step.Where : step.Where is null ? goesOn : new Tree.LogicalExpression(Tree.LogicalOperator.And, [step.Where, goesOn]) { Position = position },
        };
        var template = (Tree.QueryStatement)Sql.SqlParser.ParseStatement(text);
        Tree.SyntaxNode rewritten = SyntaxRewrite.Replace<Tree.SyntaxNode>(template.Query.Body, node => node switch
        {
            Tree.Query { Body: Tree.TableBody { Name.Last.Value: First } } => new Tree.Query(first) { Position = first.Position },
            Tree.Query { Body: Tree.TableBody { Name.Last.Value: Step } } => new Tree.Query(carrying) { Position = step.Position },
            _ => null,
        });
        return (Tree.SetOperation)rewritten with { IsAll = union.IsAll, Position = union.Position };
    }

    private static void AddSearch(Tree.SearchClause search, Tree.Identifier[] columns, StringBuilder atFirst, StringBuilder later, List<Tree.Identifier> carried)
    {
        string keys = Keys(search.Columns, columns, "SEARCH");
        carried.Add(search.Order);
        if (search.IsDepthFirst)
        {
            atFirst.Append(System.Globalization.CultureInfo.InvariantCulture, $", ARRAY[ROW({keys})] AS {search.Order}");
            later.Append(System.Globalization.CultureInfo.InvariantCulture, $", {search.Order} || ARRAY[ROW({keys})] AS {search.Order}");
            return;
        }

        string fields = string.Join(", ", search.Columns.Select(column => $"{column} AS {column}"));
        atFirst.Append(System.Globalization.CultureInfo.InvariantCulture, $", ROW(BIGINT '0' AS depth, {fields}) AS {search.Order}");
        later.Append(System.Globalization.CultureInfo.InvariantCulture, $", ROW({search.Order}.depth + 1 AS depth, {fields}) AS {search.Order}");
    }

    // A row that closes a cycle is marked and leads nowhere.
    private static Tree.ComparisonExpression AddCycle(
        Tree.CycleClause cycle, Tree.Identifier[] columns, Tree.Identifier self, StringBuilder atFirst, StringBuilder later, List<Tree.Identifier> carried)
    {
        string keys = Keys(cycle.Columns, columns, "CYCLE");
        string value = cycle.Value?.ToString() ?? "TRUE", otherwise = cycle.Default?.ToString() ?? "FALSE";
        carried.Add(cycle.Path);
        atFirst.Append(System.Globalization.CultureInfo.InvariantCulture, $", {otherwise} AS {cycle.Mark}, ARRAY[ROW({keys})] AS {cycle.Path}");
        later.Append(System.Globalization.CultureInfo.InvariantCulture, $", CASE WHEN contains({cycle.Path}, ROW({keys})) THEN {value} ELSE {otherwise} END AS {cycle.Mark}, {cycle.Path} || ARRAY[ROW({keys})] AS {cycle.Path}");
        Tree.Expression marked = cycle.Value ?? new Tree.BooleanLiteral(true) { Position = cycle.Position };
        return new Tree.ComparisonExpression(Tree.ComparisonOperator.NotEqual, Column(self, cycle.Mark), marked) { Position = cycle.Position };
    }

    private static string Keys(ImmutableArray<Tree.Identifier> keys, Tree.Identifier[] columns, string clause)
    {
        foreach (Tree.Identifier key in keys)
            if (!columns.Any(column => key.Matches(column.Folded)))
                throw new QueryException(
                    ErrorCode.UndefinedColumn, $"{clause} names '{key.Value}', which is not a column of the table", key.Position, Suggestion.DidYouMean(key.Folded, columns.Select(column => column.Folded)));
        return string.Join(", ", keys);
    }

    private static Tree.ColumnReference Column(Tree.Identifier relation, Tree.Identifier column) =>
        new(new Tree.QualifiedName([relation, column]) { Position = column.Position }) { Position = column.Position };

    // The name by which the recursive query reads the table.
    private static Tree.Identifier? SelfOf(Tree.CommonTable table, Tree.QuerySpecification step)
    {
        var relations = new Stack<Tree.Relation>(step.From);
        while (relations.TryPop(out Tree.Relation? relation))
        {
            switch (relation)
            {
                case Tree.TableReference { Name.Parts: [var name] } when name.Matches(table.Name.Folded):
                    return name;
                case Tree.AliasedRelation { Source: Tree.TableReference { Name.Parts: [var name] } } aliased when name.Matches(table.Name.Folded) && aliased.Columns.IsEmpty:
                    return aliased.Alias;
                case Tree.JoinRelation join:
                    relations.Push(join.Left);
                    relations.Push(join.Right);
                    break;
                default:
                    break;
            }
        }

        return null;
    }
}
