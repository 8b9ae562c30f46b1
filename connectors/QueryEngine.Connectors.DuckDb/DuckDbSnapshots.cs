using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Keeps the connections of snapshots: one for each split that is not yet read, until its query ends.</summary>
internal sealed class DuckDbSnapshots
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Snapshot, int Split), (string QueryId, DuckDbConnection Connection)> _kept = [];

    /// <summary>Connections held now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _kept.Count;
        }
    }

    /// <summary>Keeps a snapshot; its identifier.</summary>
    public string Keep(string queryId, IReadOnlyList<DuckDbConnection> connections)
    {
        string snapshot = Guid.NewGuid().ToString("N");
        lock (_lock)
        {
            for (int split = 0; split < connections.Count; split++)
                _kept[(snapshot, split)] = (queryId, connections[split]);
        }

        return snapshot;
    }

    /// <summary>The connection of a split, which the caller gives back or disposes of.</summary>
    /// <exception cref="QueryException">SERIALIZATION_FAILURE when its query has ended, or this is another process.</exception>
    public DuckDbConnection Take(string snapshot, int split)
    {
        lock (_lock)
        {
            if (_kept.Remove((snapshot, split), out (string QueryId, DuckDbConnection Connection) kept))
                return kept.Connection;
        }

        throw new QueryException(
            ErrorCode.SerializationFailure, $"the snapshot of split {split} is no longer there", "Run the statement again; on several nodes, use read-only=true.");
    }

    /// <summary>The query has ended.</summary>
    public void EndQuery(string queryId) => Release(id => id == queryId);

    /// <summary>Everything has ended.</summary>
    public void ReleaseAll() => Release(_ => true);

    private void Release(Func<string, bool> isOver)
    {
        List<DuckDbConnection> released = [];
        lock (_lock)
        {
            foreach (((string Snapshot, int Split) key, (string queryId, DuckDbConnection connection)) in _kept.ToArray())
            {
                if (!isOver(queryId))
                    continue;
                _kept.Remove(key);
                released.Add(connection);
            }
        }

        released.ForEach(connection => connection.Dispose()); // a closed connection rolls back
    }
}
