using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution;

/// <summary>Inputs of a task that runs a whole plan: splits come from the connectors' split managers; there are no exchanges.</summary>
public sealed class LocalInputs(TaskContext context) : ITaskInputs
{
    /// <inheritdoc/>
    public ISplitSource OpenSplits(ScanInput scan) => new LocalSplits(context, scan);

    /// <inheritdoc/>
    public IReadOnlyList<IExchangeSource> OpenExchange(RemoteSourceNode source) =>
        throw new InvalidOperationException($"fragment {source.FragmentId} is read where no exchange is");
}

/// <summary>Asks a connector's split manager, one split at a time.</summary>
public sealed class LocalSplits : ISplitSource
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closed = new();
    private readonly IAsyncEnumerator<Split> _splits;
    private bool _ended;

    /// <summary>Opens the splits of a scan.</summary>
    public LocalSplits(TaskContext context, ScanInput scan)
    {
        ConnectorSession session = context.Connectors.SessionFor(scan.Scan.Catalog, context.Session);
        _splits = context.Connectors.Get(scan.Scan.Catalog).Splits
            .GetSplitsAsync(session, scan.Scan.Handle, scan.Request, _closed.Token)
            .GetAsyncEnumerator(_closed.Token);
    }

    /// <inheritdoc/>
    public async ValueTask<Split?> NextAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_ended)
                return null;

            using CancellationTokenRegistration registration = cancellationToken.Register(_closed.Cancel);
            if (await _splits.MoveNextAsync())
                return _splits.Current;

            _ended = true;
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _splits.DisposeAsync();
        _closed.Dispose();
        _turn.Dispose();
    }
}
