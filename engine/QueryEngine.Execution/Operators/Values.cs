using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans constant rows.</summary>
internal sealed class ValuesPlanner : NodePlanner<ValuesNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(ValuesNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        int[] places = [.. Enumerable.Range(0, node.Outputs.Count).Where(place => required.Contains(node.Outputs[place]))];
        var source = new ValuesSourceFactory(node, places, context) { Statistics = context.Count(node, "values") };
        return new RowStream([context.Open(source, isOrdered: true)], [.. places.Select(place => node.Outputs[place])]);
    }
}

/// <summary>Computes constant rows, a batch at a time, on one driver.</summary>
internal sealed class ValuesSourceFactory(ValuesNode node, int[] places, PlanningContext context) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new ValuesSource(this);

    private RecordBatch Build(int start)
    {
        int count = Math.Min(RecordBatch.MaxRows, node.Rows.Count - start);
        MemoryContext memory = Statistics!.Memory!;
        using var builder = new BatchBuilder(places.Select(place => node.Outputs[place].Type), memory, count);
        using var noColumns = new Scope([], 1, context.Task.Functions);
        ExpressionCompiler compiler = context.Compiler([]);
        for (int row = start; row < start + count; row++)
        {
            for (int column = 0; column < places.Length; column++)
                Append(builder[column], node.Rows[row][places[column]], compiler, noColumns);
            builder.EndRow();
        }

        return builder.Build();
    }

    private static void Append(VectorBuilder column, Expression value, ExpressionCompiler compiler, Scope noColumns)
    {
        if (value is ConstantExpression constant)
        {
            column.AppendBoxed(constant.Value);
            return;
        }

        using Evaluator evaluator = compiler.Compile(value);
        using ColumnVector result = evaluator.Evaluate(noColumns);
        column.AppendFrom(result, 0);
    }

    private sealed class ValuesSource(ValuesSourceFactory values) : Source
    {
        private int _start;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            if (_start >= values.RowCount)
                return new((RecordBatch?)null);

            RecordBatch batch = values.Build(_start);
            _start += batch.RowCount;
            return new(batch);
        }
    }

    private int RowCount => node.Rows.Count;
}
