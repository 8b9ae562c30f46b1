using QueryEngine.Execution;
using QueryEngine.Plan;
using QueryEngine.Rpc.Cluster;

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
                PeakBytes = entry.Memory?.PeakBytes ?? 0,
            });
        }

        return update;
    }

    /// <summary>Rows that a task gave on.</summary>
    public static long OutputRows(IReadOnlyList<OperatorStatistics> statistics) =>
        statistics.LastOrDefault(entry => entry.Name == "output")?.InputRows ?? 0;

    /// <summary>The operators of a fragment, all its tasks together.</summary>
    public static IEnumerable<OperatorStatistics> Merge(PlanFragment fragment, IEnumerable<TaskUpdate> updates)
    {
        PlanNode[] nodes = [.. NodesOf(fragment.Root)];
        foreach (IGrouping<(int Node, string Name), OperatorUpdate> group in updates
            .SelectMany(update => update.Operators)
            .Where(entry => entry.Node >= 0 && entry.Node < nodes.Length)
            .GroupBy(entry => (entry.Node, entry.Name)))
        {
            var merged = new OperatorStatistics(nodes[group.Key.Node], group.Key.Name);
            foreach (OperatorUpdate entry in group)
                merged.Add(entry.InputRows, entry.OutputRows, entry.Batches, entry.Ticks);
            yield return merged;
        }
    }
}
