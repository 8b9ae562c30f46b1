using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>The rows of a recursive term's last round.</summary>
internal sealed class WorkingTable
{
    /// <summary>The rows, with the recursion's columns; owned by the recursion.</summary>
    public IReadOnlyList<RecordBatch> Batches { get; set; } = [];
}

/// <summary>Plans recursive unions.</summary>
internal sealed class RecursiveUnionPlanner : NodePlanner<RecursiveUnionNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(RecursiveUnionNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream anchor = context.Plan(node.Anchor, node.AnchorColumns.ToHashSet());
        int[] places = anchor.PlacesOf(node.AnchorColumns);
        OperatorStatistics statistics = context.Count(node, "recursion");
        var sink = new RecursionSink(node, context, statistics);
        context.Close(anchor.Then([.. node.Outputs], statistics: null, _ => new ChooseOperator(places)), sink);
        return new RowStream([context.Open(new BatchListSource(() => sink.Result) { Statistics = statistics })], [.. node.Outputs]);
    }
}

/// <summary>Plans the reading of the last round.</summary>
internal sealed class WorkingTablePlanner : NodePlanner<WorkingTableNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(WorkingTableNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        WorkingTable table = context.WorkingTables[node.RecursionId];
        var source = new BatchListSource(() => table.Batches) { Statistics = context.Count(node, "working table") };
        return new RowStream([context.Open(source)], [.. node.Outputs]);
    }
}

/// <summary>
/// Takes the anchor's rows and then runs the recursive term over the last round's new rows until a round brings none. Each round is planned anew:
/// its blocking operators start empty.
/// </summary>
internal sealed class RecursionSink(RecursiveUnionNode node, PlanningContext context, OperatorStatistics statistics) : Sink
{
    private const int MaxRounds = 1_000_000;

    private readonly BatchCollector _anchor = new(node.Outputs.Count, statistics.Memory!);
    private readonly List<RecordBatch> _result = [];
    private readonly int[] _columns = [.. Enumerable.Range(0, node.Outputs.Count)];
    private GroupKeys? _seen;
    private long _rowCount;

    /// <summary>All rows, once the recursion has ended.</summary>
    public IReadOnlyList<RecordBatch> Result => _result;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectOperator(_anchor) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (node.IsDistinct)
            _seen = GroupKeys.Create([.. node.Outputs.Select(column => column.Type)], statistics.Memory!);
        var table = new WorkingTable { Batches = Keep(await _anchor.TakeAllAsync(work, cancellationToken)) };
        for (int round = 0; table.Batches.Count > 0 && !IsEnough; round++)
        {
            if (round == MaxRounds)
                throw new QueryException(
                    ErrorCode.StatementTooComplex, $"the recursion has not ended after {MaxRounds} rounds", position: null, "Give it a condition to end on, or UNION instead of UNION ALL.");
            cancellationToken.ThrowIfCancellationRequested();
            table.Batches = Keep(await RunRoundAsync(table, work, cancellationToken));
        }

        JoinRounds();
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _anchor.Dispose();
        _seen?.Dispose();
        foreach (RecordBatch batch in _result)
            batch.Dispose();
        _result.Clear();
        return ValueTask.CompletedTask;
    }

    private bool IsEnough => node.Enough is { } enough && _rowCount >= enough;

    private async Task<RecordBatch?> RunRoundAsync(WorkingTable table, ParallelWork work, CancellationToken cancellationToken)
    {
        PlanningContext round = context.ForRound(node.RecursionId, table);
        try
        {
            RowStream rows = round.Plan(node.Step, node.StepColumns.ToHashSet());
            int[] places = rows.PlacesOf(node.StepColumns);
            var collected = new CollectingSink(new BatchCollector(places.Length, statistics.Memory!));
            round.Close(rows.Then([.. node.Outputs], statistics: null, _ => new ChooseOperator(places)), collected);
            await LocalTask.RunPipelinesAsync(round, work, cancellationToken);
            return await collected.Rows.TakeAllAsync(work, cancellationToken);
        }
        finally
        {
            await round.DisposeOwnedAsync();
        }
    }

    // The new rows of a round, in batches of usual size, kept as part of the result.
    private List<RecordBatch> Keep(RecordBatch? rows)
    {
        var kept = new List<RecordBatch>();
        using RecordBatch? owned = rows;
        if (rows is null)
            return kept;

        for (int start = 0; start < rows.RowCount; start += RecordBatch.MaxRows)
        {
            RecordBatch slice = rows.Slice(start, Math.Min(RecordBatch.MaxRows, rows.RowCount - start));
            if (_seen is not null)
            {
                using RecordBatch all = slice;
                slice = NewRows(all);
            }

            _result.Add(slice);
            _rowCount += slice.RowCount;
            if (slice.RowCount > 0)
                kept.Add(slice);
        }

        return kept;
    }

    // Rounds of few rows become batches of usual size, so that a short recursion's rows come in the order of its rounds.
    private void JoinRounds()
    {
        for (int at = 0; at < _result.Count; at++)
        {
            int count = 1;
            for (int rows = _result[at].RowCount; at + count < _result.Count && rows + _result[at + count].RowCount <= RecordBatch.MaxRows; count++)
                rows += _result[at + count].RowCount;
            if (count == 1)
                continue;

            List<RecordBatch> rounds = _result.GetRange(at, count);
            _result[at] = Concat.Batches(rounds, statistics.Memory!);
            _result.RemoveRange(at + 1, count - 1);
            foreach (RecordBatch round in rounds)
                round.Dispose();
        }
    }

    private RecordBatch NewRows(RecordBatch batch)
    {
        int before = _seen!.Count;
        int[] numbers = new int[batch.RowCount];
        _seen.Resolve(batch.Columns, batch.RowCount, numbers);
        var rows = new List<int>();
        for (int row = 0; row < numbers.Length; row++)
            if (numbers[row] == before + rows.Count)
                rows.Add(row);
        return Compaction.Rows(batch, _columns, [.. rows], statistics.Memory!);
    }

    private sealed class CollectingSink(BatchCollector rows) : Sink
    {
        public BatchCollector Rows { get; } = rows;

        public override Operator CreateDriver(DriverContext driver) => new CollectOperator(Rows);

        protected override ValueTask ReleaseAsync()
        {
            Rows.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Gives batches by number, each once.</summary>
internal sealed class BatchListSource(Func<int> count, Func<int, RecordBatch> read) : SourceFactory
{
    private int _next = -1;

    /// <summary>Gives batches that belong to somebody else.</summary>
    public BatchListSource(Func<IReadOnlyList<RecordBatch>> batches)
        : this(() => batches().Count, number => Retained(batches()[number]))
    {
    }

    /// <inheritdoc/>
    public override int MaxDrivers => Math.Max(1, count());

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new BatchListReader(this);

    private RecordBatch? Next()
    {
        int next = Interlocked.Increment(ref _next);
        return next >= count() ? null : read(next);
    }

    private static RecordBatch Retained(RecordBatch batch)
    {
        batch.Retain();
        return batch;
    }

    private sealed class BatchListReader(BatchListSource source) : Source
    {
        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken) => new(source.Next());
    }
}
