using QueryEngine.Plan;

namespace QueryEngine.Execution;

/// <summary>The operators of a task, in the order in which they were planned. Thread-safe: others look while a recursion still plans.</summary>
internal sealed class StatisticsList
{
    private readonly Lock _lock = new();
    private readonly List<OperatorStatistics> _entries = [];

    /// <summary>Makes an empty list.</summary>
    public StatisticsList()
    {
    }

    /// <summary>Makes a list of what another has now.</summary>
    public StatisticsList(StatisticsList other) => _entries.AddRange(other.All);

    /// <summary>What is there now.</summary>
    public IReadOnlyList<OperatorStatistics> All
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    /// <summary>Adds an operator.</summary>
    public void Add(OperatorStatistics entry)
    {
        lock (_lock)
            _entries.Add(entry);
    }

    /// <summary>Takes the first entry of an operator out.</summary>
    public OperatorStatistics? Take(PlanNode node, string name)
    {
        lock (_lock)
        {
            int place = _entries.FindIndex(entry => ReferenceEquals(entry.Node, node) && entry.Name == name);
            if (place < 0)
                return null;
            OperatorStatistics entry = _entries[place];
            _entries.RemoveAt(place);
            return entry;
        }
    }
}
