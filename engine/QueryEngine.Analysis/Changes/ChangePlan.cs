using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>A statement that changes rows, in the making: the plan so far and what is known of its rows.</summary>
internal sealed class ChangePlan(AnalysisContext context, WriteTarget target, PlanNode source, CommonTables commonTables)
{
    /// <summary>The plan.</summary>
    public PlanBuilder Builder { get; } = new(context.Columns, source);

    /// <summary>Makes values fit and checks rows.</summary>
    public RowWriter Writer { get; } = new(context, target);

    /// <summary>The table.</summary>
    public WriteTarget Target => target;

    /// <summary>An expression over some fields; subqueries in it are applied at once.</summary>
    public Operand Analyze(Tree.Expression expression, ImmutableArray<Field> fields, string clause)
    {
        var sink = new ExpressionSink(clause);
        Operand operand = new ExpressionAnalyzer(context, new NameScope(null, fields, commonTables), sink).Operand(expression);
        Builder.Apply(sink.Subqueries);
        return operand;
    }

    /// <summary>A condition over some fields.</summary>
    public Expression Condition(Tree.Expression expression, ImmutableArray<Field> fields, string clause) =>
        new Coercer(context.Constants).ToBoolean(Analyze(expression, fields, clause), $"the condition of {clause}");

    /// <summary>What assignments give to columns, as expressions that the columns take.</summary>
    public Dictionary<TableColumn, Expression> Assign(ImmutableArray<Tree.Assignment> assignments, ImmutableArray<Field> fields, bool wide = false)
    {
        var values = new Dictionary<TableColumn, Expression>();
        foreach (Tree.Assignment assignment in assignments)
        {
            TableColumn[] columns = [.. assignment.Columns.Select(target.Column)];
            Operand[] operands = ValuesOf(assignment, columns, fields);
            for (int at = 0; at < columns.Length; at++)
            {
                if ((columns[at].Generated is not null || columns[at].Identity == IdentityKind.Always) && Syntax(assignment, at) is not Tree.DefaultExpression)
                    throw Generated(columns[at], assignment.Columns[at].Position);
                if (!values.TryAdd(columns[at], Writer.Prepare(operands[at], columns[at], wide)))
                    throw new QueryException(
                        ErrorCode.DuplicateColumn, $"column '{columns[at].Name}' is assigned more than once", assignment.Columns[at].Position);
            }
        }

        return values;
    }

    /// <summary>The error for a value that is given to a generated column.</summary>
    public static QueryException Generated(TableColumn column, SourcePosition position) => new(
        ErrorCode.GeneratedAlways, $"column '{column.Name}' is generated: only DEFAULT can be assigned to it", position);

    /// <summary>Keeps the first row of each group; which one is first is not said.</summary>
    public void KeepOne(ValueList<Column> partition)
    {
        Column number = Number(partition, []);
        Builder.Filter(Make.Equal(number.Ref(), One));
    }

    /// <summary>Numbers the rows of each group.</summary>
    public Column Number(ValueList<Column> partition, ValueList<SortKey> order)
    {
        Column number = context.Columns.New("row_number", SqlType.BigInt);
        Builder.Add(new WindowNode(Builder.Node, partition, order, [new WindowCall(number, "row_number", [], SqlType.BigInt, WindowFrame.Default)]));
        return number;
    }

    /// <summary>The number 1.</summary>
    public static ConstantExpression One { get; } = new(1L, SqlType.BigInt);

    /// <summary>A kind of change as the first column of the batches has it.</summary>
    public static ConstantExpression Kind(RowChange change) => new((sbyte)change, SqlType.TinyInt);

    /// <summary>The rows that RETURNING gives.</summary>
    public ReturnedRows? Return(ImmutableArray<Tree.SelectItem> items, ImmutableArray<Field> fields)
    {
        if (items.Length == 0)
            return null;
        var scope = new NameScope(null, fields, commonTables);
        List<SelectColumn> columns = SelectItems.Expand(items, scope, context);
        Expression[] expressions = [.. columns.Select(column => column.Field is { } field
            ? field.Column.Ref()
            : Coercer.Finish(Analyze(column.Syntax!, fields, "RETURNING").Expression))];
        return new ReturnedRows(Builder.Compute(expressions).ToValueList(), columns.Select(column => column.Name).ToValueList());
    }

    /// <summary>The statement, whose rows have these columns.</summary>
    public AnalyzedWrite Finish(string tag, WriteIntent intent, IEnumerable<Column> written, ReturnedRows? returned)
    {
        ValueList<Column> outputs = written.ToValueList();
        var output = new OutputNode(Builder.Node, outputs, outputs.Select(column => column.Name).ToValueList());
        return new AnalyzedWrite(target.Table.Catalog.Name, intent, output, context.Columns)
        {
            Words = tag,
            Checks = Writer.Checks.ToValueList(),
            Returned = returned,
        };
    }

    /// <summary>The statement that changes rows: their kinds and ids, then the values of these columns.</summary>
    public AnalyzedWrite Finish(
        string tag, Column kind, Column rowId, IReadOnlyList<TableColumn> columns, IEnumerable<Column> values, ReturnedRows? returned, params RowChange[] kinds)
    {
        var intent = new ChangeRowsIntent(
            target.Name, columns.Select(column => column.Handle).ToValueList(), target.Table.Handle, target.RowIdHandle)
        { Kinds = kinds.ToValueList() };
        return Finish(tag, intent, [kind, rowId, .. values], returned);
    }

    private static Tree.Expression Syntax(Tree.Assignment assignment, int at) =>
        assignment.Columns.Length > 1 && assignment.Value is Tree.RowConstructor row && at < row.Items.Length ? row.Items[at] : assignment.Value;

    // (a, b) = (1, 2), (a, b) = row, (a, b) = (SELECT ...).
    private Operand[] ValuesOf(Tree.Assignment assignment, TableColumn[] columns, ImmutableArray<Field> fields)
    {
        if (assignment.Value is Tree.RowConstructor { Items: var items } && (columns.Length > 1 || (columns.Length == 1 && items.Length == 1 && columns[0].Type is not RowType)))
        {
            CheckCount(assignment, items.Length);
            return [.. items.Select((item, at) => Value(item, columns[at], fields))];
        }

        if (columns.Length == 1)
            return [Value(assignment.Value, columns[0], fields)];
        if (assignment.Value is not Tree.SubqueryExpression subquery)
            throw new QueryException(ErrorCode.SyntaxError, "several columns are assigned a row or a subquery", assignment.Value.Position);

        QueryPlan plan = new QueryAnalyzer(context).Analyze(subquery.Query, new NameScope(null, fields, commonTables), commonTables);
        CheckCount(assignment, plan.Outputs.Length);
        Builder.Add(new ApplyNode(ApplyKind.Scalar, Builder.Node, ProjectNode.Choose(plan.Node, plan.Outputs.Select(output => output.Column).Distinct())));
        return [.. plan.Outputs.Select(output => new Operand(output.Column.Ref(), subquery.Position))];
    }

    private Operand Value(Tree.Expression value, TableColumn column, ImmutableArray<Field> fields) => value is Tree.DefaultExpression
        ? Analyze(WriteTarget.DefaultOf(column, value.Position), [], "DEFAULT")
        : Analyze(value, fields, "SET");

    private static void CheckCount(Tree.Assignment assignment, int values)
    {
        if (values != assignment.Columns.Length)
            throw new QueryException(
                ErrorCode.SyntaxError, $"{assignment.Columns.Length} columns are assigned {values} values", assignment.Position);
    }
}
