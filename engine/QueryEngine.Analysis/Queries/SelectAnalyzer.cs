using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Plans SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... QUALIFY with the ORDER BY that belongs to it. First all expressions are analyzed over the
/// rows of FROM, which finds the aggregates and window functions; then the plan is built from below.
/// </summary>
internal sealed class SelectAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    /// <summary>The plan of a query specification.</summary>
    public QueryPlan Analyze(Tree.QuerySpecification select, ImmutableArray<Tree.SortItem> orderBy)
    {
        RelationPlan from = new RelationAnalyzer(context, outer, commonTables).AnalyzeFrom(select.From);
        var scope = new NameScope(outer, from.Fields, commonTables);
        var builder = new PlanBuilder(context.Columns, from.Node);
        if (select.Where is not null)
            Filter(builder, scope, select.Where, new ExpressionSink("WHERE"));

        List<SelectColumn> columns = SelectItems.Expand(select.Items, scope, context);
        var aggregates = new AggregateCollector();
        CheckWindows(select.Windows);
        var windows = new WindowCollector(select.Windows);
        var analysis = new ColumnAnalysis(context, scope, aggregates, windows, columns);

        Grouping? grouping = select.GroupBy is { IsAll: false } ? new GroupingAnalyzer(context, scope, columns).Analyze(select.GroupBy) : null;
        if (select.GroupBy is { IsAll: true })
            grouping = analysis.GroupByAll();
        analysis.AnalyzeColumns(grouping);
        AnalyzedExpression? having = select.Having is null ? null : analysis.Analyze("HAVING", select.Having, windows: false);
        AnalyzedExpression? qualify = select.Qualify is null ? null : analysis.Analyze("QUALIFY", select.Qualify, windows: true);
        List<AnalyzedSortItem> distinctOn = [.. select.DistinctOn.Select(item => analysis.AnalyzeReference(item, "DISTINCT ON"))];
        List<AnalyzedSortItem> order = analysis.AnalyzeOrder(orderBy);

        GroupedTranslator? grouped = null;
        if (grouping is not null || having is not null || !aggregates.IsEmpty)
        {
            CommonTableAnalyzer.CheckAggregation(select, commonTables);
            grouping ??= new Grouping { Sets = [[]] };
            AnalyzedExpression?[] above = [.. analysis.Columns, having, qualify, .. distinctOn.Concat(order).Select(item => item.Expression)];
            KeyDependencies.AddTo(grouping, scope.Fields, above.SelectMany(KeyDependencies.NamedBy).Concat(KeyDependencies.NamedBy(windows)));
            grouped = new AggregationPlanner(context, grouping, aggregates).Aggregate(builder);
        }

        if (having is not null)
            Filter(builder, having.Over(grouped), "HAVING");
        PlanWindows(builder, windows, grouped, analysis.WindowPositions);
        if (qualify is not null)
            Filter(builder, qualify.Over(grouped), "QUALIFY");
        return new SelectOutput(context, builder, columns, [.. analysis.Columns.Select(column => column.Over(grouped))])
            .Finish(select, [.. distinctOn.Select(item => item.Over(grouped))], [.. order.Select(item => item.Over(grouped))]);
    }

    private void Filter(PlanBuilder builder, NameScope scope, Tree.Expression condition, ExpressionSink sink)
    {
        builder.Filter(new ExpressionAnalyzer(context, scope, sink).AnalyzeCondition(condition), sink.Subqueries);
    }

    private void Filter(PlanBuilder builder, AnalyzedExpression condition, string clause)
    {
        builder.Filter(
            new Types.Coercer(context.Constants).ToBoolean(new Types.Operand(condition.Raw, condition.Position), $"the condition of {clause}"),
            condition.Subqueries);
    }

    private static void CheckWindows(ImmutableArray<Tree.WindowDefinition> definitions)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Tree.WindowDefinition definition in definitions)
            if (!names.Add(definition.Name.Folded))
                throw new QueryException(ErrorCode.WindowingError, $"window '{definition.Name.Value}' is defined twice", definition.Name.Position);
    }

    private static void PlanWindows(
        PlanBuilder builder, WindowCollector windows, GroupedTranslator? grouped, Dictionary<Column, SourcePosition> positions)
    {
        for (int subquery = 0; subquery < windows.Subqueries.Count && grouped is not null; subquery++)
            windows.Subqueries[subquery] = grouped.Translate(windows.Subqueries[subquery], positions);
        WindowPlanner.AddTo(builder, windows, expression => grouped?.Translate(expression, positions) ?? expression);
    }
}
