using QueryEngine.Cluster.Scheduling;
using QueryEngine.Execution;
using QueryEngine.Plan;

namespace QueryEngine.Cluster.Tasks;

/// <summary>What a task reads: splits from the coordinator, rows from the tasks of other stages.</summary>
internal sealed class TaskInputs(TaskSpec spec, ITaskNetwork network) : ITaskInputs
{
    private readonly HashSet<int> _opened = [];

    /// <summary>The scans of a fragment that have splits, in pre-order.</summary>
    public static IEnumerable<TableScanNode> ScansOf(PlanNode node) =>
        (node is TableScanNode { Lookup: null } scan ? [scan] : Enumerable.Empty<TableScanNode>()).Concat(node.Sources.SelectMany(ScansOf));

    /// <inheritdoc/>
    public ISplitSource OpenSplits(ScanInput scan) => spec.Splits.Open(spec.Id, scan);

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
}
