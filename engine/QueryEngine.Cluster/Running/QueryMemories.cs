using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>One memory context a query that has tasks here, so that a query's limit holds for all its tasks of a node. Thread-safe.</summary>
internal sealed class QueryMemories(MemoryContext root)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MemoryContext Memory, int Tasks)> _queries = [];

    /// <summary>The context of a query, for one more task.</summary>
    public MemoryContext Enter(string query, long limit)
    {
        lock (_lock)
        {
            (MemoryContext memory, int tasks) = _queries.TryGetValue(query, out (MemoryContext Memory, int Tasks) known) ? known : (root.Child($"query {query}", limit), 0);
            _queries[query] = (memory, tasks + 1);
            return memory;
        }
    }

    /// <summary>A task has ended.</summary>
    public void Leave(string query)
    {
        lock (_lock)
        {
            if (_queries.TryGetValue(query, out (MemoryContext Memory, int Tasks) known) && known.Tasks > 1)
                _queries[query] = (known.Memory, known.Tasks - 1);
            else
                _queries.Remove(query);
        }
    }
}
