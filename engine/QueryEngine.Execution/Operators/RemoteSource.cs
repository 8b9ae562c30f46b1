using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans what comes from other fragments.</summary>
internal sealed class RemoteSourcePlanner : NodePlanner<RemoteSourceNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(RemoteSourceNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        if (node.MergeBy.Count > 0)
        {
            var merge = new MergeSourceFactory(context.Inputs, node) { Statistics = context.Count(node, "merge") };
            return new RowStream([context.Open(merge, isOrdered: true)], [.. node.Outputs]);
        }

        var source = new ExchangeSourceFactory(context.Inputs, node) { Statistics = context.Count(node, "exchange") };
        return new RowStream([context.Open(source)], [.. node.Outputs]);
    }
}

/// <summary>The streams of a remote source; every driver starts with another stream and goes on to the next when one has ended.</summary>
internal sealed class ExchangeSourceFactory(ITaskInputs inputs, RemoteSourceNode node) : SourceFactory
{
    private readonly Lock _lock = new();
    private IReadOnlyList<IExchangeSource>? _streams;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver)
    {
        lock (_lock)
            _streams ??= inputs.OpenExchange(node);
        return new ExchangeReader(_streams, driver.Index);
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseAsync()
    {
        foreach (IExchangeSource stream in _streams ?? [])
            await stream.DisposeAsync();
    }

    private sealed class ExchangeReader(IReadOnlyList<IExchangeSource> streams, int first) : Source
    {
        private int _ended;

        public override async ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            while (_ended < streams.Count)
            {
                RecordBatch? batch = await streams[(first + _ended) % streams.Count].ReadAsync(cancellationToken);
                if (batch is not null)
                    return batch;
                _ended++;
            }

            return null;
        }
    }
}
