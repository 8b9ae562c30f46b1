using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Expressions;

/// <content>Subqueries: the expression gets a column, the sink gets what gives it.</content>
internal sealed partial class ExpressionAnalyzer
{
    private QueryPlan PlanSubquery(Tree.Query query)
    {
        if (!sink.AllowsSubqueries)
            throw QueryException.NotSupported($"a subquery in {sink.Clause}", query.Position);
        (ExpressionSink? around, scope.Sink) = (scope.Sink, sink);
        try
        {
            return new QueryAnalyzer(context).Analyze(query, scope, scope.CommonTables);
        }
        finally
        {
            scope.Sink = around;
        }
    }

    private QueryPlan PlanSubquery(Tree.Query query, int columns)
    {
        QueryPlan plan = PlanSubquery(query);
        return plan.Outputs.Length == columns
            ? plan
            : throw new QueryException(
                ErrorCode.SyntaxError, $"the subquery gives {plan.Outputs.Length} columns where {columns} {(columns == 1 ? "is" : "are")} expected", query.Position);
    }

    private Expression AnalyzeScalarSubquery(Tree.SubqueryExpression subquery)
    {
        QueryPlan plan = PlanSubquery(subquery.Query, columns: 1);
        Column column = plan.Outputs[0].Column;
        PlanNode node = plan.Node.Columns.Count == 1 ? plan.Node : ProjectNode.Choose(plan.Node, [column]);
        sink.Subqueries.Add(new SubqueryUse(ApplyKind.Scalar, node));
        return column.Ref();
    }

    private Expression AnalyzeExists(Tree.ExistsExpression exists)
    {
        Column mark = context.Columns.New("exists", SqlType.Boolean);
        sink.Subqueries.Add(new SubqueryUse(ApplyKind.Exists, PlanSubquery(exists.Query).Node) { Mark = mark });
        return mark.Ref();
    }

    private Expression AnalyzeInSubquery(Tree.InSubqueryExpression inSubquery) =>
        Negate(Quantify(inSubquery.Value, Tree.ComparisonOperator.Equal, isAll: false, inSubquery.Query, inSubquery.Position), inSubquery.IsNegated);

    private Expression AnalyzeQuantified(Tree.QuantifiedComparison quantified)
    {
        bool isAll = quantified.Quantifier == Tree.Quantifier.All;
        if (quantified.Source is Tree.SubqueryExpression subquery)
            return Quantify(quantified.Value, quantified.Operator, isAll, subquery.Query, quantified.Position);

        Operand value = Operand(quantified.Value);
        if (quantified.Source is Tree.ArrayConstructor { Items.Length: > 0 } list)
        {
            IEnumerable<Expression> tests = list.Items.Select(item => Compare(quantified.Operator, value, Operand(item), quantified.Position));
            return isAll ? Make.And(tests) : Make.Or(tests);
        }

        Operand array = Operand(quantified.Source);
        if (array.IsUntypedText)
            array = array with { Expression = _coercer.To(array, SqlType.Array(value.IsUntypedText ? SqlType.Varchar : value.Type)) };
        if (array.Type is not ArrayType type)
            throw new QueryException(ErrorCode.WrongObjectType, $"ANY and ALL take an array or a subquery, not {array.Type}", array.Position);
        Column element = context.Columns.New("element", type.Element);
        Expression test = Compare(quantified.Operator, value, new Operand(element.Ref(), array.Position), quantified.Position);
        string function = isAll ? "all_match" : "any_match";
        FunctionResolution resolution = context.Functions.ResolveScalar(
            function,
            [ArgumentType.Of(array.Type), new ArgumentType(SqlType.Unknown) { LambdaArity = 1, LambdaType = _ => SqlType.Boolean }]);
        return new CallExpression(resolution.Name, [array.Expression, new LambdaExpression([element], test)], SqlType.Boolean);
    }

    /// <summary>value operator ANY | ALL (query); a row as value meets as many columns.</summary>
    private Expression Quantify(Tree.Expression value, Tree.ComparisonOperator comparison, bool isAll, Tree.Query query, SourcePosition position)
    {
        Operand[] left = value is Tree.RowConstructor row ? [.. row.Items.Select(Operand)] : [Operand(value)];
        QueryPlan plan = PlanSubquery(query, left.Length);
        PlanNode node = plan.Node;

        // A column that has to change its type does so inside the subquery: the comparison is then of plain columns, which joins want.
        var right = new Operand[left.Length];
        var casts = new List<Assignment>();
        for (int at = 0; at < left.Length; at++)
        {
            Column column = plan.Outputs[at].Column;
            SqlType? common = Coercer.Common([left[at], new Operand(column.Ref(), query.Position)]);
            if (common is not null && common != column.Type)
            {
                Column cast = context.Columns.New(column.Name, common);
                casts.Add(new Assignment(cast, new CastExpression(column.Ref(), common)));
                column = cast;
            }

            right[at] = new Operand(column.Ref(), query.Position);
        }

        if (casts.Count > 0)
            node = new ProjectNode(node, [.. node.Columns.Select(column => new Assignment(column, column.Ref())), .. casts]);
        Column mark = context.Columns.New(isAll ? "all" : "any", SqlType.Boolean);
        Expression test = left.Length == 1 ? Compare(comparison, left[0], right[0], position) : CompareRows(comparison, left, right, position);
        sink.Subqueries.Add(new SubqueryUse(ApplyKind.Quantified, node) { Mark = mark, Comparison = test, IsAll = isAll });
        return mark.Ref();
    }

    private SpecialExpression AnalyzeArraySubquery(Tree.ArraySubqueryExpression array)
    {
        QueryPlan plan = PlanSubquery(array.Query, columns: 1);
        Column item = plan.Outputs[0].Column;
        FunctionResolution resolution = context.Functions.ResolveAggregate("array_agg", [ArgumentType.Of(item.Type)]);
        Column items = context.Columns.New("array", resolution.ReturnType);
        ValueList<SortKey> order = plan.Node is SortNode sort ? sort.Keys : [];
        var call = new AggregateCall(resolution.Name, [item.Ref()], resolution.ReturnType) { OrderBy = order };
        sink.Subqueries.Add(new SubqueryUse(ApplyKind.Scalar, new AggregateNode(plan.Node, [], [new Aggregation(items, call)])));
        return new SpecialExpression(
            SpecialForm.Coalesce, [items.Ref(), new SpecialExpression(SpecialForm.Array, [], items.Type)], items.Type);
    }
}
