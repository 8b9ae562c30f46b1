using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Plans VALUES. Columns are called column1, column2 and so on.</summary>
internal sealed class ValuesAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    /// <summary>The plan of the rows; <paramref name="unify"/> gives the values of a column one type, where that is not their common one.</summary>
    public QueryPlan Analyze(Tree.ValuesBody values, Func<int, Operand[], Expression[]>? unify = null)
    {
        var scope = new NameScope(outer, [], commonTables);
        ExpressionSink[] sinks = [.. values.Rows.Select(_ => new ExpressionSink("VALUES"))];
        Operand[][] rows = new Operand[values.Rows.Length][];
        for (int row = 0; row < rows.Length; row++)
        {
            var analyzer = new ExpressionAnalyzer(context, scope, sinks[row]);
            ImmutableArray<Tree.Expression> items = values.Rows[row] is Tree.RowConstructor { FieldNames.Length: 0 } constructor ? constructor.Items : [values.Rows[row]];
            if (row > 0 && items.Length != rows[0].Length)
                throw new QueryException(
                    ErrorCode.SyntaxError, $"a row of VALUES has {items.Length} values, the first has {rows[0].Length}", values.Rows[row].Position);
            rows[row] = [.. items.Select(analyzer.Operand)];
        }

        int width = rows[0].Length;
        var coercer = new Coercer(context.Constants);
        var columns = new Expression[width][];
        var outputs = new OutputColumn[width];
        for (int column = 0; column < width; column++)
        {
            Operand[] operands = [.. rows.Select(row => row[column])];
            bool isUntyped = operands.Any(operand => operand.IsUntypedText) && operands.All(operand => operand.Type is UnknownType);
            columns[column] = unify?.Invoke(column, operands) ?? coercer.Unify(operands, "VALUES");
            string name = $"column{column + 1}";
            outputs[column] = new OutputColumn(name, context.Columns.New(name, columns[column][0].Type)) { IsUntypedText = isUntyped };
        }

        ValueList<Expression>[] typed = [.. rows.Select((_, row) => columns.Select(column => column[row]).ToValueList())];
        ValueList<Column> names = outputs.Select(output => output.Column).ToValueList();
        bool isConstant = sinks.All(sink => sink.Subqueries.Count == 0) && (outer is null || !typed.Any(row => row.Any(value => value.References().Any())));
        return new QueryPlan(isConstant ? new ValuesNode(names, typed.ToValueList()) : Union(names, typed, sinks), [.. outputs]);
    }

    // Rows that read other queries are one projection each.
    private UnionNode Union(ValueList<Column> outputs, ValueList<Expression>[] rows, ExpressionSink[] sinks)
    {
        var inputs = new List<PlanNode>(rows.Length);
        var mapping = new List<ValueList<Column>>(rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            var builder = new PlanBuilder(context.Columns, ValuesNode.OneRow);
            builder.Apply(sinks[row].Subqueries);
            mapping.Add(builder.Compute(rows[row]).ToValueList());
            inputs.Add(builder.Node);
        }

        return new UnionNode(inputs.ToValueList(), outputs, mapping.ToValueList());
    }
}
