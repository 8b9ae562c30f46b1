using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>
/// A write and the transaction that ends it. The first sink appends inside the transaction, to the table itself; others stage their rows in memory.
/// </summary>
internal sealed class DuckDbOpenWrite(DuckDbConnection? connection) : IDisposable
{
    /// <summary>The connection of the transaction; null until the first sink opens.</summary>
    public DuckDbConnection? Connection { get; set; } = connection;

    /// <summary>Whether a sink appends inside the transaction.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>Whether that sink has finished.</summary>
    public bool IsFilled { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Connection?.Dispose(); // a closed connection rolls back
}

/// <summary>The writes that are under way in a file, and what finished ones wrote.</summary>
internal sealed class DuckDbOpenWrites
{
    private const int RememberedWrites = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DuckDbOpenWrite> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>Adds a write; <paramref name="connection"/> is in the transaction that will end it, or null.</summary>
    public void Add(string id, DuckDbConnection? connection)
    {
        lock (_lock)
            _open[id] = new DuckDbOpenWrite(connection);
    }

    /// <summary>The write of a sink, and whether the sink appends inside its transaction.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED in a process that has not begun the write.</exception>
    public (DuckDbOpenWrite Write, bool IsDirect) Claim(string id, bool mayBeDirect)
    {
        lock (_lock)
        {
            DuckDbOpenWrite write = _open.GetValueOrDefault(id) ?? throw QueryException.NotSupported("writing a file of DuckDB from another process than the one that began");
            bool isDirect = mayBeDirect && !write.IsClaimed;
            write.IsClaimed |= isDirect;
            return (write, isDirect);
        }
    }

    /// <summary>Takes a write out; null when there is none.</summary>
    public DuckDbOpenWrite? Remove(string id)
    {
        lock (_lock)
            return _open.Remove(id, out DuckDbOpenWrite? write) ? write : null;
    }

    /// <summary>The rows of a write that has been finished.</summary>
    public long? FindFinished(string id)
    {
        lock (_lock)
            return _finished.TryGetValue(id, out long rows) ? rows : null;
    }

    /// <summary>Remembers the rows of a write.</summary>
    public void Remember(string id, long rows)
    {
        lock (_lock)
        {
            if (_finished.Count >= RememberedWrites)
                _finished.Clear();
            _finished[id] = rows;
        }
    }

    /// <summary>Rolls everything back.</summary>
    public void ReleaseAll()
    {
        lock (_lock)
        {
            foreach (DuckDbOpenWrite write in _open.Values)
                write.Dispose();
            _open.Clear();
        }
    }
}
