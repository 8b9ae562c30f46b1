using QueryEngine.Execution;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>
/// Splits of one scan of a task out of those that several tasks share: <paramref name="next"/> gives at most so many, none at the end. Asks for one at a
/// time, and for more at once when they turn out to be many. Thread-safe.
/// </summary>
internal sealed class FedSplits(Func<int, CancellationToken, ValueTask<IReadOnlyList<Split>>> next) : ISplitSource
{
    private const int MaxAtOnce = 16;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Queue<Split> _here = new();
    private int _given;
    private bool _ended;

    /// <inheritdoc/>
    public async ValueTask<Split?> NextAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_here.Count == 0 && !_ended)
            {
                IReadOnlyList<Split> more = await next(Math.Clamp(_given / 8, 1, MaxAtOnce), cancellationToken);
                _ended = more.Count == 0;
                foreach (Split split in more)
                    _here.Enqueue(split);
            }

            _given++;
            return _here.TryDequeue(out Split? given) ? given : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
