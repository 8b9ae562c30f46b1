using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Plans queries: WITH, the body, ORDER BY, OFFSET and LIMIT.</summary>
internal sealed class QueryAnalyzer(AnalysisContext context)
{
    /// <summary>The plan of a query; <paramref name="outer"/> are the columns of queries around it that it may name.</summary>
    public QueryPlan Analyze(Tree.Query query, NameScope? outer, CommonTables commonTables, bool allowsChanges = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int functions = context.SqlFunctions.InlineCount;
        try
        {
            foreach (Tree.CreateFunctionStatement function in query.With?.Functions ?? [])
                Declare(function);
            return AnalyzeQuery(query, outer, commonTables, allowsChanges);
        }
        finally
        {
            context.SqlFunctions.Forget(functions);
        }
    }

    // A function of WITH may call those before it; it is looked at even if nobody calls it.
    private void Declare(Tree.CreateFunctionStatement function)
    {
        CallableFunction callable = SqlFunctions.Of(function, context.Query) with { IsInline = true };
        ExpressionAnalyzer.AnalyzeBody(context, callable);
        context.SqlFunctions.Declare(callable);
    }

    private QueryPlan AnalyzeQuery(Tree.Query query, NameScope? outer, CommonTables commonTables, bool allowsChanges)
    {
        var declared = new List<CommonTableDefinition>();
        if (query.With is not null)
            commonTables = new CommonTableAnalyzer(context).Declare(query.With, outer, commonTables, allowsChanges, declared);

        QueryPlan plan;
        if (query.Body is Tree.QuerySpecification select)
        {
            plan = new SelectAnalyzer(context, outer, commonTables).Analyze(select, query.OrderBy);
        }
        else
        {
            plan = AnalyzeBody(query.Body, outer, commonTables);
            if (query.OrderBy.Length > 0)
                plan = Sort(plan, query.OrderBy, outer, commonTables);
        }

        return CommonTableAnalyzer.Share(Limit(plan, query), declared);
    }

    /// <summary>The plan of a body without what surrounds it.</summary>
    public QueryPlan AnalyzeBody(Tree.QueryBody body, NameScope? outer, CommonTables commonTables)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (body)
        {
            case Tree.QuerySpecification select:
                return new SelectAnalyzer(context, outer, commonTables).Analyze(select, []);
            case Tree.SubqueryBody subquery:
                return Analyze(subquery.Query, outer, commonTables);
            case Tree.SetOperation operation:
                return new SetOperationAnalyzer(context, outer, commonTables).Analyze(operation);
            case Tree.ValuesBody values:
                return new ValuesAnalyzer(context, outer, commonTables).Analyze(values);
            case Tree.TableBody table:
                RelationPlan relation = new RelationAnalyzer(context, outer, commonTables)
                    .Analyze(new Tree.TableReference(table.Name) { Position = table.Position }, lateral: null);
                return new QueryPlan(relation.Node, [.. relation.Star.Select(field => new OutputColumn(field.Name ?? field.Column.Name, field.Column))]);
            default:
                throw QueryException.NotSupported("this query", body.Position);
        }
    }

    // The order of a set operation names its output columns.
    private QueryPlan Sort(QueryPlan plan, ImmutableArray<Tree.SortItem> items, NameScope? outer, CommonTables commonTables)
    {
        var scope = new NameScope(outer, [.. plan.Outputs.Select(output => new Field(output.Name, output.Column))], commonTables);
        var builder = new PlanBuilder(context.Columns, plan.Node);
        List<SelectColumn> columns = [.. plan.Outputs.Select(output => new SelectColumn(output.Name, null, new Field(output.Name, output.Column), default))];
        var analysis = new ColumnAnalysis(context, scope, new AggregateCollector(), new WindowCollector([]), columns);
        analysis.AnalyzeColumns(grouping: null);
        List<AnalyzedSortItem> order = analysis.AnalyzeOrder(items);
        foreach (AnalyzedSortItem item in order)
            builder.Apply(item.Expression?.Subqueries ?? []);
        Column[] keys = builder.Compute(order.Select(item =>
            item.SelectColumn is { } column ? plan.Outputs[column].Column.Ref() : item.Expression!.Expression));
        return plan with
        {
            Node = new SortNode(builder.Node, SelectOutput.Keys(order, item => keys[order.IndexOf(item)])),
        };
    }

    private QueryPlan Limit(QueryPlan plan, Tree.Query query)
    {
        long offset = query.Offset is null ? 0 : Count(query.Offset, "OFFSET", ErrorCode.InvalidOffset) ?? 0;
        if (query.Limit is null)
            return offset == 0 ? plan : plan with { Node = new LimitNode(plan.Node, Count: null, offset) };
        if (query.Limit.IsPercent)
            return Percent(plan, query.Limit, offset);
        if (Count(query.Limit.Count, "LIMIT", ErrorCode.InvalidLimit) is not { } count)
            return offset == 0 ? plan : plan with { Node = new LimitNode(plan.Node, Count: null, offset) };
        if (!query.Limit.WithTies)
            return plan with { Node = new LimitNode(plan.Node, count, offset) };

        if (plan.Node is not SortNode sort)
            throw new QueryException(ErrorCode.SyntaxError, "WITH TIES needs ORDER BY", query.Limit.Position);
        PlanNode top = new TopNNode(sort.Source, checked(count + offset), sort.Keys, WithTies: true);
        return plan with { Node = offset == 0 ? top : new LimitNode(top, Count: null, offset) };
    }

    // The first rows of the order, as many as the percentage of all rounded up; ties share a rank.
    private QueryPlan Percent(QueryPlan plan, Tree.LimitClause limit, long offset)
    {
        ValueList<SortKey> keys = plan.Node is SortNode sort ? sort.Keys : [];
        if (limit.WithTies && keys.Count == 0)
            throw new QueryException(ErrorCode.SyntaxError, "WITH TIES needs ORDER BY", limit.Position);
        Expression percent = new ExpressionAnalyzer(
            context, new NameScope(null, [], CommonTables.None), new ExpressionSink("FETCH") { AllowsSubqueries = false }).Analyze(limit.Count);
        if (!percent.Type.IsNumeric || context.Constants.Evaluate(percent) is not { Value: not null } constant)
            throw new QueryException(ErrorCode.InvalidLimit, "FETCH ... PERCENT takes a constant number", limit.Count.Position);
        double share = (double)context.Constants.Cast(constant, SqlType.Double).Value!;
        if (share is not (>= 0 and <= 100))
            throw new QueryException(ErrorCode.InvalidLimit, $"FETCH takes 0 to 100 percent, not {share}", limit.Count.Position);

        Column rank = context.Columns.New("rank", SqlType.BigInt), rows = context.Columns.New("rows", SqlType.BigInt);
        var builder = new PlanBuilder(context.Columns, plan.Node);
        var whole = new WindowFrame(FrameUnit.Rows, new FrameBound(FrameBoundKind.UnboundedPreceding), new FrameBound(FrameBoundKind.UnboundedFollowing));
        builder.Add(new WindowNode(builder.Node, [], keys, [new WindowCall(rank, limit.WithTies ? "rank" : "row_number", [], SqlType.BigInt, WindowFrame.Default)]));
        builder.Add(new WindowNode(builder.Node, [], [], [new WindowCall(rows, "count", [], SqlType.BigInt, whole)]));

        // rank - 1 < rows * share / 100
        Expression before = new CallExpression(OperatorNames.Subtract, [rank.Ref(), new ConstantExpression(1 + offset, SqlType.BigInt)], SqlType.BigInt);
        Expression scaled = new CallExpression(
            OperatorNames.Multiply, [new CastExpression(rows.Ref(), SqlType.Double), new ConstantExpression(share / 100, SqlType.Double)], SqlType.Double);
        builder.Filter(Make.Compare(OperatorNames.Less, new CastExpression(before, SqlType.Double), scaled));
        if (offset > 0)
            builder.Filter(Make.Compare(OperatorNames.Greater, rank.Ref(), new ConstantExpression(offset, SqlType.BigInt)));
        return plan with { Node = keys.Count == 0 ? builder.Node : new SortNode(builder.Node, keys) };
    }

    // NULL is no limit, as in PostgreSQL.
    private long? Count(Tree.Expression expression, string clause, ErrorCode error)
    {
        var analyzer = new ExpressionAnalyzer(
            context, new NameScope(null, [], CommonTables.None), new ExpressionSink(clause) { AllowsSubqueries = false });
        Operand operand = analyzer.Operand(expression);
        if (!operand.Type.IsNumeric && operand.Type is not UnknownType)
            throw new QueryException(ErrorCode.TypeMismatch, $"{clause} must be a number, not {operand.Type}", operand.Position);
        ConstantExpression value = context.Constants.Evaluate(operand.Expression)
            ?? throw QueryException.NotSupported($"{clause} of something that is not constant", operand.Position);
        object? count;
        try
        {
            count = context.Constants.Cast(value, SqlType.BigInt).Value;
        }
        catch (QueryException inner)
        {
            throw inner.At(operand.Position);
        }

        return count is long and < 0 ? throw new QueryException(error, $"{clause} must not be negative", operand.Position) : (long?)count;
    }
}
