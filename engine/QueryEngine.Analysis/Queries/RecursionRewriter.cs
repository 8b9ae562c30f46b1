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

    /// <summary>
    /// The union of the table with the columns that its clauses add; <paramref name="namesOf"/> tells the columns of the first query where the table
    /// has no names for them.
    /// </summary>
    public static Tree.SetOperation Rewrite(Tree.CommonTable table, Tree.SetOperation union, Func<Tree.QueryBody, IEnumerable<string>> namesOf)
    {
        SourcePosition position = (table.Search?.Position ?? table.Cycle?.Position)!.Value;
        if (union.Inputs is not [var first, Tree.QuerySpecification step] || step.GroupBy is not null || step.IsDistinct || step.Having is not null)
            throw QueryException.NotSupported("SEARCH or CYCLE of a recursion that is not one query UNION a SELECT without DISTINCT and GROUP BY", position);
        Tree.Identifier[] columns = table.Columns.Length > 0
            ? [.. table.Columns]
            : [.. namesOf(first).Select(name => new Tree.Identifier(name, IsQuoted: true) { Position = position })];
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
            Items = [.. step.Items.SelectMany(item => Written(item, step, self, columns)), .. carried.Select(column => (Tree.SelectItem)new Tree.SelectExpression(Column(self, column), null) { Position = position })],
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

    // The table's own * stands for the columns that it is written with, not for those that are carried along.
    private static IEnumerable<Tree.SelectItem> Written(Tree.SelectItem item, Tree.QuerySpecification step, Tree.Identifier self, Tree.Identifier[] columns)
    {
        switch (item)
        {
            case Tree.SelectAll { Target: null, Exclude.Length: 0, Replace.Length: 0, Rename.Length: 0, Aliases.Length: 0 }:
                return step.From.SelectMany(relation => AllOf(relation, item.Position)).SelectMany(all => Written(all, step, self, columns));
            case Tree.SelectAll { Target: Tree.ColumnReference { Name.Parts: [var target] } } all when target.Matches(self.Folded):
                return all.Exclude.Length + all.Replace.Length + all.Rename.Length + all.Aliases.Length == 0
                    ? columns.Select(column => (Tree.SelectItem)new Tree.SelectExpression(Column(self, column), null) { Position = item.Position })
                    : throw QueryException.NotSupported("SEARCH or CYCLE with a changed * of the table in the recursive query", item.Position, "Write the columns.");
            case Tree.SelectAll { Target: null }:
                throw QueryException.NotSupported("SEARCH or CYCLE with a changed * in the recursive query", item.Position, "Write the columns.");
            default:
                return [item];
        }
    }

    private static IEnumerable<Tree.SelectAll> AllOf(Tree.Relation relation, SourcePosition position)
    {
        Tree.Identifier? name = relation switch
        {
            Tree.TableReference table => table.Name.Last,
            Tree.AliasedRelation aliased => aliased.Alias,
            _ => null,
        };
        if (name is not null)
            return [new Tree.SelectAll(new Tree.ColumnReference(new Tree.QualifiedName([name]) { Position = position }) { Position = position }) { Position = position }];
        return relation is Tree.JoinRelation { Condition: null or Tree.JoinOn } join
            ? AllOf(join.Left, position).Concat(AllOf(join.Right, position))
            : throw QueryException.NotSupported("SEARCH or CYCLE with * over this relation in the recursive query", position, "Write the columns.");
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
        if (keys.GroupBy(key => key.Folded).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new QueryException(ErrorCode.DuplicateColumn, $"{clause} names '{twice.Key}' more than once", twice.Last().Position);
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
