using System.Collections.Concurrent;
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

/// <summary>The task's sinks of a table: one a driver where the source takes them, else one at which drivers take turns.</summary>
internal sealed class TableWriteSink(TableWriteNode node, int[] columns, WriteChecks checks, TaskContext task, OperatorStatistics statistics) : Sink
{
    private readonly ISupportsWrites _writes = task.Connectors.Get(node.Catalog).As<ISupportsWrites>()
        ?? throw QueryException.NotSupported($"writing to catalog {node.Catalog}");
    private readonly ConcurrentDictionary<int, OpenSink> _sinks = new();

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver)
    {
        int index = _writes.TakesSinksOfDrivers ? driver.Index : 0;
        return new WriteOperator(_sinks.GetOrAdd(index, _ => new OpenSink(this, index)), columns, checks) { Statistics = statistics };
    }

    /// <summary>Ends the sinks, side by side. A task without rows has one all the same.</summary>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (!_sinks.Values.Any(sink => sink.IsOpen))
            await _sinks.GetOrAdd(0, _ => new OpenSink(this, 0)).OpenAsync(cancellationToken);
        OpenSink[] open = [.. _sinks.Values.Where(sink => sink.IsOpen)];
        await ParallelWork.RunAsync(open.Length, (index, token) => open[index].FinishAsync(token), cancellationToken);
    }

    /// <summary>A row for each sink: what it returned, and the rows written.</summary>
    public RecordBatch BuildResult()
    {
        OpenSink[] open = [.. _sinks.OrderBy(sink => sink.Key).Select(sink => sink.Value).Where(sink => sink.IsOpen)];
        using var builder = new BatchBuilder([node.Fragment.Type, node.RowCount.Type], statistics.Memory!, open.Length);
        foreach (OpenSink sink in open)
            builder.AppendRow(ValueList.Create(sink.Fragment.Span), sink.Rows);
        return builder.Build();
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseAsync()
    {
        foreach (OpenSink sink in _sinks.Values)
            await sink.DisposeAsync();
    }

    private ValueTask<IRecordSink> OpenAsync(int driver, CancellationToken cancellationToken)
    {
        ConnectorSession session = task.Connectors.SessionFor(node.Catalog, task.Session);
        return _writes.OpenSinkAsync(session, node.Handle, new WriterId(task.TaskIndex, task.Attempt, driver), cancellationToken);
    }

    /// <summary>A sink that opens with its first rows; writers take turns.</summary>
    private sealed class OpenSink(TableWriteSink owner, int driver) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);
        private IRecordSink? _sink;

        public bool IsOpen => _sink is not null;

        public long Rows { get; private set; }

        public ReadOnlyMemory<byte> Fragment { get; private set; }

        public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                IRecordSink sink = await OpenAsync(cancellationToken);
                await sink.WriteAsync(batch, cancellationToken);
                Rows += batch.RowCount;
            }
            finally
            {
                _turn.Release();
            }
        }

        public async ValueTask<IRecordSink> OpenAsync(CancellationToken cancellationToken) =>
            _sink ??= await owner.OpenAsync(driver, cancellationToken);

        public async Task FinishAsync(CancellationToken cancellationToken) => Fragment = await _sink!.FinishAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            if (_sink is not null)
                await _sink.DisposeAsync();
            _turn.Dispose();
        }
    }

    private sealed class WriteOperator(OpenSink sink, int[] columns, WriteChecks checks) : Operator
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

/// <summary>Gives the rows that say what was written.</summary>
internal sealed class WriteResultSource(TableWriteSink sink) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new OneBatch(sink);

    private sealed class OneBatch(TableWriteSink sink) : Source
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
