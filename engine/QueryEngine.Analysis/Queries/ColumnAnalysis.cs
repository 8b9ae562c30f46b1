using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>An item of ORDER BY or DISTINCT ON: a column of the SELECT list, or an expression of its own.</summary>
internal sealed record AnalyzedSortItem(int? SelectColumn, AnalyzedExpression? Expression, bool Descending, bool NullsFirst, SourcePosition Position)
{
    /// <summary>The same over the output of an aggregation.</summary>
    public AnalyzedSortItem Over(GroupedTranslator? grouped) => this with { Expression = Expression?.Over(grouped) };
}

/// <summary>Analyzes what stands above WHERE in one query: SELECT list, HAVING, QUALIFY, ORDER BY.</summary>
internal sealed class ColumnAnalysis(
    AnalysisContext context, NameScope scope, AggregateCollector aggregates, WindowCollector windows, List<SelectColumn> columns)
{
    private AnalyzedExpression[]? _columns;
    private List<UnnestUse> _groupedUnnests = [];

    /// <summary>The SELECT list.</summary>
    public AnalyzedExpression[] Columns => _columns!;

    /// <summary>Where columns are named, for errors in windows.</summary>
    public Dictionary<Column, SourcePosition> WindowPositions { get; } = [];

    /// <summary>Analyzes the SELECT list; columns that are keys already are taken from there.</summary>
    public void AnalyzeColumns(Grouping? grouping)
    {
        _groupedUnnests = grouping?.Unnests ?? [];
        _columns ??= [.. columns.Select((column, at) =>
            grouping is not null && grouping.KeyOfColumn.TryGetValue(at, out int key)
                ? new AnalyzedExpression(grouping.Keys[key], column.Position)
                : Analyze(column))];
    }

    /// <summary>GROUP BY ALL: the columns of the SELECT list without aggregates and window functions.</summary>
    public Grouping GroupByAll()
    {
        var grouping = new Grouping();
        _columns = new AnalyzedExpression[columns.Count];
        for (int at = 0; at < columns.Count; at++)
        {
            int calls = aggregates.Calls + windows.Calls;
            AnalyzedExpression column = Analyze(columns[at]);
            if (aggregates.Calls + windows.Calls == calls)
            {
                grouping.Subqueries.AddRange(column.Subqueries);
                grouping.Unnests.AddRange(column.Unnests);
                grouping.Add(column.Expression);
                column = column with { Subqueries = [], Unnests = [] };
            }

            _columns[at] = column;
        }

        grouping.Sets = [[.. Enumerable.Range(0, grouping.Keys.Count)]];
        return grouping;
    }

    /// <summary>An expression of a clause.</summary>
    public AnalyzedExpression Analyze(string clause, Tree.Expression expression, bool windows) =>
        Analyze(Sink(clause, windows, AliasOf, allowsUnnests: clause is "ORDER BY" or "DISTINCT ON"), analyzer => analyzer.Operand(expression));

    /// <summary>The items of ORDER BY.</summary>
    public List<AnalyzedSortItem> AnalyzeOrder(ImmutableArray<Tree.SortItem> items)
    {
        if (items is [{ Expression: Tree.AllColumnsExpression } all])
            return [.. columns.Select((_, at) =>
                new AnalyzedSortItem(at, null, all.IsDescending, all.NullsFirst ?? all.IsDescending, all.Position))];
        return [.. items.Select(item => AnalyzeReference(item.Expression, "ORDER BY") with
        {
            Descending = item.IsDescending,
            NullsFirst = item.NullsFirst ?? item.IsDescending,
        })];
    }

    /// <summary>A number or a name of the SELECT list, else an expression over the input.</summary>
    public AnalyzedSortItem AnalyzeReference(Tree.Expression expression, string clause)
    {
        int? column = expression switch
        {
            Tree.IntegerLiteral literal => Ordinals.Resolve(literal, columns.Count, clause),
            Tree.ColumnReference { Name.Parts: [var name] } => FindColumn(name),
            _ => null,
        };
        return new AnalyzedSortItem(
            column, column is null ? Analyze(clause, expression, windows: true) : null, Descending: false, NullsFirst: false, expression.Position);
    }

    // Two columns of one name are no ambiguity when they are the same.
    private int? FindColumn(Tree.Identifier name)
    {
        int? found = null;
        for (int at = 0; at < columns.Count; at++)
        {
            if (!name.Matches(columns[at].Name))
                continue;
            if (found is { } first && Columns[first].Raw != Columns[at].Raw)
                throw new QueryException(ErrorCode.AmbiguousColumn, $"column '{name.Value}' is ambiguous in the SELECT list", name.Position);
            found ??= at;
        }

        return found;
    }

    // Inside expressions of ORDER BY, HAVING and QUALIFY a name that no input column has may be an alias.
    private Expression? AliasOf(Tree.Identifier name)
    {
        int at = columns.FindIndex(column => column.IsAlias && name.Matches(column.Name));
        return at >= 0 && Columns[at] is { Subqueries.Count: 0, Unnests.Count: 0 } ? Columns[at].Raw : null;
    }

    private AnalyzedExpression Analyze(SelectColumn column)
    {
        return Analyze(Sink("SELECT", allowsWindows: true, aliases: null, allowsUnnests: true), analyzer =>
        {
            if (column.Field is not { } field)
                return analyzer.Operand(column.Syntax!);
            scope.Positions![field.Column] = column.Position;
            return new Types.Operand(field.Column.Ref(), column.Position);
        });
    }

    private AnalyzedExpression Analyze(ExpressionSink sink, Func<ExpressionAnalyzer, Types.Operand> analyze)
    {
        AnalyzedExpression analyzed = AnalyzedExpression.Analyze(context, scope, sink, analyze);
        foreach ((Column column, SourcePosition position) in analyzed.Positions)
            WindowPositions[column] = position;
        return analyzed;
    }

    private ExpressionSink Sink(string clause, bool allowsWindows, Func<Tree.Identifier, Expression?>? aliases, bool allowsUnnests) => new(clause)
    {
        Unnests = allowsUnnests ? [] : null,
        GroupedUnnests = _groupedUnnests,
        Aggregates = aggregates,
        Windows = allowsWindows ? windows : null,
        Aliases = aliases,
    };
}
