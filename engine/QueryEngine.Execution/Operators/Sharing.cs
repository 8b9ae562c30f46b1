using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans shared parts: their pipelines end in a store before those of the body begin.</summary>
internal sealed class SharedPlanner : NodePlanner<SharedNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(SharedNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        HashSet<Column> read = ReadBy(node.Body, node.ShareId);
        RowStream rows = context.Plan(node.Shared, read);
        Column[] kept = [.. rows.Layout.Where(read.Contains).Distinct()];
        int[] places = rows.PlacesOf(kept);
        var sink = new SharedSink(kept, context.Count(node, "shared"));
        context.Close(rows.Then(kept, statistics: null, _ => new ChooseOperator(places)), sink);
        context.Share(node.ShareId, sink);
        return context.Plan(node.Body, required);
    }

    private static HashSet<Column> ReadBy(PlanNode body, int shareId)
    {
        var columns = new HashSet<Column>();
        var nodes = new Stack<PlanNode>([body]);
        while (nodes.TryPop(out PlanNode? node))
        {
            if (node is SharedReadNode read && read.ShareId == shareId)
                columns.UnionWith(read.Read);
            foreach (PlanNode source in node.Sources)
                nodes.Push(source);
        }

        return columns;
    }
}

/// <summary>Plans the reading of what is shared: each reader goes over all rows, with as many drivers as there are batches.</summary>
internal sealed class SharedReadPlanner : NodePlanner<SharedReadNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(SharedReadNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        SharedSink shared = context.Shared[node.ShareId];
        var source = new BatchListSource(() => shared.Batches) { Statistics = context.Count(node, "shared read") };
        int[] places = [.. node.Read.Select(column => Array.IndexOf(shared.Columns, column))];
        return new RowStream([context.Open(source)], shared.Columns).Then([.. node.Outputs], statistics: null, _ => new ChooseOperator(places));
    }
}

/// <summary>Keeps rows that are read more than once; their memory is counted until the task ends.</summary>
internal sealed class SharedSink(Column[] columns, OperatorStatistics statistics) : Sink
{
    private readonly BatchCollector _collector = new(columns.Length, statistics.Memory!);
    private readonly List<RecordBatch> _batches = [];

    /// <summary>The columns of the rows.</summary>
    public Column[] Columns => columns;

    /// <summary>The rows, complete when the sink is; owned by it.</summary>
    public IReadOnlyList<RecordBatch> Batches => _batches;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectOperator(_collector) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        using RecordBatch? all = await _collector.TakeAllAsync(work, cancellationToken);
        for (int start = 0; start < all?.RowCount; start += RecordBatch.MaxRows)
            _batches.Add(all.Slice(start, Math.Min(RecordBatch.MaxRows, all.RowCount - start)));
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
}
