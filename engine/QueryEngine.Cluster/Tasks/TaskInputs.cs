using QueryEngine.Cluster.Scheduling;
using QueryEngine.Execution;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>What a task reads: splits from the coordinator, rows from the tasks of other stages.</summary>
internal sealed class TaskInputs(TaskSpec spec, ITaskNetwork network) : ITaskInputs
{
    private readonly TableScanNode[] _scans = [.. ScansOf(spec.Fragment.Root)];
    private readonly HashSet<int> _opened = [];

    /// <summary>The scans of a fragment in pre-order.</summary>
    public static IEnumerable<TableScanNode> ScansOf(PlanNode node) =>
        (node is TableScanNode scan ? [scan] : Enumerable.Empty<TableScanNode>()).Concat(node.Sources.SelectMany(ScansOf));

    /// <inheritdoc/>
    public ISplitSource OpenSplits(ScanInput scan)
    {
        // By identity: two scans of one table may be equal.
        int place = Array.FindIndex(_scans, candidate => ReferenceEquals(candidate, scan.Scan));
        return new FedSplits(spec.Splits, spec.Id, place);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IExchangeSource> OpenExchange(RemoteSourceNode source)
    {
        StageInput input = spec.Inputs.First(candidate => candidate.Fragment == source.FragmentId);
        lock (_opened)
            _opened.Add(source.FragmentId);
        return source.MergeBy.Count > 0
            ? [.. input.Tasks.Select(place => new ExchangeReader([place], spec, network))]
            : [new ExchangeReader(input.Tasks, spec, network)];
    }

    /// <summary>Tells the stages that the task never came to read that it will not.</summary>
    public async Task CloseUnreadAsync(CancellationToken cancellationToken)
    {
        foreach (StageInput input in spec.Inputs)
        {
            bool wasOpened;
            lock (_opened)
                wasOpened = _opened.Contains(input.Fragment);
            foreach (TaskPlace place in wasOpened ? [] : input.Tasks)
                await network.CloseOutputAsync(place, spec.Id.Partition, cancellationToken);
        }
    }

    /// <summary>Splits of one scan. Asks for one at a time, and for more at once when they turn out to be many.</summary>
    private sealed class FedSplits(ISplitFeed feed, TaskId task, int scan) : ISplitSource
    {
        private const int MaxAtOnce = 16;
        private readonly SemaphoreSlim _turn = new(1);
        private readonly Queue<Split> _here = new();
        private int _given;
        private bool _ended;

        public async ValueTask<Split?> NextAsync(CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (_here.Count == 0 && !_ended)
                {
                    IReadOnlyList<Split> more = await feed.NextAsync(task, scan, Math.Clamp(_given / 8, 1, MaxAtOnce), cancellationToken);
                    _ended = more.Count == 0;
                    foreach (Split split in more)
                        _here.Enqueue(split);
                }

                _given++;
                return _here.TryDequeue(out Split? next) ? next : null;
            }
            finally
            {
                _turn.Release();
            }
        }

        public ValueTask DisposeAsync()
        {
            _turn.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
