using QueryEngine.Execution;
using QueryEngine.Plan;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>What the operators of tasks have done, between nodes: nodes of a fragment go by their place in pre-order.</summary>
internal static class TaskReports
{
    /// <summary>The nodes of a fragment in pre-order.</summary>
    public static IEnumerable<PlanNode> NodesOf(PlanNode node) => node.Sources.SelectMany(NodesOf).Prepend(node);

    /// <summary>How far a task is.</summary>
    public static TaskUpdate Write(string state, PlanFragment fragment, IReadOnlyList<OperatorStatistics> statistics)
    {
        PlanNode[] nodes = [.. NodesOf(fragment.Root)];
        var update = new TaskUpdate { State = state, OutputRows = OutputRows(statistics) };
        foreach (OperatorStatistics entry in statistics)
        {
            update.Operators.Add(new OperatorUpdate
            {
                Node = Array.FindIndex(nodes, node => ReferenceEquals(node, entry.Node)),
                Name = entry.Name,
                InputRows = entry.InputRows,
                OutputRows = entry.OutputRows,
                Batches = entry.OutputBatches,
                Ticks = (long)(entry.Time.TotalSeconds * System.Diagnostics.Stopwatch.Frequency),
                PeakBytes = entry.PeakBytes,
                SourceBytes = entry.Scan?.Bytes ?? 0,
                SourceRequests = entry.Scan?.Requests ?? 0,
                SourceRows = entry.Scan?.RowsRead ?? 0,
            });
        }

        return update;
    }

    /// <summary>What a task's node says that its operators have done.</summary>
    public static IReadOnlyList<OperatorStatistics> Read(PlanFragment fragment, TaskUpdate update)
    {
        PlanNode[] nodes = [.. NodesOf(fragment.Root)];
        return [.. update.Operators.Where(entry => entry.Node >= 0 && entry.Node < nodes.Length).Select(entry => Read(nodes[entry.Node], entry))];
    }

    /// <summary>Rows that a task gave on.</summary>
    public static long OutputRows(IReadOnlyList<OperatorStatistics> statistics) =>
        statistics.LastOrDefault(entry => entry.Name == "output")?.InputRows ?? 0;

    /// <summary>The operators of a fragment, all its tasks together.</summary>
    public static IEnumerable<OperatorStatistics> Merge(PlanFragment fragment, IReadOnlyList<IReadOnlyList<OperatorStatistics>> tasks)
    {
        if (tasks.Count == 1)
            return tasks[0];

        Dictionary<PlanNode, int> places = new(ReferenceEqualityComparer.Instance);
        foreach (PlanNode node in NodesOf(fragment.Root))
            places.TryAdd(node, places.Count);
        return tasks.SelectMany(task => task).GroupBy(entry => (Place: places[entry.Node], entry.Name)).Select(group =>
        {
            var merged = new OperatorStatistics(group.First().Node, group.Key.Name);
            foreach (OperatorStatistics entry in group)
                merged.Add(entry);
            return merged;
        });
    }

    private static OperatorStatistics Read(PlanNode node, OperatorUpdate entry)
    {
        var read = new OperatorStatistics(node, entry.Name) { PeakBytes = entry.PeakBytes };
        read.Add(entry.InputRows, entry.OutputRows, entry.Batches, entry.Ticks);
        if (node is not TableScanNode || entry.Name != "scan")
            return read;
        read.Scan = new ScanMetrics();
        read.Scan.Add(entry.SourceBytes, entry.SourceRequests, entry.SourceRows);
        return read;
    }
}
