using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans writes.</summary>
internal sealed class TableWritePlanner : NodePlanner<TableWriteNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(TableWriteNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, node.Written.Concat(node.Checks.SelectMany(check => check.Reads())).ToHashSet());
        OperatorStatistics statistics = context.Count(node, "write");
        var sink = new TableWriteSink(node, input.PlacesOf(node.Written), new WriteChecks(node.Checks, input.Layout), context.Task, statistics);
        context.Close(input, sink);
        return new RowStream([context.Open(new WriteResultSource(sink))], [node.Fragment, node.RowCount]);
    }
}

/// <summary>The task's one sink of a table; drivers take turns.</summary>
internal sealed class TableWriteSink(TableWriteNode node, int[] columns, WriteChecks checks, TaskContext task, OperatorStatistics statistics) : Sink
{
    private readonly SemaphoreSlim _turn = new(1);
    private IRecordSink? _sink;
    private long _rows;
    private ReadOnlyMemory<byte> _fragment;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new WriteOperator(this, columns, checks) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        IRecordSink sink = await OpenAsync(cancellationToken);
        _fragment = await sink.FinishAsync(cancellationToken);
    }

    /// <summary>The one row: what the sink returned, and the rows written.</summary>
    public RecordBatch BuildResult()
    {
        using var builder = new BatchBuilder([node.Fragment.Type, node.RowCount.Type], statistics.Memory!, 1);
        builder.AppendRow(ValueList.Create(_fragment.Span), _rows);
        return builder.Build();
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseAsync()
    {
        if (_sink is not null)
            await _sink.DisposeAsync();
        _turn.Dispose();
    }

    private async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            IRecordSink sink = await OpenAsync(cancellationToken);
            await sink.WriteAsync(batch, cancellationToken);
            _rows += batch.RowCount;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<IRecordSink> OpenAsync(CancellationToken cancellationToken)
    {
        if (_sink is not null)
            return _sink;

        ISupportsWrites writes = task.Connectors.Get(node.Catalog).As<ISupportsWrites>()
            ?? throw QueryException.NotSupported($"writing to catalog {node.Catalog}");
        ConnectorSession session = task.Connectors.SessionFor(node.Catalog, task.Session);
        return _sink = await writes.OpenSinkAsync(session, node.Handle, new WriterId(task.TaskIndex, task.Attempt), cancellationToken);
    }

    private sealed class WriteOperator(TableWriteSink sink, int[] columns, WriteChecks checks) : Operator
    {
        private readonly Queue<RecordBatch> _waiting = new();

        public override void Process(RecordBatch batch)
        {
            using (batch)
            {
                checks.Test(batch);
                _waiting.Enqueue(batch.Select(columns));
            }

            Driver.IsBlocked = true;
        }

        public override async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            while (_waiting.TryDequeue(out RecordBatch? batch))
                using (batch)
                    await sink.WriteAsync(batch, cancellationToken);
            Driver.IsBlocked = false;
        }

        protected override void Release()
        {
            while (_waiting.TryDequeue(out RecordBatch? batch))
                batch.Dispose();
        }
    }
}

/// <summary>Gives the row that says what was written.</summary>
internal sealed class WriteResultSource(TableWriteSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new OneRow(sink);

    private sealed class OneRow(TableWriteSink sink) : Source
    {
        private bool _given;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            if (_given)
                return new((RecordBatch?)null);
            _given = true;
            return new(sink.BuildResult());
        }
    }
}
