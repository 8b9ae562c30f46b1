using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Spilling;
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
        OperatorStatistics statistics = context.Count(node, "shared");
        var sink = new SharedSink(kept, context.NewSpiller(statistics), statistics);
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
        var source = new BatchListSource(() => shared.BatchCount, shared.Read) { Statistics = context.Count(node, "shared read") };
        int[] places = [.. node.Read.Select(column => Array.IndexOf(shared.Columns, column))];
        return new RowStream([context.Open(source)], shared.Columns).Then([.. node.Outputs], statistics: null, _ => new ChooseOperator(places));
    }
}

/// <summary>Keeps rows that are read more than once until the task ends, in memory or, when that is short, on disk.</summary>
internal sealed class SharedSink(Column[] columns, Spiller spiller, OperatorStatistics statistics) : Sink
{
    private readonly BatchCollector _collector = new(columns.Length, statistics.Memory!);
    private readonly Lock _spilling = new();
    private readonly SqlType[] _types = [.. columns.Select(column => column.Type)];
    private readonly List<RecordBatch> _batches = [];
    private readonly List<SpillBlock> _blocks = [];

    /// <summary>The columns of the rows.</summary>
    public Column[] Columns => columns;

    /// <summary>How many batches there are; known when the sink is complete.</summary>
    public int BatchCount => _batches.Count + _blocks.Count;

    private bool IsPressed => spiller.IsPressed(need: _collector.BytesToJoin, held: _collector.Bytes);

    /// <summary>A batch, which the caller owns.</summary>
    public RecordBatch Read(int number)
    {
        if (number >= _batches.Count)
            return spiller.Read(_blocks[number - _batches.Count], _types);
        _batches[number].Retain();
        return _batches[number];
    }

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new KeepOperator(this) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (_blocks.Count > 0)
            Spill();
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
        _blocks.Clear();
        spiller.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep(RecordBatch batch)
    {
        _collector.Add(batch);
        if (columns.Length == 0 || !IsPressed)
            return;
        lock (_spilling)
        {
            if (IsPressed)
                Spill();
        }
    }

    private void Spill()
    {
        var batches = new Queue<RecordBatch>(_collector.Take());
        try
        {
            while (batches.TryPeek(out RecordBatch? batch))
            {
                spiller.Write(batch, _blocks);
                batches.Dequeue().Dispose();
            }
        }
        finally
        {
            foreach (RecordBatch batch in batches)
                batch.Dispose();
        }
    }

    private sealed class KeepOperator(SharedSink sink) : Operator
    {
        public override void Process(RecordBatch batch)
        {
            using (batch)
                sink.Keep(batch);
        }
    }
}
