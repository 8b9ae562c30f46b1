using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans UNION ALL: the pipelines of all inputs go on as one set.</summary>
internal sealed class UnionPlanner : NodePlanner<UnionNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(UnionNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        int[] places = [.. Enumerable.Range(0, node.Outputs.Count).Where(place => required.Contains(node.Outputs[place]))];
        Column[] layout = [.. places.Select(place => node.Outputs[place])];
        var pipelines = new List<Pipeline>();
        OperatorStatistics statistics = context.Count(node, "union");
        for (int input = 0; input < node.Inputs.Count; input++)
        {
            Column[] columns = [.. places.Select(place => node.Mapping[input][place])];
            RowStream stream = context.Plan(node.Inputs[input], columns.ToHashSet());
            int[] chosen = stream.PlacesOf(columns);
            pipelines.AddRange(stream.Then(layout, statistics, _ => new ChooseOperator(chosen)).Pipelines);
        }

        return new RowStream(pipelines, layout);
    }
}

/// <summary>Passes on some columns of its batches.</summary>
internal sealed class ChooseOperator(int[] columns) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using RecordBatch owned = batch;
        Emit(batch.Select(columns));
    }
}

/// <summary>Plans unique row numbers.</summary>
internal sealed class AssignUniqueIdPlanner : NodePlanner<AssignUniqueIdNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(AssignUniqueIdNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, required);
        OperatorStatistics statistics = context.Count(node, "unique id");
        var counter = new UniqueIds(context.Task.TaskIndex);
        return input.Then([.. input.Layout, node.Id], statistics, _ => new UniqueIdOperator(counter, statistics.Memory!));
    }
}

/// <summary>Row numbers that no other task of the query gives: the task's number above 48 bits of count.</summary>
internal sealed class UniqueIds(int task)
{
    private long _next = (long)task << 48;

    /// <summary>The first of so many numbers.</summary>
    public long Take(int count) => Interlocked.Add(ref _next, count) - count;
}

/// <summary>Adds a unique bigint to each row.</summary>
internal sealed class UniqueIdOperator(UniqueIds ids, MemoryContext memory) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using RecordBatch owned = batch;
        NativeBuffer values = memory.Allocate((long)batch.RowCount * sizeof(long));
        Span<long> numbers = values.Span<long>(batch.RowCount);
        long first = ids.Take(batch.RowCount);
        for (int row = 0; row < numbers.Length; row++)
            numbers[row] = first + row;
        Emit(batch.With(new FixedWidthVector<long>(SqlType.BigInt, batch.RowCount, values)));
    }
}

/// <summary>Plans scalar subqueries' one row.</summary>
internal sealed class EnforceSingleRowPlanner : NodePlanner<EnforceSingleRowNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(EnforceSingleRowNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, required);
        OperatorStatistics statistics = context.Count(node, "single row");
        var sink = new SingleRowSink([.. input.Layout.Select(column => column.Type)], statistics);
        context.Close(input, sink);
        return new RowStream([context.Open(new SingleRowSource(sink), isOrdered: true)], input.Layout);
    }
}

/// <summary>Keeps the only row; a second is CARDINALITY_VIOLATION, none is a row of NULLs.</summary>
internal sealed class SingleRowSink(SqlType[] types, OperatorStatistics statistics) : Sink
{
    private RecordBatch? _row;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new SingleRowOperator(this) { Statistics = statistics };

    /// <summary>The row, which the caller owns from then on.</summary>
    public RecordBatch Take() => Interlocked.Exchange(ref _row, null) ?? NullRow();

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        Interlocked.Exchange(ref _row, null)?.Dispose();
        return ValueTask.CompletedTask;
    }

    private RecordBatch NullRow() => new([.. types.Select(type => Columnar.Gather.Nulls(type, 1, statistics.Memory!))], 1);

    private sealed class SingleRowOperator(SingleRowSink sink) : Operator
    {
        public override void Process(RecordBatch batch)
        {
            if (batch.RowCount == 1 && Interlocked.CompareExchange(ref sink._row, batch, null) is null)
                return;

            batch.Dispose();
            throw new QueryException(
                ErrorCode.CardinalityViolation,
                "a subquery used as a value returned more than one row",
                "Use an aggregate, LIMIT 1 or a condition that leaves one row.");
        }
    }
}

/// <summary>Gives the row of a <see cref="SingleRowSink"/>.</summary>
internal sealed class SingleRowSource(SingleRowSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new OneRow(sink);

    private sealed class OneRow(SingleRowSink sink) : Source
    {
        private bool _given;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            if (_given)
                return new((RecordBatch?)null);
            _given = true;
            return new(sink.Take());
        }
    }
}

/// <summary>Plans samples.</summary>
internal sealed class SamplePlanner : NodePlanner<SampleNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(SampleNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, required);
        OperatorStatistics statistics = context.Count(node, "sample");
        return input.Then(
            input.Layout, statistics, _ => new SampleOperator(node.Fraction, node.BySystem, context.Task.NewRandom(), statistics.Memory!));
    }
}

/// <summary>Keeps rows, or whole batches, with a probability.</summary>
internal sealed class SampleOperator(double fraction, bool bySystem, Random random, MemoryContext memory) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        if (bySystem && random.NextDouble() < fraction)
        {
            Emit(batch);
            return;
        }

        using RecordBatch owned = batch;
        if (bySystem)
            return;

        var rows = new List<int>();
        for (int row = 0; row < batch.RowCount; row++)
            if (random.NextDouble() < fraction)
                rows.Add(row);
        Emit(Compaction.Rows(batch, [.. Enumerable.Range(0, batch.ColumnCount)], [.. rows], memory));
    }
}
