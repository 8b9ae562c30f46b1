using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>Plans window functions: all rows are ordered by partition and order keys, then each call is computed over the whole.</summary>
internal sealed class WindowPlanner : NodePlanner<WindowNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(WindowNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        WindowCall[] calls = [.. node.Calls.Where(call => required.Contains(call.Output))];
        HashSet<Column> needed = [.. node.Source.Columns.Where(required.Contains), .. node.PartitionBy, .. node.OrderBy.Select(key => key.Column)];
        foreach (WindowCall call in calls)
        {
            IEnumerable<Expression?> read = [.. call.Arguments, call.Filter, call.Frame.Start.Offset, call.Frame.End.Offset];
            needed.UnionWith(read.OfType<Expression>().SelectMany(expression => expression.References()));
        }

        RowStream input = context.Plan(node.Source, needed);
        OperatorStatistics statistics = context.Count(node, "window");
        var sink = new WindowSink(node, calls, input, context, statistics);
        context.Close(input, sink);
        var source = new BatchListSource(() => sink.Batches) { Statistics = statistics };
        return new RowStream([context.Open(source)], [.. input.Layout, .. calls.Select(call => call.Output)]);
    }
}

/// <summary>Collects the rows, orders them and computes the calls.</summary>
internal sealed class WindowSink(WindowNode node, WindowCall[] calls, RowStream input, PlanningContext context, OperatorStatistics statistics) : Sink
{
    private readonly BatchCollector _collector = new(input.Layout.Count, statistics.Memory!);
    private readonly PartitionOrder _order = new(node.PartitionBy, node.OrderBy, input, statistics.Memory!);
    private readonly List<RecordBatch> _batches = [];

    /// <summary>The rows with the calls' results.</summary>
    public IReadOnlyList<RecordBatch> Batches => _batches;

    private MemoryContext Memory => statistics.Memory!;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectOperator(_collector) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        using RecordBatch? all = await _collector.TakeAllAsync(work, cancellationToken);
        if (all is null)
            return;

        using RecordBatch sorted = await _order.SortAsync(all, work, cancellationToken);
        var results = new ColumnVector[calls.Length];
        try
        {
            using WindowRows rows = _order.Cut(sorted);
            await work.ForEachAsync(calls.Length, call => results[call] = Compute(calls[call], rows, sorted), cancellationToken);
            using RecordBatch whole = sorted.With(results);
            results.AsSpan().Clear();
            for (int start = 0; start < whole.RowCount; start += RecordBatch.MaxRows)
                _batches.Add(whole.Slice(start, Math.Min(RecordBatch.MaxRows, whole.RowCount - start)));
        }
        finally
        {
            Compaction.DisposeAll(results);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _collector.Dispose();
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
        return ValueTask.CompletedTask;
    }

    private ColumnVector Compute(WindowCall call, WindowRows rows, RecordBatch sorted)
    {
        FunctionContext functions = context.Task.Functions with { Memory = Memory };
        using var inputs = new WindowInputs(call, context.Compiler(input.Layout), sorted, functions);
        var frames = new WindowFrames(call.Frame, rows, inputs);
        return WindowRanking.TryCompute(call, rows, inputs, Memory)
            ?? WindowValues.TryCompute(call, rows, frames, inputs, Memory)
            ?? WindowAggregate.Compute(
                context.Binder.Aggregate(call.Function, call.Arguments.Select(argument => argument.Type).ToValueList()), call, rows, frames, inputs, functions);
    }
}
