using QueryEngine.Cluster.Running;

namespace QueryEngine.Cluster.Nodes;

/// <summary>
/// The workers that a coordinator knows: those that announced themselves, and when. A worker that was silent for
/// <see cref="LostAfter"/>, or came back as another incarnation, is lost. Thread-safe; a clock, no timers of its own.
/// </summary>
internal sealed class NodeRegistry(TimeProvider time)
{
    /// <summary>How often a worker announces itself.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker may be silent.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long a lost worker is still shown.</summary>
    private static readonly TimeSpan _forgottenAfter = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>A worker was lost; the reason is part of a sentence. Raised by whoever found out, outside the lock.</summary>
    public event Action<ClusterMember, string>? Lost;

    /// <summary>Workers that take new tasks, by id.</summary>
    public IReadOnlyList<ClusterMember> Active
    {
        get
        {
            lock (_lock)
                return [.. _entries.Values.Where(entry => entry.State == "active").Select(entry => entry.Member).OrderBy(member => member.NodeId, StringComparer.Ordinal)];
        }
    }

    /// <summary>All workers, as the system tables show them.</summary>
    public IReadOnlyList<ClusterNode> Nodes
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. _entries.Values.OrderBy(entry => entry.Member.NodeId, StringComparer.Ordinal).Select(entry =>
                        new ClusterNode(entry.Member.NodeId, entry.Member.Uri, "worker", entry.State) { Threads = entry.Member.Threads, LastSeen = entry.LastSeen }),
                ];
            }
        }
    }

    /// <summary>A worker says that it is there. State: active or draining.</summary>
    public void Announce(ClusterMember member, string state)
    {
        ClusterMember? replaced = null;
        lock (_lock)
        {
            if (_entries.TryGetValue(member.NodeId, out Entry? known) && known.Member.Incarnation != member.Incarnation && known.State != "lost")
                replaced = known.Member;
            _entries[member.NodeId] = new Entry(member, state, time.GetUtcNow());
        }

        if (replaced is not null)
            Lost?.Invoke(replaced, "was started again");
    }

    /// <summary>A call to a worker broke: it gets no new tasks until it announces itself again. Queries that it works for go by their own calls.</summary>
    public void Suspect(ClusterMember member)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(member.NodeId, out Entry? known) && known.Member == member && known.State == "active")
                _entries[member.NodeId] = known with { State = "suspect" };
        }
    }

    /// <summary>Finds workers that were silent for too long.</summary>
    public void Check()
    {
        DateTimeOffset now = time.GetUtcNow();
        List<ClusterMember> lost = [];
        lock (_lock)
        {
            foreach (Entry entry in _entries.Values.ToArray())
            {
                if (entry.State == "lost" && now - entry.LastSeen > _forgottenAfter)
                {
                    _entries.Remove(entry.Member.NodeId);
                }
                else if (entry.State != "lost" && now - entry.LastSeen > LostAfter)
                {
                    _entries[entry.Member.NodeId] = entry with { State = "lost" };
                    lost.Add(entry.Member);
                }
            }
        }

        foreach (ClusterMember member in lost)
            Lost?.Invoke(member, $"was not heard of for {LostAfter.TotalSeconds:0} seconds");
    }

    private sealed record Entry(ClusterMember Member, string State, DateTimeOffset LastSeen);
}
