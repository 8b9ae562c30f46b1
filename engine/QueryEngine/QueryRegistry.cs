using System.Collections.Concurrent;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine;

/// <summary>A query as <c>system.runtime.queries</c> shows it. Thread-safe; numbers grow while it runs.</summary>
public sealed class TrackedQuery
{
    private readonly TimeProvider _time;
    private Action? _cancel;
    private long _outputRows;

    internal TrackedQuery(string queryId, StatementRequest request, MemoryContext memory, TimeProvider time)
    {
        (QueryId, Request, Memory, _time) = (queryId, request, memory, time);
        Created = time.GetUtcNow();
    }

    /// <summary>The query's id.</summary>
    public string QueryId { get; }

    /// <summary>The statement and its session.</summary>
    public StatementRequest Request { get; }

    /// <summary>What it holds.</summary>
    public MemoryContext Memory { get; }

    /// <summary>When it came.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>planning, running, finished, failed, canceled.</summary>
    public string State { get; private set; } = "planning";

    /// <summary>The error that ended it.</summary>
    public QueryException? Error { get; private set; }

    /// <summary>Rows given to the client.</summary>
    public long OutputRows => Interlocked.Read(ref _outputRows);

    /// <summary>Why somebody has ended it; null when nobody has.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Ends the query from outside: it fails with QUERY_CANCELED and the reason.</summary>
    public void Cancel(string reason)
    {
        StopReason ??= reason;
        try
        {
            _cancel?.Invoke();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    internal void WhenCancelled(Action cancel)
    {
        _cancel = cancel;
        if (StopReason is not null)
            cancel();
    }

    internal void Running() => State = "running";

    internal void AddRows(long rows) => Interlocked.Add(ref _outputRows, rows);

    internal void End(QueryException? error)
    {
        if (Ended is not null)
            return;
        Error = error;
        State = error is null ? "finished" : error.Code == ErrorCode.QueryCanceled ? "canceled" : "failed";
        Ended = _time.GetUtcNow();
    }
}

/// <summary>The queries that run, and some that have run lately.</summary>
public sealed class QueryRegistry
{
    private const int MaxEnded = 200;
    private readonly ConcurrentDictionary<string, TrackedQuery> _running = new();
    private readonly ConcurrentQueue<TrackedQuery> _ended = new();

    /// <summary>All of them.</summary>
    public IReadOnlyList<TrackedQuery> Queries => [.. _running.Values, .. _ended];

    /// <summary>The query of an id, while it runs.</summary>
    public TrackedQuery? FindRunning(string queryId) => _running.GetValueOrDefault(queryId);

    internal void Add(TrackedQuery query) => _running[query.QueryId] = query;

    internal void End(TrackedQuery query, QueryException? error)
    {
        query.End(error);
        if (!_running.TryRemove(query.QueryId, out _))
            return;
        _ended.Enqueue(query);
        while (_ended.Count > MaxEnded)
            _ended.TryDequeue(out _);
    }
}
