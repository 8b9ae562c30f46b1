using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans filters without a projection of their own.</summary>
internal sealed class FilterPlanner : NodePlanner<FilterNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(FilterNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        Assignment[] kept = [.. node.Columns.Where(required.Contains).Select(column => new Assignment(column, column.Ref()))];
        return FilterProjectOperator.Plan(node, node.Source, node.Predicate, kept, context);
    }
}

/// <summary>Plans projections, with the filter below where there is one.</summary>
internal sealed class ProjectPlanner : NodePlanner<ProjectNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(ProjectNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        Assignment[] kept = [.. node.Assignments.Where(assignment => required.Contains(assignment.Column))];
        return node.Source is FilterNode filter
            ? FilterProjectOperator.Plan(node, filter.Source, filter.Predicate, kept, context)
            : FilterProjectOperator.Plan(node, node.Source, ConstantExpression.True, kept, context);
    }
}

/// <summary>
/// Filters rows and computes columns of those that are left. Columns that are only passed on cost nothing where no row is dropped.
/// </summary>
internal sealed class FilterProjectOperator : Operator
{
    private readonly RowFilter? _filter;
    private readonly Evaluator[] _outputs;
    private readonly int[] _outputColumns;
    private readonly FunctionContext _functions;
    private readonly int[] _rows = new int[RecordBatch.MaxRows];
    private int[] _moreRows = [];

    private FilterProjectOperator(RowFilter? filter, Evaluator[] outputs, FunctionContext functions)
    {
        (_filter, _outputs, _functions) = (filter, outputs, functions);
        _outputColumns = [.. Evaluator.ColumnsOf(outputs)];
    }

    /// <summary>Plans a filter and a projection over a source.</summary>
    public static RowStream Plan(PlanNode node, PlanNode source, Expression predicate, Assignment[] kept, PlanningContext context)
    {
        Expression[] outputs = [.. kept.Select(assignment => assignment.Expression)];
        var needed = new HashSet<Column>(outputs.Append(predicate).SelectMany(expression => expression.References()));
        RowStream input = context.Plan(source, needed);
        Column[] layout = [.. kept.Select(assignment => assignment.Column)];
        bool filters = predicate is not ConstantExpression { Value: true };
        if (!filters && layout.SequenceEqual(input.Layout) && kept.All(assignment => assignment.IsIdentity))
            return input;

        OperatorStatistics statistics = context.Count(node, filters ? "filter" : "project");
        FunctionContext functions = context.Task.Functions with { Memory = statistics.Memory! };
        return input.Then(layout, statistics, _ => Create(input.Layout, filters ? predicate : null, outputs, functions, context));
    }

    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using RecordBatch owned = batch;
        using var scope = new Scope(batch.Columns, batch.RowCount, _functions);
        if (_filter is null)
        {
            Emit(Project(scope));
            return;
        }

        Span<int> rows = batch.RowCount <= _rows.Length ? _rows : _moreRows.Length >= batch.RowCount ? _moreRows : _moreRows = new int[batch.RowCount];
        int count = _filter.Apply(scope, rows[..batch.RowCount]);
        if (count == batch.RowCount)
        {
            Emit(Project(scope));
            return;
        }

        if (count == 0)
            return;
        using Scope left = scope.Narrow(rows[..count], _outputColumns);
        Emit(Project(left));
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _filter?.Dispose();
        foreach (Evaluator output in _outputs)
            output.Dispose();
    }

    private static FilterProjectOperator Create(
        IReadOnlyList<Column> layout, Expression? predicate, Expression[] outputs, FunctionContext functions, PlanningContext context)
    {
        ExpressionCompiler compiler = context.Compiler(layout);
        RowFilter? filter = predicate is null ? null : compiler.CompileFilter(predicate, outputs);
        return new FilterProjectOperator(filter, compiler.Compile(outputs), functions);
    }

    private RecordBatch Project(Scope scope)
    {
        var columns = new ColumnVector[_outputs.Length];
        try
        {
            for (int column = 0; column < columns.Length; column++)
                columns[column] = _outputs[column].Evaluate(scope);
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return new RecordBatch(columns, scope.RowCount);
    }
}
