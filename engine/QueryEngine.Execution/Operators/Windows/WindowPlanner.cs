using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Sorting;
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

        using RecordBatch sorted = await SortAsync(all, work, cancellationToken);
        var results = new ColumnVector[calls.Length];
        try
        {
            using WindowRows rows = BuildRows(sorted);
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

    private async Task<RecordBatch> SortAsync(RecordBatch rows, ParallelWork work, CancellationToken cancellationToken)
    {
        SortKey[] order = [.. node.PartitionBy.Select(column => new SortKey(column, Descending: false, NullsFirst: false)), .. node.OrderBy];
        if (order.Length == 0)
        {
            rows.Retain();
            return rows;
        }

        ColumnVector[] keys = Flat(rows, order.Select(key => key.Column));
        try
        {
            using NativeBuffer numbers = await RowSorter.SortAsync(keys, order, rows.RowCount, Memory, work, cancellationToken);
            return TakeFlat(rows, numbers);
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    private RecordBatch TakeFlat(RecordBatch rows, NativeBuffer numbers)
    {
        ReadOnlySpan<int> order = numbers.Span<int>(rows.RowCount);
        var taken = new ColumnVector[rows.ColumnCount];
        try
        {
            for (int column = 0; column < taken.Length; column++)
                taken[column] = Gather.Take(rows[column], order, Memory);
        }
        catch
        {
            Compaction.DisposeAll(taken);
            throw;
        }

        return new RecordBatch(taken, rows.RowCount);
    }

    private WindowRows BuildRows(RecordBatch sorted)
    {
        SortKey[] partition = [.. node.PartitionBy.Select(column => new SortKey(column, Descending: false, NullsFirst: false))];
        ColumnVector[] partitionKeys = Flat(sorted, node.PartitionBy);
        ColumnVector[] orderKeys = Flat(sorted, node.OrderBy.Select(key => key.Column));
        return new WindowRows(partitionKeys, partition, orderKeys, [.. node.OrderBy], sorted.RowCount);
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

    private ColumnVector[] Flat(RecordBatch rows, IEnumerable<Column> columns) =>
        [.. input.PlacesOf(columns).Select(place => Gather.Flatten(rows[place], Memory))];
}
