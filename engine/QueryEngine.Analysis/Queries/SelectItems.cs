using QueryEngine.Analysis.Scopes;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>One column of a SELECT list after <c>*</c> is expanded: an expression, or a field as it is.</summary>
internal sealed record SelectColumn(string Name, Tree.Expression? Syntax, Field? Field, SourcePosition Position)
{
    /// <summary>Whether the name is written with AS, which is what GROUP BY and ORDER BY may call it by.</summary>
    public bool IsAlias { get; init; }
}

/// <summary>Expands SELECT lists.</summary>
internal static class SelectItems
{
    /// <summary>The columns that a list means.</summary>
    public static List<SelectColumn> Expand(ImmutableArray<Tree.SelectItem> items, NameScope scope, AnalysisContext context)
    {
        var columns = new List<SelectColumn>(items.Length);
        foreach (Tree.SelectItem item in items)
        {
            if (item is Tree.SelectExpression { Expression: Tree.FunctionCall call } chosen && ColumnsCall.TryExpand(call, chosen.Alias, scope) is { } matching)
                columns.AddRange(matching);
            else if (item is Tree.SelectExpression expression)
                columns.Add(new SelectColumn(
                    expression.Alias?.Folded ?? NameOf(expression.Expression), expression.Expression, Field: null, expression.Expression.Position)
                {
                    IsAlias = expression.Alias is not null,
                });
            else
                columns.AddRange(ExpandAll((Tree.SelectAll)item, scope, context));
        }

        return columns;
    }

    private static IEnumerable<SelectColumn> ExpandAll(Tree.SelectAll all, NameScope scope, AnalysisContext context)
    {
        if (all.Target is not null and not Tree.ColumnReference || (all.Target is Tree.ColumnReference reference && !IsRelation(reference, scope)))
            return ExpandRow(all, scope, context);

        Field[] fields = all.Target is Tree.ColumnReference { Name: var name }
            ? [.. RelationOf(name, scope)]
            : [.. scope.Fields.Where(field => !field.IsHidden && !field.IsQualifiedOnly)];
        if (fields.Length == 0 && scope.Fields.IsEmpty)
            throw new QueryException(ErrorCode.SyntaxError, "SELECT * needs FROM", all.Position);
        var columns = fields.Select(field => new SelectColumn(field.Name ?? field.Column.Name, null, field, all.Position)).ToList();

        foreach (Tree.QualifiedName excluded in all.Exclude)
        {
            CheckNamed(excluded.Last, columns);
            columns.RemoveAll(column => excluded.Last.Matches(column.Name));
        }

        if (columns.Count == 0 && all.Exclude.Length > 0)
            throw new QueryException(ErrorCode.SyntaxError, "EXCLUDE leaves no columns of *", all.Exclude[0].Position);

        foreach (Tree.SelectExpression replaced in all.Replace)
        {
            CheckNamed(replaced.Alias!, columns);
            int at = columns.FindIndex(column => replaced.Alias!.Matches(column.Name));
            columns[at] = new SelectColumn(columns[at].Name, replaced.Expression, null, replaced.Expression.Position);
        }

        foreach (Tree.RenamedColumn renamed in all.Rename)
        {
            CheckNamed(renamed.Column.Last, columns);
            int at = columns.FindIndex(column => renamed.Column.Last.Matches(column.Name));
            columns[at] = columns[at] with { Name = renamed.Name.Folded };
        }

        return columns;
    }

    // (row).*: each field is the row's subscript.
    private static IEnumerable<SelectColumn> ExpandRow(Tree.SelectAll all, NameScope scope, AnalysisContext context)
    {
        if (all.Target is Tree.ColumnReference { Name: var name } && scope.Resolve(name) is null)
            throw new QueryException(
                ErrorCode.UndefinedTable,
                $"there is no '{name.Last.Value}' in FROM to take all columns from",
                name.Position,
                Suggestion.DidYouMean(name.Last.Value, scope.Fields.Select(field => field.Relation?.Name).OfType<string>().Distinct()));

        var probe = new Expressions.ExpressionAnalyzer(context, scope, new Expressions.ExpressionSink("SELECT")
        {
            Aggregates = new AggregateCollector(),
            Windows = new WindowCollector([]),
        });
        if (probe.Analyze(all.Target!).Type is not RowType row)
            throw new QueryException(ErrorCode.TypeMismatch, "only a relation or a row has .*", all.Position);
        return row.Fields.Select((field, at) => new SelectColumn(
            at < all.Aliases.Length ? all.Aliases[at].Folded : field.Name ?? $"field{at + 1}",
            new Tree.SubscriptExpression(all.Target!, new Tree.IntegerLiteral(
                (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture))
            { Position = all.Position })
            { Position = all.Position },
            Field: null,
            all.Position));
    }

    private static bool IsRelation(Tree.ColumnReference reference, NameScope scope) => RelationOf(reference.Name, scope).Any();

    private static IEnumerable<Field> RelationOf(Tree.QualifiedName name, NameScope scope)
    {
        for (NameScope? around = scope; around is not null; around = around.Outer)
        {
            Field[] fields = [.. around.OfRelation(name.Parts.AsMemory()).Where(field => !field.IsHidden)];
            if (fields.Length > 0)
                return fields;
        }

        return [];
    }

    private static void CheckNamed(Tree.Identifier name, List<SelectColumn> columns)
    {
        if (!columns.Exists(column => name.Matches(column.Name)))
            throw new QueryException(
                ErrorCode.UndefinedColumn,
                $"column '{name.Value}' is not among the columns of *",
                name.Position,
                Suggestion.DidYouMean(name.Value, columns.Select(column => column.Name)));
    }

    // As PostgreSQL names what has no alias.
    private static string NameOf(Tree.Expression expression) => expression switch
    {
        Tree.ColumnReference column => column.Name.Last.Folded,
        Tree.FieldAccess field => field.Field.Folded,
        Tree.FunctionCall call => call.Name.Last.Folded,
        Tree.CastExpression cast => NameOf(cast.Value) is var inner && inner != Unnamed ? inner : TypeNameOf(cast.Type),
        Tree.TypedLiteral typed => TypeNameOf(typed.Type),
        Tree.CaseExpression { Else: { } otherwise } => NameOf(otherwise) is var name && name != Unnamed ? name : "case",
        Tree.CaseExpression => "case",
        Tree.ExistsExpression => "exists",
        Tree.ArrayConstructor or Tree.ArraySubqueryExpression => "array",
        Tree.RowConstructor => "row",
        Tree.SubscriptExpression subscript => NameOf(subscript.Value),
        Tree.CollateExpression collate => NameOf(collate.Value),
        Tree.AtTimeZoneExpression => "timezone",
        Tree.IntervalLiteral or Tree.IntervalExpression => "interval",
        Tree.BooleanLiteral => "bool",
        Tree.SubqueryExpression { Query.Body: Tree.QuerySpecification { Items: [Tree.SelectExpression item] } } =>
            item.Alias?.Folded ?? NameOf(item.Expression),
        _ => Unnamed,
    };

    private const string Unnamed = "?column?";

    private static string TypeNameOf(Tree.TypeName type) => type is Tree.NamedType named ? named.Name.Last.Folded : Unnamed;
}
